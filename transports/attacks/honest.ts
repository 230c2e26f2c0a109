import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Transport } from "../port/transport.ts";
import type { Honest } from "./honest-pair.ts";
import type { Meeting } from "./honest-thread.ts";
import type { ServerProcess } from "./server-process.ts";

/** As it was built, whether this module was or runs from its source. */
const thread = new URL(
  import.meta.url.endsWith(".ts") ? "../../dist/transports/attacks/honest-thread.js" : "./honest-thread.js",
  import.meta.url,
);

/** Two users that write to each other beside an attack, in a thread of their own. Rejects when they can't meet. */
export async function startHonest({ name }: Transport, { endpoint, secret }: ServerProcess) {
  const meeting: Meeting = { transport: name, endpoint, secret };
  const worker = new Worker(thread, { workerData: meeting });
  await once(worker, "message");
  return {
    stop: async (): Promise<Honest> => {
      const answered = once(worker, "message");
      worker.postMessage("stop");
      const [honest]: Honest[] = await answered;
      await worker.terminate();
      if (!honest) throw new Error("the honest pair did not say how it fared");
      return honest;
    },
  };
}
