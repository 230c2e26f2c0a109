import { availableParallelism } from "node:os";
import { LabError } from "../../core/errors.ts";
import { createRandom, putBehind, seedOf, shuffled } from "../../core/random.ts";
import type { Trial } from "../result/result.ts";
import type { TransportRef } from "../run/transports.ts";
import { slicesOf as balancedSlices } from "../statistics/slice-order.ts";
import { hashPlan } from "../trial/hash-plan.ts";
import { isMeasuredAgain } from "./again.ts";
import { measuredOf, newCell, outcomeOf } from "./cells.ts";
import { type LaunchMoment, type LaunchSpec, SET_UP, sliceSeed, type Turn } from "./launch-spec.ts";
import { Participant } from "./participant.ts";
import { inPool } from "./pool.ts";
import { runScheduled } from "./scheduled.ts";
import { slicesOf } from "./slicing.ts";
import { QUICK_PARTS } from "./warming.ts";

/** Transports that are set up at a time: one waits where another has work, but more than processors only take each other's caches. */
const SIDE_BY_SIDE = Math.max(2, availableParallelism());

/**
 * Runs one launch: fresh processes for every transport, all alive and all but one silent, and rounds of slices in a balanced order. A
 * transport whose processes fail is out of this launch, and the others go on. Settles with a trial for each transport and scenario, when
 * all processes are gone. Rejects with the signal's reason when aborted.
 */
export async function runLaunch(
  spec: LaunchSpec,
  signal: AbortSignal,
  onMoment: (moment: LaunchMoment) => void,
): Promise<Trial[]> {
  const startedAt = new Date().toISOString();
  const beganMs = performance.now();
  const { transports, scenarios, fleet, agents } = spec;
  const notBegun = await agents?.begin().then(
    () => undefined,
    (error: unknown) => LabError.from(error).message,
  );
  await agents?.placing?.spread();
  signal.throwIfAborted();
  const random = createRandom(seedOf(spec.seed, "launch", spec.launch));
  const plans = scenarios.map(({ plan }) => plan);
  const participants = shuffled(transports, random).map(
    (transport) => new Participant(transport, plans, { fleet, agents }),
  );
  const cells = new Map(
    transports.flatMap(({ name }) => scenarios.map((_, index) => [`${name} ${index}`, newCell()] as const)),
  );
  const cellOf = (transport: string, scenario: number) => {
    const cell = cells.get(`${transport} ${scenario}`);
    if (!cell) throw new RangeError(`no cell of ${transport}`);
    return cell;
  };
  let onAbort = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => void reject(signal.reason);
  });
  aborted.catch(() => undefined);
  signal.addEventListener("abort", onAbort, { once: true });
  /** Whatever goes wrong is the transport's end in this launch, and nobody else's. */
  const attempt = async (participant: Participant, work: () => Promise<void>) => {
    if (participant.failure !== undefined) return;
    try {
      signal.throwIfAborted();
      await Promise.race([work(), participant.died, aborted]);
    } catch (error) {
      signal.throwIfAborted();
      participant.failure = LabError.from(error).message;
      await participant.close();
    }
  };
  const tell = (stage: LaunchMoment["stage"], { name }: TransportRef, scenario: number, done: number) =>
    onMoment({ stage, transport: name, scenario: scenarios[scenario]?.name ?? "", done });
  try {
    const orders = new Map(
      participants.map((participant) => [
        participant,
        shuffled(
          scenarios.map((_, index) => index),
          random,
        ),
      ]),
    );
    // Of each transport: to stand, and to connect and to warm up each scenario.
    const steps = participants.length * (1 + 2 * scenarios.length);
    let stepped = 0;
    if (notBegun !== undefined) for (const participant of participants) participant.failure = notBegun;
    await inPool(participants, SIDE_BY_SIDE, async (participant) => {
      const { transport } = participant;
      const order = orders.get(participant) ?? [];
      const step = async (stage: LaunchMoment["stage"], scenario: number, work: () => Promise<void>) => {
        await attempt(participant, async () => {
          tell(stage, transport, scenario, (SET_UP * stepped) / steps);
          await work();
        });
        stepped += 1;
      };
      await step("starting", order[0] ?? 0, () => participant.open(spec.loadProcesses));
      for (const scenario of order)
        await step("connecting", scenario, async () => {
          cellOf(transport.name, scenario).connected = await participant.connect(scenario);
        });
      for (const [index, scenario] of order.entries())
        await step("warming up", scenario, async () => {
          const { firstCpuUsPerDelivery: cold, ...warmUp } = await participant.warmUp(
            scenario,
            spec.gates === "note" ? QUICK_PARTS : undefined,
          );
          // What comes second in a process finds half of it warm.
          const isCold = index === 0;
          cellOf(transport.name, scenario).warmUp = {
            ...warmUp,
            ...(isCold ? { firstCpuUsPerDelivery: cold } : {}),
          };
        });
    });
    for (const participant of participants) await attempt(participant, () => participant.pin());
    await agents?.placing?.pin();
    const turns = turnsOf(spec);
    const planned = turns.length;
    const measureFrom = performance.now();
    if (agents)
      await runScheduled(agents, { participants, turns, spec, random, cellOf, attempt, tell, signal });
    else
      for (let position = 0; position < turns.length; position += 1) {
        const turn = turns[position];
        const participant = participants.find(({ transport }) => transport.name === turn?.transport);
        if (!turn || !participant) continue;
        await attempt(participant, async () => {
          const done = SET_UP + ((1 - SET_UP) * position) / turns.length;
          tell("measuring", participant.transport, turn.scenario, done);
          const others = participants.filter((one) => one !== participant && one.failure === undefined);
          const cell = cellOf(turn.transport, turn.scenario);
          const startedAt = (performance.now() - measureFrom) / 1_000;
          const slice = await participant.slice(
            turn.scenario,
            sliceSeed(spec, turn),
            others.flatMap((one) => one.processes),
          );
          const measured = measuredOf(slice, { turn, position, startedAt, spec, cell });
          cell.slices.push(measured);
          if (isMeasuredAgain(cell, turn.attempt, { planned, slices: turns.length }))
            putBehind(turns, position, { ...turn, attempt: turn.attempt + 1 }, random);
        });
      }
  } finally {
    signal.removeEventListener("abort", onAbort);
    await Promise.all(participants.map((participant) => participant.close()));
  }
  signal.throwIfAborted();
  const seconds = (performance.now() - beganMs) / 1_000 / (transports.length * scenarios.length);
  return participants.flatMap((participant) =>
    scenarios.map((scenario, index): Trial => {
      const { name } = participant.transport;
      const identity = {
        transport: name,
        scenario: scenario.name,
        block: spec.launch,
        attempt: 1,
        planHash: hashPlan(scenario.plan),
        params: { ...scenario.params },
        seed: scenario.plan.seed,
        startedAt,
        seconds: Math.round(seconds * 1_000) / 1_000,
      };
      return { ...identity, ...outcomeOf(cellOf(name, index), participant, spec, scenario) };
    }),
  );
}

/** The turns of all rounds, in their order. */
function turnsOf({ transports, hasControl = false, scenarios, seed, launch }: LaunchSpec): Turn[] {
  const slices = scenarios.map(({ plan }) => slicesOf(plan));
  const design = { transports: transports.length, slices, seed, control: hasControl };
  const order = balancedSlices(design, launch);
  return order.map(({ transport, ...slice }) => ({
    ...slice,
    transport: transports[transport]?.name ?? "",
    attempt: 1,
  }));
}
