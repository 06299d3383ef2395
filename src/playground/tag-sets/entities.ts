/** Colours of entities. */
type Kind = "person" | "place" | "organization" | "work" | "other";

/** The labels of Tweebank (four), WNUT16 (ten) and WNUT17 (six), each with its colour and meaning. */
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
