/** The task whose labels are names of emoji. */
const EMOJI_TASK = "emoji";

/** The twenty emoji of TweetEval's task, by their labels. */
const EMOJI: Record<string, string> = {
  Christmas_tree: "🎄",
  United_States: "🇺🇸",
  beaming_face_with_smiling_eyes: "😁",
  blue_heart: "💙",
  camera: "📷",
  camera_with_flash: "📸",
  face_blowing_a_kiss: "😘",
  face_with_tears_of_joy: "😂",
  fire: "🔥",
  hundred_points: "💯",
  purple_heart: "💜",
  red_heart: "❤️",
  smiling_face_with_hearteyes: "😍",
  smiling_face_with_smiling_eyes: "😊",
  smiling_face_with_sunglasses: "😎",
  sparkles: "✨",
  sun: "☀️",
  two_hearts: "💕",
  winking_face: "😉",
  winking_face_with_tongue: "😜",
};

/** The colour of a label whose word has a tone. */
const TONES: Record<string, string> = {
  positive: "good",
  negative: "bad",
  neutral: "calm",
  anger: "bad",
  joy: "good",
  optimism: "warm",
  sadness: "sad",
  hate: "bad",
  offensive: "bad",
  irony: "warm",
  "not-hate": "calm",
  "not-offensive": "calm",
  non_irony: "calm",
};

/** A label as the page shows it. */
export interface Presented {
  words: string;
  emoji: string | undefined;
  /** The CSS class for its colour. */
  tone: string;
}

/** A task's label as it is shown to people. */
export function present(task: string, label: string): Presented {
  return {
    words: label.replaceAll(/[_-]/g, " ").trim(),
    emoji: task === EMOJI_TASK ? EMOJI[label] : undefined,
    tone: `tone-${TONES[label] ?? "accent"}`,
  };
}

/** A word that is not a label. It has no tone, and "fire" is not the emoji of this name. */
export function presentWord(word: string): Presented {
  return { words: word, emoji: undefined, tone: "tone-accent" };
}
