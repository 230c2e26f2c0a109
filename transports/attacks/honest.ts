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

let pairs = 0;

/** Settles with the answer for this pair: another, whose test was given up, may still talk. Rejects when the thread dies. */
async function ask(worker: Worker, request: Request) {
  const answered = new Promise<Answer>((resolve, reject) => {
    const hear = (given: Answer) => given.pair === request.pair && settle(() => resolve(given));
    const dies = (error: Error) => settle(() => reject(error));
    const settle = (done: () => void) => {
      worker.off("message", hear).off("error", dies);
      done();
    };
    worker.on("message", hear).on("error", dies);
  });
  worker.postMessage(request);
  const answer = await answered;
  if ("failed" in answer) throw new Error(`the honest pair: ${answer.failed}`);
  return answer;
}

/**
 * Two users that write to each other beside an attack, in a thread of their own, until they are stopped. Rejects when they can't meet.
 */
export async function startHonest({ name }: Transport, { endpoint, secret }: ServerProcess) {
  thread ??= openThread();
  const worker = thread;
  pairs += 1;
  const pair = pairs;
  await ask(worker, { pair, wanted: { transport: name, endpoint, secret } });
  return {
    stop: async (): Promise<Honest> => {
      const { honest } = await ask(worker, { pair, wanted: "stop" });
      if (!honest) throw new Error("the honest pair did not say how it fared");
      return honest;
    },
  };
}
