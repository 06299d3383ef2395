import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** Starts `npm run label`. @param preload a module that Node imports before the command */
export function startLabel(args: string[], env: Record<string, string> = {}, preload?: string): ChildProcess {
  const imports = preload ? ["--import", preload] : [];
  return spawn("node", [...imports, "scripts/label.ts", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
}

/** Waits for its end. @returns the exit code, null where a signal ended it, and all that it printed */
export async function endOf(child: ChildProcess): Promise<{ code: number | null; printed: string }> {
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (printed += chunk));
  const [code] = await once(child, "close");
  return { code, printed };
}
