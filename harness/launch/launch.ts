import { LabError } from "../../core/errors.ts";
import { createRandom, randomInt, seedOf, shuffled } from "../../core/random.ts";
import type { Plan } from "../../scenarios/plan.ts";
import type { Metrics, Trial } from "../result/result.ts";
import type { TransportRef } from "../run/transports.ts";
import type { Fleet } from "../service/fleet.ts";
import { slicesOf as balancedSlices } from "../statistics/slice-order.ts";
import type { Connected } from "../trial/connecting.ts";
import { hashPlan } from "../trial/hash-plan.ts";
import { computeMetrics } from "../trial/metrics.ts";
import { hostDisturbance, validityOf } from "../trial/validity.ts";
import { mergeSlices } from "./merge.ts";
import { Participant } from "./participant.ts";
import { inPool } from "./pool.ts";
import { sliceMsOf, slicesOf } from "./slicing.ts";
import { type LaunchWarmUp, QUICK_PARTS } from "./warming.ts";

/** What one launch is of. */
export interface LaunchSpec {
  /** Counted from 0. */
  readonly launch: number;
  readonly transports: readonly TransportRef[];
  readonly scenarios: readonly LaunchScenario[];
  /** Of the run: orders are drawn over all its launches. */
  readonly seed: number;
  readonly loadProcesses: number;
  /** `note` is a quick run's, which is not warmed up for long either. */
  readonly gates: "void" | "note";
  /** Of a run that is watched. */
  readonly fleet?: Fleet | undefined;
}

export interface LaunchScenario {
  readonly name: string;
  readonly plan: Plan;
  readonly params: Readonly<Record<string, number>>;
}

export interface LaunchMoment {
  readonly stage: "starting" | "connecting" | "warming up" | "measuring";
  readonly transport: string;
  readonly scenario: string;
  /** Of the launch's work, 0 to 1. */
  readonly done: number;
}

/** How often a slice is measured at the most, and the share of a launch's slices that may be measured again. */
const MOST_ATTEMPTS = 5;
const SHARE_AGAIN = 0.4;
/** What starting, connecting and warming up take, as a share of the launch; the rest are slices. */
const SET_UP = 0.4;
/** Transports that are set up at a time: while one waits for its server another one's clients have work. */
const SIDE_BY_SIDE = 4;

interface Turn {
  readonly transport: string;
  readonly scenario: number;
  readonly round: number;
  readonly attempt: number;
}

type SliceRecord = NonNullable<Trial["slices"]>[number];

interface Measured {
  readonly record: SliceRecord;
  readonly metrics: Metrics;
}

/** What is known of one transport on one scenario. */
interface Cell {
  connected?: Connected;
  warmUp?: LaunchWarmUp;
  readonly slices: Measured[];
}

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
  const { transports, scenarios, fleet } = spec;
  const random = createRandom(seedOf(spec.seed, "launch", spec.launch));
  const plans = scenarios.map(({ plan }) => plan);
  const participants = shuffled(transports, random).map(
    (transport) => new Participant(transport, plans, { fleet }),
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
    const turns = turnsOf(spec);
    const most = turns.length * (1 + SHARE_AGAIN);
    const measureFrom = performance.now();
    for (let position = 0; position < turns.length; position += 1) {
      const turn = turns[position];
      const participant = participants.find(({ transport }) => transport.name === turn?.transport);
      if (!turn || !participant) continue;
      await attempt(participant, async () => {
        const done = SET_UP + ((1 - SET_UP) * position) / turns.length;
        tell("measuring", participant.transport, turn.scenario, done);
        const others = participants.filter((one) => one !== participant && one.failure === undefined);
        const cell = cellOf(turn.transport, turn.scenario);
        const measured = await measure(participant, others, turn, position, spec, cell, measureFrom);
        cell.slices.push(measured);
        const again = measured.record.void !== undefined && turn.attempt < MOST_ATTEMPTS;
        if (again && turns.length < most)
          turns.splice(position + 1 + randomInt(random, turns.length - position), 0, {
            ...turn,
            attempt: turn.attempt + 1,
          });
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

function newCell(): Cell {
  return { slices: [] };
}

/** The turns of all rounds, in their order. */
function turnsOf({ transports, scenarios, seed, launch }: LaunchSpec): Turn[] {
  const slices = scenarios.map(({ plan }) => slicesOf(plan));
  const order = balancedSlices({ transports: transports.length, slices, seed }, launch);
  return order.map(({ transport, ...slice }) => ({
    ...slice,
    transport: transports[transport]?.name ?? "",
    attempt: 1,
  }));
}

async function measure(
  participant: Participant,
  others: readonly Participant[],
  turn: Turn,
  position: number,
  { scenarios, gates }: LaunchSpec,
  { connected, warmUp }: Cell,
  measureFrom: number,
): Promise<Measured> {
  const plan = scenarios[turn.scenario]?.plan;
  if (!plan || !connected || !warmUp)
    throw new LabError("internal", "a slice of a scenario that is not connected");
  const startedAt = (performance.now() - measureFrom) / 1_000;
  const { observed, disturbance } = await participant.slice(
    turn.scenario,
    seedOf(plan.seed, "slice", turn.round),
    others.flatMap((one) => one.processes),
  );
  const metrics = computeMetrics({
    ...observed,
    ...connected,
    warmUp: { seconds: warmUp.seconds, latency: undefined, cpu: undefined },
  });
  const objection = disturbance ?? (gates === "void" ? whyVoid(metrics, plan) : undefined);
  const { deliveryLatencyUs, serverCpuUsPerDelivery } = metrics;
  return {
    metrics,
    record: {
      round: turn.round,
      position,
      startedAtSeconds: Math.round(startedAt * 1_000) / 1_000,
      seconds: sliceMsOf(plan) / 1_000,
      publishes: metrics.publishes,
      deliveries: metrics.delivered,
      ...(deliveryLatencyUs ? { p50Us: deliveryLatencyUs.p50 } : {}),
      ...(serverCpuUsPerDelivery === undefined ? {} : { cpuUsPerDelivery: serverCpuUsPerDelivery }),
      ...(objection === undefined ? {} : { void: objection }),
    },
  };
}

/** What a moment's trouble of the machine or of the generator does to a slice; what lasts shows in the whole. */
function whyVoid(metrics: Metrics, { loop }: Plan): string | undefined {
  const { state, reason } = validityOf(metrics, { loop, gates: "void" });
  return hostDisturbance(metrics) ?? (state === "invalid" ? reason : undefined);
}

/** A cell's part of its trial. Slices that are void count only where there is no other. */
function outcomeOf(
  { slices, warmUp }: Cell,
  { failure, native }: Pick<Participant, "failure" | "native">,
  { gates }: LaunchSpec,
  { plan }: LaunchScenario,
): Pick<Trial, "state" | "reason" | "notes" | "metrics" | "slices"> {
  const records = slices.map(({ record }) => record);
  const kept = records.length > 0 ? { slices: records } : {};
  if (failure !== undefined) return { state: "failed", reason: failure, notes: [], ...kept };
  const valid = slices.filter(({ record }) => record.void === undefined);
  const used = valid.length > 0 ? valid : slices;
  if (!warmUp || used.length === 0)
    return { state: "failed", reason: "the launch ended before its first slice", notes: [] };
  const metrics = mergeSlices(
    used.map((one) => one.metrics),
    warmUp,
  );
  const { state, reason, notes } = validityOf(metrics, { loop: plan.loop, gates, native });
  return { state, ...(reason === undefined ? {} : { reason }), notes, metrics, ...kept };
}
