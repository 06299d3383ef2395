import { app as service } from "../../src/app.ts";
import { control, withFaults } from "./control.ts";

/** The service, with faults that are told over HTTP in front of its bucket, and a clock that can be moved. */
export default {
  async fetch(request, env, context) {
    return (await control(request, env.MODELS)) ?? service.fetch(request, withFaults(env), context);
  },
} satisfies ExportedHandler<Env>;
