/** The variables of the project's wrangler.toml, with the same values. Only `ENGINE` differs, because the packages have one engine. */
export const DEFAULTS = {
  MODEL: "bertweet-mini",
  ENGINE: "simd",
  MEMORY_BUDGET_MB: "110",
  LAYERS: "",
  RESIDENT_WORDS: "",
  QUEUE_LIMIT_MS: "2000",
  AUTH: "off",
  CORS_ORIGINS: "",
  RATE_LIMIT: "off",
  METRICS_ENDPOINT: "off",
};
