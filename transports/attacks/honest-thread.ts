import { parentPort, workerData } from "node:worker_threads";
import type { Endpoint } from "../port/transport.ts";
import { findTransport } from "../registry.ts";
import { jwtIssuer } from "../session/jwt.ts";
import { startPair } from "./honest-pair.ts";

/** Where the pair talks, and the key to its tokens. */
export interface Meeting {
  readonly transport: string;
  readonly endpoint: Endpoint;
  readonly secret: string;
}

/* The honest pair has a thread of its own, so that what attacks cost the attacker's thread is not taken for what they cost the pair. */
const { transport: name, endpoint, secret }: Meeting = workerData;
const transport = findTransport(name);
if (!transport) throw new Error(`no transport ${name}`);
const issue = jwtIssuer(secret);
const pair = await startPair(transport, endpoint, (user) => issue(user, 3_600_000));
parentPort?.once("message", async () => parentPort?.postMessage(await pair.stop()));
parentPort?.postMessage("talking");
