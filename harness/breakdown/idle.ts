import { setTimeout as sleep } from "node:timers/promises";
import { type ErrorCode, LabError } from "../../core/errors.ts";
import { DEFAULT_HEARTBEAT } from "../../core/heartbeat.ts";
import type { Plan } from "../../scenarios/plan.ts";
import type { Direction, DissectorFactory } from "../../transports/dissect/dissector.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import type { CloseReason } from "../../transports/port/transport.ts";
import type { ByteBreakdown } from "../result/schema/byte-breakdown.ts";
import { accountsAt, partsBetween, sumOf } from "./account.ts";
import { counted } from "./check.ts";
import { scaledPlan } from "./scaled-plan.ts";
import { openSite, type Site } from "./site.ts";

const MAX_USERS = 4;
const SETTLING_MS = 600;

/** How fast hearts beat, and how many intervals are counted. */
interface Pace {
  readonly cycleMs: number;
  readonly cycles: number;
}

const FAST: Pace = { cycleMs: 400, cycles: 6 };
/** For a transport that counts its interval in seconds, and for a machine on which the other did not last. */
const SLOW: Pace = { cycleMs: 1_000, cycles: 3 };

interface IdlePass {
  readonly idle: ByteBreakdown["idle"];
  readonly checked?: ByteBreakdown["checked"]["whole"];
}

/** What a machine that stalls for longer than a shortened time-out makes of a connection. */
const STALLED: readonly ErrorCode[] = ["closed", "heartbeat_timeout", "timeout", "unreachable"];

/**
 * What connected users who say nothing cost: the transport's heartbeats, made to beat faster with the same proportion of interval to
 * time-out, counted over at least three intervals. Absent, with the reason, when a connection survived neither pace.
 */
export async function idlePass(
  transport: TransportEntry,
  factory: DissectorFactory,
  plan: Plan,
  signal: AbortSignal,
): Promise<IdlePass> {
  const { heartbeatStepMs = 1 } = transport;
  let reason = `its heartbeat only comes in steps of ${heartbeatStepMs} ms`;
  for (const pace of [FAST, SLOW]) {
    if (pace.cycleMs % heartbeatStepMs !== 0) continue;
    try {
      return await count(transport, factory, plan, pace, signal);
    } catch (error) {
      signal.throwIfAborted();
      const { code, message } = LabError.from(error);
      if (!STALLED.includes(code)) throw error;
      reason = `a silent connection did not last: ${message}`;
    }
  }
  return { idle: { state: "absent", reason } };
}

/** Rejects with the reason when a connection was lost. */
async function count(
  transport: TransportEntry,
  factory: DissectorFactory,
  plan: Plan,
  { cycleMs, cycles }: Pace,
  signal: AbortSignal,
): Promise<IdlePass> {
  const { intervalMs, timeoutMs } = DEFAULT_HEARTBEAT;
  const heartbeat = { intervalMs: cycleMs, timeoutMs: (cycleMs * timeoutMs) / intervalMs };
  const site = await openSite(transport, scaledPlan(plan, MAX_USERS), () => undefined, heartbeat);
  let lost: CloseReason | undefined;
  for (const { closed } of site.clients.values())
    void closed.then((reason) => {
      lost ??= reason;
    });
  /** Relay and sockets never agree on what was on its way to a connection that was lost. */
  const quiet = async () => {
    const mark = await site.quiet();
    if (lost) throw new LabError(lost.code, lost.message);
    return mark;
  };
  try {
    await silence(site, SETTLING_MS, signal);
    await betweenBeats(site, Math.max(cycleMs, transport.pollEveryMs ?? 0), signal);
    const from = await quiet();
    await silence(site, cycles * cycleMs, signal);
    const marks = [from.chunks, site.relay.recording.length];
    const to = await quiet();
    const [before, after, last] = accountsAt(
      site.relay.recording,
      [...marks, to.chunks],
      factory,
      () => false,
    );
    if (!before || !after || !last) throw new LabError("internal", "an account is missing");
    const connections = site.clients.size;
    // Who asks more often than hearts beat does so however they are made to.
    const { pollEveryMs = intervalMs } = transport;
    const defaultCycleMs = Math.min(intervalMs, pollEveryMs);
    const countedMs = Math.min(cycleMs, pollEveryMs);
    const countedCycles = (cycles * cycleMs) / countedMs;
    const perCycle = (direction: Direction) => {
      const parts = partsBetween(before[direction], after[direction]);
      if (sumOf(parts) !== parts.heartbeats)
        throw new LabError("internal", `silence carried more than heartbeats: ${JSON.stringify(parts)}`);
      return parts.heartbeats / connections / countedCycles;
    };
    const heartbeatBytesPerCycle = { in: perCycle("in"), out: perCycle("out") };
    const idleBytesPerConnectionHour = {
      in: (heartbeatBytesPerCycle.in * 3_600_000) / defaultCycleMs,
      out: (heartbeatBytesPerCycle.out * 3_600_000) / defaultCycleMs,
    };
    return {
      idle: {
        state: "measured",
        connections,
        cycleMs: countedMs,
        cycles: Math.round(countedCycles),
        heartbeatBytesPerCycle,
        defaultCycleMs,
        derived: { idleBytesPerConnectionHour },
      },
      checked: counted("of silent connections", before, last, from, to),
    };
  } finally {
    await site.close();
  }
}

/**
 * Settles where no beat is near, so that whoever counts from then on counts whole intervals though timers are late: a quarter of one after the last
 * thing that came. Waits for three intervals at most.
 */
async function betweenBeats(site: Site, cycleMs: number, signal: AbortSignal): Promise<void> {
  const { recording } = site.relay;
  const latestMs = performance.now() + 3 * cycleMs;
  let chunks = recording.length;
  let cameMs = Number.POSITIVE_INFINITY;
  while (performance.now() < Math.min(latestMs, cameMs + cycleMs / 4)) {
    await silence(site, cycleMs / 40, signal);
    if (recording.length > chunks) cameMs = performance.now();
    chunks = recording.length;
  }
}

/** Settles after so long, or rejects as soon as a connection is lost. */
async function silence(site: Site, ms: number, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const lost = Promise.race([...site.clients.values()].map(({ closed }) => closed));
  const passed = sleep(ms, undefined, { signal: AbortSignal.any([signal, over.signal]) });
  const reason: CloseReason | undefined = await Promise.race([passed, lost]);
  if (!reason) return;
  over.abort();
  await passed.catch(() => undefined);
  throw new LabError(reason.code, reason.message);
}
