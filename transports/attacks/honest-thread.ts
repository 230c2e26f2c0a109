import { parentPort } from "node:worker_threads";
import type { Endpoint } from "../port/transport.ts";
import { findTransport } from "../registry.ts";
import { jwtIssuer } from "../session/jwt.ts";
import { type Honest, startPair } from "./honest-pair.ts";

/** Where a pair talks, and the key to its tokens. */
export interface Meeting {
  readonly transport: string;
  readonly endpoint: Endpoint;
  readonly secret: string;
}

/** What is asked of the thread: that the pair of that number meets, or stops. */
export interface Request {
  readonly pair: number;
  readonly wanted: Meeting | "stop";
}
/** One for each request, of the pair that it was asked of. */
export type Answer = { readonly pair: number } & ({ readonly failed: string } | { readonly honest?: Honest });

const HOUR_MS = 3_600_000;

/* The honest pair has a thread of its own, so that what attacks cost the attacker's thread is not taken for what they cost the pair. */
const pairs = new Map<number, Awaited<ReturnType<typeof startPair>>>();

async function answer({ pair, wanted }: Request): Promise<Answer> {
  if (wanted === "stop") {
    const honest = await pairs.get(pair)?.stop();
    pairs.delete(pair);
    return honest ? { pair, honest } : { pair, failed: "no pair talks" };
  }
  const transport = findTransport(wanted.transport);
  if (!transport) return { pair, failed: `no transport ${wanted.transport}` };
  const issue = jwtIssuer(wanted.secret);
  pairs.set(pair, await startPair(transport, wanted.endpoint, (user) => issue(user, HOUR_MS)));
  return { pair };
}

parentPort?.on("message", (request: Request) => {
  answer(request).then(
    (given) => parentPort?.postMessage(given),
    (error: unknown) =>
      parentPort?.postMessage({ pair: request.pair, failed: String(error) } satisfies Answer),
  );
});
