/** Tweets to begin with; each shows something that the others don't. */
export const EXAMPLES = [
  { name: "Launch", text: "@nasa the launch from Cape Canaveral was so beautiful 😍 https://t.co/x" },
  { name: "Monday", text: "Oh great, another Monday and the 7:40 to London is cancelled. Just what I needed 🙄" },
  { name: "Final score", text: "LeBron drops 41 as the Lakers beat the Celtics in Boston!!! #NBA" },
  { name: "Goodbye", text: "can’t believe she’s gone &amp; i never got to say thank you 💔" },
  { name: "Retweet", text: "RT @netflix: Stranger Things is back on friday, who’s watching w/ me??" },
] as const;
