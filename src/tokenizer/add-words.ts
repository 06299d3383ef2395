import type { EncodingBuilder } from "./encoding.ts";
import { forEachWord } from "./python/whitespace.ts";
import type { SpanText } from "./span-text.ts";
import { forEachPart } from "./special-tokens.ts";

/** Adds the words of a part of a text. Special tokens are normal words here. Each word counts as one after a space. */
export function addWords(builder: EncodingBuilder, text: SpanText): void {
  forEachWord(text.codePoints, (from, to) => builder.addWord(text, from, to, true));
}

/** Adds the words of a normalized text and the special tokens written out in it. `<mask>` takes the space before it. */
export function addWordsAndSpecialTokens(builder: EncodingBuilder, text: SpanText): void {
  let isFirst = true;
  forEachWord(text.codePoints, (wordStart, wordEnd) => {
    forEachPart(text.codePoints, wordStart, wordEnd, (from, to, token) => {
      const afterSpace = from === wordStart && !isFirst;
      if (token === undefined) {
        builder.addWord(text, from, to, afterSpace);
      } else {
        if (afterSpace && token !== "<mask>") builder.addSpace(text, from);
        builder.addSpecialToken(token, text.starts[from] as number, text.ends[to - 1] as number);
      }
    });
    isFirst = false;
  });
}
