import { buildCode } from "../../scripts/build.ts";

/** Builds what `bertweet-edge serve` runs. */
export default buildCode;
