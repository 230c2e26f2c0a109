import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "../../core/errors.ts";
import type { ClientCost } from "../result/schema/client-cost.ts";
import type { Replayer } from "./replayer.ts";

/** Subscribers in a process of their own, which does nothing but receive. */
export interface Readers {
  /** What the process has used since it began, and what its subscribers' callbacks got. */
  used(): Promise<{ readonly cpuUs: number; readonly events: number }>;
}

/** Subscribers that a message is played to. */
export const READERS = 50;
/** Rounds, in each of which every subscriber gets the message once: until the process is warm, and in each of the parts. */
const ROUNDS = { warmUp: 200, parts: 5, each: 60, patienceMs: 5_000 };
/** Long enough for every client to have done with its delivery, so that none finds two in one read. */
const GAP_MS = 4;
/** In which everything that is under way comes to rest. */
const CALM_MS = 200;
const POLL_MS = 10;

/**
 * Records one message that `publish` sends to all subscribers, and has it played to them again and again, one at a read, as in a fan-out.
 * Rejects with `internal` where not every message that was played came to a callback.
 */
export async function measureClients(
  replayer: Pick<Replayer, "record" | "stop" | "play">,
  readers: Readers,
  publish: () => Promise<unknown>,
  { warmUp, parts, each, patienceMs } = ROUNDS,
): Promise<Omit<ClientCost, "transport">> {
  await sleep(CALM_MS);
  replayer.record();
  await publish();
  await sleep(CALM_MS);
  const bytes = replayer.stop() / READERS;
  const play = (rounds: number) => playRounds(replayer, readers, rounds, patienceMs);
  await play(warmUp);
  const measured = [];
  for (let part = 0; part < parts; part += 1) measured.push(await play(each));
  const messages = Math.min(...measured.map(({ played }) => played));
  return { bytes, messages, usPerMessage: measured.map(({ cpuUs, played }) => cpuUs / played) };
}

async function playRounds(
  replayer: Pick<Replayer, "play">,
  readers: Readers,
  rounds: number,
  patienceMs: number,
) {
  const before = await readers.used();
  let played = 0;
  for (let round = 0; round < rounds; round += 1) {
    played += replayer.play();
    await sleep(GAP_MS);
  }
  for (const end = performance.now() + patienceMs; ; await sleep(POLL_MS)) {
    const { cpuUs, events } = await readers.used();
    const came = events - before.events;
    if (played > 0 && came === played) return { cpuUs: cpuUs - before.cpuUs, played };
    if (played === 0 || came > played || performance.now() > end)
      throw new LabError("internal", `${came} messages came of ${played} that were played`);
  }
}
