import { LabError } from "../../core/errors.ts";
import { createRandom, randomInt, seedOf, shuffled } from "../../core/random.ts";
import type { Plan } from "../../scenarios/plan.ts";
import { present } from "../result/present.ts";
import type { Metrics, Trial } from "../result/result.ts";
import type { TransportRef } from "../run/transports.ts";
import type { Fleet } from "../service/fleet.ts";
import { slicesOf as balancedSlices } from "../statistics/slice-order.ts";
import { agentsOf } from "../trial/agent-figures.ts";
import type { Connected } from "../trial/connecting.ts";
import { hashPlan } from "../trial/hash-plan.ts";
import { computeMetrics } from "../trial/metrics.ts";
import type { Observation } from "../trial/observation.ts";
import type { LoadSite } from "../trial/site.ts";
import { hostDisturbance, validityOf } from "../trial/validity.ts";
import { mergeSlices } from "./merge.ts";
import { Participant, type SliceObservation } from "./participant.ts";
import { inPool } from "./pool.ts";
import { sliceMsOf, slicesOf } from "./slicing.ts";
import { runTimetable } from "./timetable.ts";
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
  /** Who runs the load processes, and is told all slices beforehand; default this process. */
  readonly agents?: LoadSite | undefined;
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
  /** Kept where figures are made of all slices' at once: those of agents. */
  readonly observation?: Observation;
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
  const { transports, scenarios, fleet, agents } = spec;
  const notBegun = await agents?.begin().then(
    () => undefined,
    (error: unknown) => LabError.from(error).message,
  );
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
    const turns = turnsOf(spec);
    const most = turns.length * (1 + SHARE_AGAIN);
    const measureFrom = performance.now();
    if (agents)
      await runScheduled(agents, { participants, turns, most, spec, random, cellOf, attempt, tell, signal });
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

/** Of the traffic of a turn: the same for all transports. */
function sliceSeed({ scenarios }: LaunchSpec, { scenario, round }: Turn): number {
  return seedOf(planOf(scenarios, scenario).seed, "slice", round);
}

function planOf(scenarios: readonly LaunchScenario[], scenario: number): Plan {
  const plan = scenarios[scenario]?.plan;
  if (!plan) throw new LabError("internal", "a slice of a scenario that there is not");
  return plan;
}

interface Place {
  readonly turn: Turn;
  readonly position: number;
  /** Seconds since the first slice began. */
  readonly startedAt: number;
  readonly spec: LaunchSpec;
  readonly cell: Cell;
}

function measuredOf(
  { observed, disturbance }: SliceObservation,
  { turn, position, startedAt, spec: { scenarios, gates }, cell: { connected, warmUp } }: Place,
): Measured {
  const plan = planOf(scenarios, turn.scenario);
  if (!connected || !warmUp) throw new LabError("internal", "a slice of a scenario that is not connected");
  const observation = {
    ...observed,
    ...connected,
    warmUp: { seconds: warmUp.seconds, latency: undefined, cpu: undefined },
  };
  const metrics = computeMetrics(observation);
  const objection = disturbance ?? (gates === "void" ? whyVoid(metrics, plan) : undefined);
  const { deliveryLatencyUs, serverCpuUsPerDelivery } = metrics;
  return {
    metrics,
    ...(observed.agents ? { observation } : {}),
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

/** What the turns of a launch are run with. */
interface Running {
  readonly participants: readonly Participant[];
  readonly turns: readonly Turn[];
  /** The most slices, those that are measured again among them. */
  readonly most: number;
  readonly spec: LaunchSpec;
  readonly random: () => number;
  readonly cellOf: (transport: string, scenario: number) => Cell;
  readonly attempt: (participant: Participant, work: () => Promise<void>) => Promise<void>;
  readonly tell: (
    stage: LaunchMoment["stage"],
    transport: TransportRef,
    scenario: number,
    done: number,
  ) => void;
  readonly signal: AbortSignal;
}

/** Has agents run the turns: all of them by a timetable, and those that are void once more by another, until there are enough. */
async function runScheduled(agents: LoadSite, running: Running): Promise<void> {
  const { participants, turns, most, spec, random, cellOf, attempt, tell, signal } = running;
  let position = 0;
  let startedAt = 0;
  for (let left: readonly Turn[] = turns; left.length > 0; ) {
    const isOut = ({ transport }: Turn) =>
      participants.find((one) => one.transport.name === transport)?.failure !== undefined;
    const planned = left.filter((turn) => !isOut(turn)).slice(0, Math.floor(most) - position);
    const slices = await runTimetable(agents, {
      participants,
      attempt,
      signal,
      turns: planned.map((turn) => ({
        transport: turn.transport,
        scenario: turn.scenario,
        seed: sliceSeed(spec, turn),
        lengthMs: sliceMsOf(planOf(spec.scenarios, turn.scenario)),
      })),
      onTurn: (participant, scenario, index) => {
        const done = SET_UP + ((1 - SET_UP) * Math.min(turns.length, position + index)) / turns.length;
        tell("measuring", participant.transport, scenario, done);
      },
    });
    const again: Turn[] = [];
    for (const [index, turn] of planned.entries()) {
      const slice = slices[index];
      if (!slice) continue;
      const cell = cellOf(turn.transport, turn.scenario);
      const place = { turn, position: position + index, startedAt: startedAt + slice.atSeconds, spec, cell };
      const measured = measuredOf(slice, place);
      cell.slices.push(measured);
      if (measured.record.void !== undefined && turn.attempt < MOST_ATTEMPTS)
        again.push({ ...turn, attempt: turn.attempt + 1 });
    }
    position += planned.length;
    startedAt += slices.reduce((last, slice) => Math.max(last, slice?.atSeconds ?? 0), 0);
    left = shuffled(again, random);
  }
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
  const agents = agentsOf(used.flatMap(({ observation }) => observation ?? []));
  const metrics = {
    ...mergeSlices(
      used.map((one) => one.metrics),
      warmUp,
    ),
    ...present({ agents }),
  };
  const { state, reason, notes } = validityOf(metrics, { loop: plan.loop, gates, native });
  return { state, ...(reason === undefined ? {} : { reason }), notes, metrics, ...kept };
}
