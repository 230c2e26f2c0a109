import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Transport } from "../port/transport.ts";
import type { Honest } from "./honest-pair.ts";
import type { Answer, Request } from "./honest-thread.ts";
import type { ServerProcess } from "./server-process.ts";

/** As it was built, whether this module was or runs from its source. */
const file = new URL(
  import.meta.url.endsWith(".ts") ? "../../dist/transports/attacks/honest-thread.js" : "./honest-thread.js",
  import.meta.url,
);

/** Kept from one pair to the next: a thread takes most of a second to load all transports. It keeps no process alive. */
let thread: Worker | undefined;

function openThread(): Worker {
  const worker = new Worker(file);
  worker.unref();
  worker.once("exit", () => {
    if (thread === worker) thread = undefined;
  });
  return worker;
}

async function ask(worker: Worker, request: Request) {
  const answered = once(worker, "message");
  worker.postMessage(request);
  const [answer]: Answer[] = await answered;
  if (!answer || "failed" in answer) throw new Error(`the honest pair: ${answer?.failed ?? "no answer"}`);
  return answer;
}

/**
 * Two users that write to each other beside an attack, in a thread of their own, until they are stopped; one such pair at a time. Rejects
 * when they can't meet.
 */
export async function startHonest({ name }: Transport, { endpoint, secret }: ServerProcess) {
  thread ??= openThread();
  const worker = thread;
  await ask(worker, { transport: name, endpoint, secret });
  return {
    stop: async (): Promise<Honest> => {
      const { honest } = await ask(worker, "stop");
      if (!honest) throw new Error("the honest pair did not say how it fared");
      return honest;
    },
  };
}
