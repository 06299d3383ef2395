import { ARK } from "./ark.ts";
import { ENTITIES } from "./entities.ts";
import type { Family, Meanings } from "./families.ts";
import { PENN } from "./penn.ts";
import { UNIVERSAL } from "./universal.ts";

/** Two sets use X: Universal's "other" and ARK's existential. So a tag is looked up in its own set. */
const BY_SCHEME: Record<string, Meanings> = { tweebank: UNIVERSAL, ark: ARK, ptb: PENN };

/** The family of a part of speech. An unknown tag is a mark. */
export function familyOf(scheme: string | undefined, tag: string): Family {
  return BY_SCHEME[scheme ?? ""]?.[tag]?.[0] ?? "mark";
}

/** The meaning of a tag in words; undefined for an unknown tag. */
export function meaningOf(scheme: string | undefined, tag: string): string | undefined {
  return ENTITIES[tag]?.[1] ?? BY_SCHEME[scheme ?? ""]?.[tag]?.[1];
}

/** A label without its BIO prefix: `B-person` and `I-person` both become `person`. `O` is not an entity tag. */
export function shortTag(label: string, _index: number, labels: readonly string[]): string {
  if (!labels.some((each) => each.startsWith("B-"))) return label;
  return label === "O" ? "" : label.replace(/^[BI]-/, "");
}
