/** Colours of entities. */
type Kind = "person" | "place" | "organization" | "work" | "other";

/** Each label of Tweebank's four, WNUT16's ten and WNUT17's six: its colour and what it stands for. */
export const ENTITIES: Record<string, readonly [kind: Kind, meaning: string]> = {
  PER: ["person", "person"],
  LOC: ["place", "place"],
  ORG: ["organization", "organization"],
  MISC: ["other", "any other name"],
  person: ["person", "person"],
  location: ["place", "place"],
  "geo-loc": ["place", "city, country or other place"],
  facility: ["place", "building or venue"],
  company: ["organization", "company"],
  corporation: ["organization", "company"],
  group: ["organization", "band, team or other group"],
  sportsteam: ["organization", "sports team"],
  "creative-work": ["work", "film, song, book or other work"],
  movie: ["work", "film"],
  musicartist: ["work", "musician or band"],
  tvshow: ["work", "television show"],
  product: ["work", "product"],
  other: ["other", "any other name"],
};
