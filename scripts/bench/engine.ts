import { EMULATED_PATH } from "./engine_paths.ts";
import { figureRows, type Report, type Row } from "./row.ts";
import { type Service, startWorker } from "./service.ts";
import type { Settings } from "./settings.ts";
import { type Contestant, clock, takeTurns } from "./turns.ts";

/** Rows, inner size and columns of linear layers: those of a short text, and one of a full window. */
const SHAPES = [
  [25, 384, 1152],
  [25, 384, 1536],
  [25, 384, 384],
  [25, 1536, 384],
  [128, 384, 1536],
] as const;
const LAYERS = 6;

const TOKENS = [25, 128];
/** What the encoder does beside products; the rest of `linear` is what it does beside them. */
const KERNELS = ["linear", "attention", "quantization", "gelu", "normalization"] as const;

/** Texts that might be run in one pass: how many, and how long each is. */
const TOGETHER = [
  [2, 25],
  [4, 25],
  [2, 128],
  [4, 128],
] as const;

/** About so many products are made in one request, which takes longer than a request's own time by far. */
const PRODUCTS_AT_ONCE = 500_000_000;
const PRODUCTS_PER_TOKEN = LAYERS * (384 * 1152 + 384 * 384 + 2 * 384 * 1536);

/** How near the engine is to what WebAssembly could do on this processor, what the rest is spent on, and what rows together would gain. */
export async function engine({ quick }: Settings): Promise<Report> {
  const timer = await startEngine();
  const rows: Row[] = [];
  const rounds = quick ? 3 : 40;
  const shapes = await timer.least(
    SHAPES.flatMap(([tokens, inner, columns]) =>
      ["roofline", "linear"].map((name) => ({ what: `${name}-${inner}x${columns}`, tokens })),
    ),
    rounds,
  );
  for (const [tokens, inner, columns] of SHAPES) {
    const rate = (name: string) =>
      (LAYERS * tokens * inner * columns) / (shapes(`${name}-${inner}x${columns}`, tokens) * 1e6);
    const figures = new Map(["roofline", "linear"].map((name) => [name, rate(name)]));
    rows.push(
      ...figureRows(figures, "roofline", { unit: "billion products/s", suffix: `, ${tokens} x ${inner} x ${columns}` }),
    );
  }

  const parts = await timer.least(
    TOKENS.flatMap((tokens) => ["encode", "roofline", ...KERNELS].map((what) => ({ what, tokens }))),
    rounds,
  );
  for (const tokens of TOKENS) {
    const whole = parts("encode", tokens);
    const spent = KERNELS.map((name) => [name, parts(name, tokens)] as const);
    const figures = new Map<string, number>([
      ["whole encoder", whole],
      ["roofline: its products alone", parts("roofline", tokens)],
      ...spent,
      ["calls and the rest", whole - spent.reduce((sum, [, ms]) => sum + ms, 0)],
    ]);
    rows.push(...figureRows(figures, "whole encoder", { unit: "ms", suffix: `, ${tokens} tokens` }));
  }

  const together = await timer.least(
    TOGETHER.flatMap(([count, tokens]) => [tokens, count * tokens].map((each) => ({ what: "linear", tokens: each }))),
    rounds,
  );
  for (const [count, tokens] of TOGETHER) {
    const names = ["one after another", "in one pass"] as const;
    const figures = new Map<string, number>([
      [names[0], count * together("linear", tokens)],
      [names[1], together("linear", count * tokens)],
    ]);
    rows.push(
      ...figureRows(figures, names[0], { unit: "ms", suffix: `: linear layers of ${count} x ${tokens} tokens` }),
    );
  }
  const isEmulated = await timer.dotIsEmulated();
  await timer.service.close();
  return {
    rows,
    notes: [
      isEmulated
        ? "This processor has no instruction for four products a lane, so the engine sums pairs itself (linearByPairs)."
        : "This processor has an instruction for four products a lane (AVX-VNNI, Arm's dot product), and the engine uses it (linear).",
      "Roofline: the same pair products by the same instructions, all operands in the first-level cache, and nothing else. Each figure is the least of its rounds, which take turns.",
    ],
  };
}

/** What a request takes that makes no run. */
const NOTHING = "nothing";

interface Asked {
  /** A path of engine_worker.ts. */
  what: string;
  tokens: number;
}

/** Kernels of the engine in a workerd of their own. */
export interface EngineTimer {
  service: Service;
  dotIsEmulated(): Promise<boolean>;
  /** Lets runs take turns. @returns gives the least milliseconds of one run of each */
  least(asked: readonly Asked[], rounds: number): Promise<(what: string, tokens: number) => number>;
}

export async function startEngine(): Promise<EngineTimer> {
  const service = await startWorker("engine_worker.ts");
  const request = ({ what, tokens }: Asked, runs: number) =>
    clock(() => service.ask(`/${what}?tokens=${tokens}&runs=${runs}`));
  return {
    service,
    dotIsEmulated: async () => (await service.ask(EMULATED_PATH)).body === "true",
    async least(asked, rounds) {
      const runs = new Map<string, number>();
      const contestants = new Map<string, Contestant>();
      for (const each of asked) {
        const empty = { what: NOTHING, tokens: each.tokens };
        contestants.set(nameOf(empty), () => request(each, 0));
        const count = Math.ceil(PRODUCTS_AT_ONCE / (each.tokens * PRODUCTS_PER_TOKEN));
        runs.set(nameOf(each), count);
        contestants.set(nameOf(each), () => request(each, count));
      }
      const times = await takeTurns(contestants, { rounds, warmUp: 10 });
      // Not the least of differences, which would be that of the slowest request for nothing.
      const least = (name: string) => Math.min(...(times.get(name) ?? []));
      return (what, tokens) => {
        const name = nameOf({ what, tokens });
        return (least(name) - least(nameOf({ what: NOTHING, tokens }))) / (runs.get(name) as number);
      };
    },
  };
}

function nameOf({ what, tokens }: Asked): string {
  return `${what}, ${tokens} tokens`;
}
