import { cpus } from "node:os";
import { LabError } from "../../core/errors.ts";
import type { Plan } from "../../scenarios/plan.ts";
import { hostDisturbance } from "../result/host-disturbance.ts";
import { present } from "../result/present.ts";
import type { Metrics, Trial } from "../result/result.ts";
import { agentsOf } from "../trial/agent-figures.ts";
import type { Connected } from "../trial/connecting.ts";
import { computeMetrics } from "../trial/metrics.ts";
import type { Observation } from "../trial/observation.ts";
import { validityOf, withoutPressure } from "../trial/validity.ts";
import { type LaunchScenario, type LaunchSpec, planOf, type Turn } from "./launch-spec.ts";
import { mergeSlices } from "./merge.ts";
import type { Participant } from "./participant.ts";
import { type SliceObservation, sliceMsOf } from "./slicing.ts";
import type { LaunchWarmUp } from "./warming.ts";

type SliceRecord = NonNullable<Trial["slices"]>[number];

/** A slice that was measured. */
export interface Measured {
  readonly record: SliceRecord;
  readonly metrics: Metrics;
  /** Kept where figures are made of all slices' at once: those of agents. */
  readonly observation?: Observation;
}

/** What is known of one transport on one scenario. */
export interface Cell {
  connected?: Connected;
  warmUp?: LaunchWarmUp;
  readonly slices: Measured[];
}

/** Of which nothing is known yet. */
export function newCell(): Cell {
  return { slices: [] };
}

interface Place {
  readonly turn: Turn;
  readonly position: number;
  /** Seconds since the first slice began. */
  readonly startedAt: number;
  readonly spec: LaunchSpec;
  readonly cell: Cell;
}

/** A slice with its figures, and why it is void if it is. */
export function measuredOf(
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

/** What a moment's trouble of the machine or of the generator does to a slice; what lasts shows in the whole. */
function whyVoid(metrics: Metrics, { loop }: Plan): string | undefined {
  const { state, reason } = validityOf(metrics, { loop, gates: "void", sliced: true });
  return (
    hostDisturbance(withoutPressure(metrics), cpus().length) ?? (state === "invalid" ? reason : undefined)
  );
}

/** A cell's part of its trial. Slices that are void count only where there is no other, in a run whose gates only note. */
export function outcomeOf(
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
  const { state, reason, notes } = validityOf(metrics, { loop: plan.loop, gates, native, sliced: true });
  // What made each slice void may not show in all of them together.
  const objection = gates === "void" && valid.length === 0 ? slices.at(-1)?.record.void : undefined;
  if (objection !== undefined)
    return {
      state: "invalid",
      reason: `none of its slices was valid: ${objection}`,
      notes,
      metrics,
      ...kept,
    };
  return { state, ...(reason === undefined ? {} : { reason }), notes, metrics, ...kept };
}
