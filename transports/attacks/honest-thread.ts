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

/** What is asked of the thread: that a pair meets, or that the one that talks stops. */
export type Request = Meeting | "stop";
/** One for each request. */
export type Answer = { readonly failed: string } | { readonly honest?: Honest };

const HOUR_MS = 3_600_000;

/* The honest pair has a thread of its own, so that what attacks cost the attacker's thread is not taken for what they cost the pair. */
let pair: Awaited<ReturnType<typeof startPair>> | undefined;

async function answer(request: Request): Promise<Answer> {
  if (request === "stop") {
    const honest = await pair?.stop();
    pair = undefined;
    return honest ? { honest } : { failed: "no pair talks" };
  }
  const transport = findTransport(request.transport);
  if (!transport) return { failed: `no transport ${request.transport}` };
  const issue = jwtIssuer(request.secret);
  pair = await startPair(transport, request.endpoint, (user) => issue(user, HOUR_MS));
  return {};
}

parentPort?.on("message", (request: Request) => {
  answer(request).then(
    (given) => parentPort?.postMessage(given),
    (error: unknown) => parentPort?.postMessage({ failed: String(error) } satisfies Answer),
  );
});
