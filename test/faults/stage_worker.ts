import { EncoderStage as Stage } from "../../src/encoder-stage.ts";
import { control, withFaults } from "./control.ts";

/** A Worker of an encoder's stage, with the same faults in front of its bucket. */
export class EncoderStage extends Stage {
  constructor(context: ExecutionContext, env: Env) {
    super(context, withFaults(env));
  }
}

export default {
  fetch: async (request, env) => (await control(request, env.MODELS)) ?? new Response(null, { status: 404 }),
} satisfies ExportedHandler<Env>;
