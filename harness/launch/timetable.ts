import { nowUs } from "../measurement/clock.ts";
import { readHost } from "../measurement/host-noise.ts";
import type { LoadCount, LoadSlice, LoadTurn } from "../processes/messages.ts";
import type { LoadSite } from "../trial/site.ts";
import { sleepUntil } from "../trial/sleep-until.ts";
import type { ScheduledSlice } from "./appointments.ts";
import type { Participant } from "./participant.ts";
import { watchSilence } from "./silence.ts";
import { LEAD_IN_MS, type SliceObservation } from "./slicing.ts";

/** From the first request until the first lead-in: every process has to know its turns by then. */
const KNOWN_US = 1_500_000;
const KNOWN_A_PARTICIPANT_US = 250_000;
/** After the lead-in, for what is under way; and after a slice, which is void if that was not enough. */
const GAP_US = 30_000;
const DRAIN_US = 200_000;
/** Between two slices, for the garbage of the first: of every process that publishes, on what CPU there is. */
const PAUSE_US = 200_000;
/** A process that comes later than this to a moment was kept from its CPU. */
const MOST_LATE_US = 20_000;

/** A slice that is to be measured, by the transport's name. */
export type ScheduledTurn = Pick<LoadTurn, "scenario" | "seed" | "lengthMs"> & { readonly transport: string };

interface TimetableOptions {
  readonly participants: readonly Participant[];
  readonly turns: readonly ScheduledTurn[];
  /** Does what may fail the participant alone. */
  readonly attempt: (participant: Participant, work: () => Promise<void>) => Promise<void>;
  readonly onTurn: (participant: Participant, scenario: number, index: number) => void;
  readonly signal: AbortSignal;
}

/** When each turn is, by the controller's clock, if the first one begins then. */
export function timesOf<Turn extends Pick<ScheduledTurn, "lengthMs">>(
  turns: readonly Turn[],
  fromUs: number,
) {
  let leadInUs = fromUs;
  return turns.map((turn) => {
    const measureUs = leadInUs + LEAD_IN_MS * 1_000 + GAP_US;
    const takeUs = measureUs + turn.lengthMs * 1_000 + DRAIN_US;
    const times = { ...turn, leadInUs, leadInMs: LEAD_IN_MS, measureUs, takeUs };
    leadInUs = takeUs + PAUSE_US;
    return times;
  });
}

/**
 * Measures the turns, one after the other, at moments that are fixed beforehand in this process's clock and told to every process in advance: from the
 * first lead-in to the last slice nobody is asked for anything. Settles with what each brought, in their order; undefined where its transport failed.
 */
export async function runTimetable(
  agents: LoadSite,
  { participants, turns, attempt, onTurn, signal }: TimetableOptions,
): Promise<((SliceObservation & { readonly atSeconds: number }) | undefined)[]> {
  /** What all of them need, and each fails without. */
  const together = (work: Promise<unknown>) => {
    work.catch(() => undefined);
    return Promise.all(participants.map((one) => attempt(one, async () => void (await work))));
  };
  await together(agents.refer());
  const fromUs = nowUs() + KNOWN_US + KNOWN_A_PARTICIPANT_US * participants.length;
  const planned = timesOf(turns, fromUs);
  const ofTransport = ({ transport }: Participant) =>
    planned.filter((one) => one.transport === transport.name).map(asTurn);
  await Promise.all(
    participants.map((one) => attempt(one, () => one.appointments.schedule(ofTransport(one)))),
  );
  const isLate = nowUs() > fromUs;
  const beside: Awaited<ReturnType<typeof watched>>[] = [];
  for (const [index, turn] of planned.entries()) {
    const participant = participants.find(({ transport }) => transport.name === turn.transport);
    if (participant && participant.failure === undefined) onTurn(participant, turn.scenario, index);
    const seen = watched(turn, participant, participants, agents);
    // When the last of them has failed, there is nothing to wait for.
    await together(seen);
    signal.throwIfAborted();
    if (participants.every(({ failure }) => failure !== undefined)) break;
    beside.push(await seen);
  }
  const collected = new Map<Participant, readonly ScheduledSlice[]>();
  await Promise.all(
    participants.map((one) =>
      attempt(one, async () => void collected.set(one, await one.appointments.collect())),
    ),
  );
  await together(agents.compareAgain());
  const taken = new Map<Participant, number>();
  return planned.map((turn, index) => {
    const participant = participants.find(({ transport }) => transport.name === turn.transport);
    const place = participant ? (taken.get(participant) ?? 0) : 0;
    if (participant) taken.set(participant, place + 1);
    const slice = participant && collected.get(participant)?.[place];
    const around = beside[index];
    if (!participant || !slice || !around || participant.failure !== undefined) return undefined;
    const { disturbance, ...seen } = around;
    return {
      observed: participant.appointments.observe(turn, slice, { ...seen, native: participant.native }),
      disturbance: isLate
        ? "its moment had passed before all knew it"
        : (disturbance ?? whyNotWhole(slice.loads)),
      atSeconds: (turn.measureUs - fromUs) / 1_000_000,
    };
  });
}

/** Without the transport's name. */
function asTurn({ scenario, seed, leadInUs, leadInMs, measureUs, lengthMs, takeUs }: LoadTurn): LoadTurn {
  return { scenario, seed, leadInUs, leadInMs, measureUs, lengthMs, takeUs };
}

/** What this machine and NATS did in a turn. */
async function watched(
  { measureUs, lengthMs, takeUs }: LoadTurn,
  participant: Participant | undefined,
  participants: readonly Participant[],
  agents: LoadSite,
) {
  await sleepUntil(measureUs);
  const others = participants.filter((one) => one !== participant && one.failure === undefined);
  const silence = watchSilence(others.flatMap((one) => one.processes));
  const before = { host: readHost(), cpu: process.cpuUsage(), messages: agents.messages() };
  await sleepUntil(measureUs + lengthMs * 1_000);
  const natsMessages = agents.messages() - before.messages;
  // Deliveries that are still under way cost CPU, too.
  await sleepUntil(takeUs);
  const cpu = process.cpuUsage(before.cpu);
  return {
    disturbance: silence(),
    host: { before: before.host, after: readHost() },
    ownCpuUs: cpu.user + cpu.system,
    natsMessages,
  };
}

/** Why a slice that was begun and ended by the clock is not what it should be; undefined where it is. */
export function whyNotWhole(loads: readonly Pick<LoadSlice, "counts" | "lateUs">[]): string | undefined {
  const sum = (of: (counts: LoadSlice["counts"]) => number) =>
    loads.reduce((total, { counts }) => total + of(counts), 0);
  const late = Math.max(0, ...loads.map(({ lateUs }) => lateUs));
  if (late > MOST_LATE_US) return `a load process came ${Math.round(late / 1_000)} ms late to its moment`;
  const underWay = (count: LoadCount) =>
    count.expected + count.unmeasured.expected - count.delivered - count.unmeasured.delivered;
  const before = sum((counts) => underWay(counts.before));
  if (before > 0) return `${before} deliveries of its lead-in were still under way when it began`;
  const isUnsettled = loads.some(({ counts }) => !counts.after.sendsSettled);
  const after = sum((counts) => underWay(counts.after));
  const receipts = sum((counts) => counts.after.receiptsAwaited);
  if (!isUnsettled && after <= 0 && receipts <= 0) return undefined;
  return `${Math.max(after, receipts)} deliveries were still under way ${DRAIN_US / 1_000} ms after it`;
}
