/** Example tweets. Each shows something that the others don't. */
export const EXAMPLES = [
  { name: "Launch", text: "@nasa the launch from Cape Canaveral was so beautiful 😍 https://t.co/x" },
  { name: "Monday", text: "Oh great, another Monday and the 7:40 to London is cancelled. Just what I needed 🙄" },
  { name: "Final score", text: "LeBron drops 41 as the Lakers beat the Celtics in Boston!!! #NBA" },
  { name: "Goodbye", text: "can’t believe she’s gone &amp; i never got to say thank you 💔" },
  { name: "Retweet", text: "RT @netflix: Stranger Things is back on friday, who’s watching w/ me??" },
  { name: "Missing word", text: "I <mask> this song so much, it makes me want to <mask> all night" },
  {
    name: "Film review",
    text:
      "I went into this film with no expectations at all, mostly because my sister had a spare ticket and it was raining. " +
      "The first half hour is slow. Two brothers drive through Nebraska, hardly talk, and stop at a motel where nothing happens. " +
      "Half of the people in my row were looking at their phones, and I was close to joining them. " +
      "Then their father calls, and the whole story turns. From that moment on I could not look away. " +
      "Ruth Calloway is superb as the aunt who knows more than she says, and the music never tells you what to feel. " +
      "The last scene on the frozen lake is one of the most beautiful things I have seen in years. " +
      "Yes, it is too long, and the title is terrible. But I left the cinema in tears, called my brother, and went back the next day. " +
      "Go and see it before it is gone.",
  },
] as const;

/** Pairs of tweets to compare. */
export const PAIRS = [
  {
    name: "Same meaning",
    text: "Flight delayed three hours, thanks a lot",
    other: "My plane is late again. Great.",
  },
  {
    name: "Same words",
    text: "This phone is great, the battery lasts for days",
    other: "Great, the battery of this phone lasts for minutes",
  },
  {
    name: "Unrelated",
    text: "LeBron drops 41 as the Lakers beat the Celtics",
    other: "Fresh bread and coffee, what a lovely morning",
  },
] as const;
