import { MIN_PAYLOAD_CHARACTERS, type Plan } from "./plan.ts";

/** One number that shapes a scenario. */
export interface Param {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
  readonly about: string;
}

/** The parameters every scenario has, so that one flag sets them all. */
export interface Params {
  readonly connections: number;
  readonly rate: number;
  readonly payload: number;
  /** Seconds of measurement. */
  readonly duration: number;
  /** Seconds of warm-up at most. */
  readonly warmup: number;
}

export type ParamName = keyof Params;

/** A story that transports are put through: a pure function from numbers to a plan. */
export interface Scenario {
  readonly name: string;
  /** One line for `notif-lab list`. */
  readonly summary: string;
  /** In a few words, for the table of docs/scenarios.md. */
  readonly standsFor: string;
  /** The figures that tell most, for the same table. */
  readonly lookAt: string;
  /** The real system it stands for, and what to look at in the figures. */
  readonly about: string;
  readonly params: Readonly<Record<ParamName, Param>>;
  /** Slices of a launch where nobody says how many and the run is no quick one: for plans whose quantiles need more than the usual. */
  readonly slicesALaunch?: number;
  plan(params: Params, seed: number): Plan;
}

/** The parameters that are the same in every scenario but for their defaults. */
export function commonParams(
  defaults: Pick<Params, "connections" | "rate">,
  about: { rate: string; connections: string },
) {
  return {
    connections: {
      default: defaults.connections,
      min: 2,
      max: 40_000,
      unit: "connections",
      about: about.connections,
    },
    rate: { default: defaults.rate, min: 0.1, max: 100_000, unit: "publishes/s", about: about.rate },
    payload: {
      default: 128,
      min: MIN_PAYLOAD_CHARACTERS,
      max: 65_536,
      unit: "characters",
      about: "length of a notification's body",
    },
    duration: { default: 4, min: 0.5, max: 86_400, unit: "s", about: "time measured" },
    warmup: {
      default: 1,
      min: 0,
      max: 3_600,
      unit: "s",
      about: "traffic before it, at most; from 5 s on it ends when the figures have settled",
    },
  } satisfies Record<ParamName, Param>;
}

/** The phases that the common parameters describe. */
export function commonPhases({ connections, duration, warmup }: Params): Plan["phases"] {
  return {
    connectsPerSecond: Math.max(500, connections / 10),
    warmupMs: Math.round(warmup * 1_000),
    settleMs: 250,
    measureMs: Math.round(duration * 1_000),
    drainTimeoutMs: 5_000,
  };
}
