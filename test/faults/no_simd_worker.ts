import { app as service } from "../../src/app.ts";
import { withFaults } from "./control.ts";

const { Instance, Module } = WebAssembly;

/** Starts no module that has the engine's functions, as a runtime without relaxed SIMD would. */
WebAssembly.Instance = new Proxy(Instance, {
  construct(target, [module, imports]) {
    if (Module.exports(module).some(({ name }) => name === "quantizeRows"))
      throw new WebAssembly.CompileError("invalid value type 's128'");
    return new target(module, imports);
  },
});

/** The service in such a runtime. */
export default {
  fetch: (request, env, context) => service.fetch(request, withFaults(env), context),
} satisfies ExportedHandler<Env>;
