import { setTimeout as sleep } from "node:timers/promises";
import type { Transport } from "../port/transport.ts";
import type { Attack, Target } from "./attack.ts";
import { startHonest } from "./honest.ts";
import type { Honest } from "./honest-pair.ts";
import type { Footprint, ServerProcess } from "./server-process.ts";
import { watchStolenTime } from "./stolen-time.ts";

/** What must hold around any attack. */
const BOUNDS = { p99Ms: 1_000, rssFactor: 1.5 } as const;
/** Beyond it a wait says nothing of the server: the machine was away. Everything else is judged all the same. */
const STOLEN = 0.05;

export interface Siege {
  readonly honest: Honest;
  readonly before: Footprint;
  readonly after: Footprint;
  /** One line each; empty when all held. */
  readonly failures: string[];
}

/** Open files of the server that come and go by themselves. */
const SLACK_FILES = 2;
/** Node.js gives memory back some seconds after it was freed. */
const RECOVERY_MS = 20_000;

/** Runs the attacks at once beside an honest pair of users, who may wait so long (p99), and says what did not hold. Never rejects. */
export async function besiege(
  transport: Transport,
  server: ServerProcess,
  before: Footprint,
  attack: () => Promise<readonly PromiseSettledResult<void>[]>,
  mostMs: number = BOUNDS.p99Ms,
): Promise<Siege> {
  const failures: string[] = [];
  const pair = await startHonest(transport, server);
  const stolen = watchStolenTime();
  for (const outcome of await attack())
    if (outcome.status === "rejected") failures.push(String(outcome.reason));
  const isAway = stolen() > STOLEN;
  const honest = await pair.stop();
  if (!server.alive)
    return { honest, before, after: before, failures: [...failures, "the process has ended"] };
  if (honest.lost > 0 || honest.ended !== undefined)
    failures.push(
      `the honest pair lost ${honest.lost} of ${honest.sent} (${honest.ended ?? "still connected"})`,
    );
  if (!isAway && !(honest.p99Ms < mostMs))
    failures.push(`the honest pair waited ${Math.round(honest.p99Ms)} ms (p99)`);
  if (/internal error/.test(server.stderr)) failures.push(`stderr: ${server.stderr.split("\n")[0]}`);
  const after = await recovered(server, before);
  if (after.openFiles > before.openFiles + SLACK_FILES)
    failures.push(`open files: ${before.openFiles} before, ${after.openFiles} after`);
  if (after.rssBytes > before.rssBytes * BOUNDS.rssFactor)
    failures.push(`RSS: ${toMiB(before)} MiB before, ${toMiB(after)} MiB after`);
  return { honest, before, after, failures };
}

/** How long the honest pair may wait beside these attacks. */
export function mostWait(attacks: readonly Attack[]): number {
  return Math.max(BOUNDS.p99Ms, ...attacks.map(({ holdsUpMs = 0 }) => holdsUpMs));
}

/** Runs the attacks at once, all but the first with users of their own, so that none takes the sessions that another means to have. */
export function settle(attacks: readonly Attack[], { endpoint, token }: Target) {
  const own = (user: string, place: number) => (place === 0 ? user : `${user}-${place}`);
  return Promise.allSettled(
    attacks.map(async ({ name, run }, place) => {
      try {
        await run({ endpoint, token: (user, expiresInMs) => token(own(user, place), expiresInMs) });
      } catch (error) {
        throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      }
    }),
  );
}

/** The footprint once it has come back, or as it is when the time for that is over. */
async function recovered(server: ServerProcess, before: Footprint): Promise<Footprint> {
  const deadline = performance.now() + RECOVERY_MS;
  for (;;) {
    server.collect();
    await sleep(100);
    const now = server.footprint();
    const back =
      now.openFiles <= before.openFiles + SLACK_FILES && now.rssBytes <= before.rssBytes * BOUNDS.rssFactor;
    if (back || performance.now() > deadline) return now;
  }
}

function toMiB({ rssBytes }: Footprint): number {
  return Math.round(rssBytes / 2 ** 20);
}

/** The footprint of a server that has served an honest pair for a moment, so that its code is loaded and warm. */
export async function warm(transport: Transport, server: ServerProcess): Promise<Footprint> {
  const pair = await startHonest(transport, server);
  await sleep(1_000);
  await pair.stop();
  server.collect();
  await sleep(500);
  return server.footprint();
}
