import service from "../../src/index.ts";
import { control, withFaults } from "./control.ts";
import { POINTS_PATH } from "./fault.ts";

const points: AnalyticsEngineDataPoint[] = [];

/** The service with faults in front of its bucket; what it writes to METRICS is passed on, and told once on the points path. */
export default {
  async fetch(request, env, context) {
    if (new URL(request.url).pathname === POINTS_PATH) return Response.json(points.splice(0));
    const METRICS: AnalyticsEngineDataset = {
      writeDataPoint(point) {
        if (point) points.push(point);
        env.METRICS.writeDataPoint(point);
      },
    };
    return (await control(request)) ?? service.fetch(request, { ...withFaults(env), METRICS } as Env, context);
  },
} satisfies ExportedHandler<Env & { METRICS: AnalyticsEngineDataset }>;
