import { BundleError } from "../bundle/bundle-error.ts";

/** Replaces `runtime/ort/module.ts` in the packages, which do not contain ONNX Runtime's 14 MB of WebAssembly. */
async function refuse(): Promise<never> {
  throw new BundleError(
    'ONNX Runtime is no part of this package: it runs what ENGINE = "simd" can run, and no whole graphs.',
  );
}

export { refuse as createOrtStage, refuse as createWholeGraph };
