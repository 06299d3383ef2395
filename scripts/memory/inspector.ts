/** An isolate's memory as V8 counts it, in bytes. See `Figures` for memory that it does not count. */
interface HeapUsage {
  usedSize: number;
  embedderHeapUsedSize: number;
  backingStorageSize: number;
}

/** An isolate's V8, by the DevTools protocol: https://chromedevtools.github.io/devtools-protocol/v8/ */
export interface Inspector {
  heapUsage(): Promise<HeapUsage>;
  /** Runs full collections, including objects that become free only after the first one. */
  collectGarbage(): Promise<void>;
  close(): void;
}

interface Answer {
  id: number;
  result?: unknown;
  error?: { message: string };
}

/**
 * Connects to the inspector of an isolate. workerd allows one client for each isolate: the next client ends this connection, and loses
 * a message or two. The inspector answers only while the isolate's thread is free, not while code computes.
 */
export async function openInspector(url: URL): Promise<Inspector> {
  const socket = new WebSocket(url.href);
  const waiting = new Map<number, (answer: Answer) => void>();
  let lastId = 0;
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error(`Nobody can be reached at ${url}.`)));
  });
  socket.addEventListener("message", ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  socket.addEventListener("close", () => {
    for (const [id, settle] of waiting) settle({ id, error: { message: "The inspector is closed." } });
  });

  async function send(method: string): Promise<unknown> {
    const id = ++lastId;
    const { result, error } = await new Promise<Answer>((resolve) => {
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method }));
    });
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  return {
    heapUsage: async () => (await send("Runtime.getHeapUsage")) as HeapUsage,
    async collectGarbage() {
      await send("HeapProfiler.collectGarbage");
      await send("HeapProfiler.collectGarbage");
    },
    close: () => socket.close(),
  };
}
