/** What `engine.wasm` exports: one function an operator. `../kernels.ts` is its TypeScript face. */
export { attention } from "./attention";
export { dotIsEmulated } from "./dot";
export { gelu } from "./gelu";
export { one } from "./held";
export { linear, linearByPairs } from "./linear";
export { addNormalize } from "./normalize";
export { packRows } from "./pack";
export { quantizeRows } from "./quantize";
