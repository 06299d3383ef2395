import { BertweetEdge } from "../../src/rpc.ts";
import { control, withFaults } from "./control.ts";
import { POINTS_PATH } from "./fault.ts";

type MeasuredEnv = Env & { METRICS: AnalyticsEngineDataset };

const points: AnalyticsEngineDataPoint[] = [];

/** The service with faults in front of its bucket; what it writes to METRICS is passed on, and told once on the points path. */
export default class extends BertweetEdge {
  constructor(context: ExecutionContext, env: MeasuredEnv) {
    const METRICS: AnalyticsEngineDataset = {
      writeDataPoint(point) {
        if (point) points.push(point);
        env.METRICS.writeDataPoint(point);
      },
    };
    super(context, { ...withFaults(env), METRICS } as Env);
  }

  override async fetch(request: Request): Promise<Response> {
    if (new URL(request.url).pathname === POINTS_PATH) return Response.json(points.splice(0));
    return (await control(request, this.env.MODELS)) ?? super.fetch(request);
  }
}
