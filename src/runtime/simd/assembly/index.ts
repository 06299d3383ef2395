/** The exports of `engine.wasm`: one function for each operator. `../kernels.ts` declares them for TypeScript. */
export { attention } from "./attention";
export { dotIsEmulated } from "./dot";
export { gelu } from "./gelu";
export { one } from "./held";
export { linear, linearByPairs } from "./linear";
export { linearInt4, linearInt4ByPairs } from "./linear-int4";
export { addNormalize } from "./normalize";
export { packRows, packRowsByPairs } from "./pack";
export { packInt4, splitScales, sumInt4 } from "./pack-int4";
export { quantizeRows } from "./quantize";
