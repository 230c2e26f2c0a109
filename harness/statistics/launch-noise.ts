import { seedOf } from "../../core/random.ts";
import { standardNormal } from "./normal.ts";
import { slicesOf } from "./slice-order.ts";

/** How a machine that launches are measured on disturbs them; shares are standard deviations on the log scale. */
export interface LaunchNoise {
  /** Of one process from another of the same transport: one for all, or one for each transport, taken in turn. */
  readonly process: number | readonly number[];
  /** Of a slice, likewise. */
  readonly slice: number | readonly number[];
  /** Of the machine's random walk over ten seconds. */
  readonly drift: number;
  /** `t3` is Student's with 3 degrees of freedom, `contaminated` has one in ten shifted up by 3 and 4 times as wide. */
  readonly tails: "normal" | "t3" | "contaminated";
  /** Of slices, in which something else begins to run and makes about four in a row half as slow again. */
  readonly bursts: number;
  /** Times in which the machine is disturbed, some two launches long; default none. */
  readonly spells?: Spells;
}

export interface Spells {
  /** Of launches that fall into them. */
  readonly share: number;
  /** By how much slices and drift are larger. */
  readonly louder: number;
  /** How many times as long a launch takes, whose void slices are measured again. */
  readonly slower: number;
}

const CALM: LaunchNoise = { process: 0, slice: 0.07, drift: 0, tails: "normal", bursts: 0 };
/** Every transport with a process noise of its own. */
const UNLIKE: readonly number[] = [0, 0.02, 0.04, 0.05, 0.07, 0.09];

/** Slices in a noisy hour, and one transport near its limit. */
const SLICES: readonly number[] = [0.1, 0.12, 0.15, 0.15, 0.2, 0.39];

/** As measured: slices of 7 to 39 %, processes of 0 to 9 %, a drift of 10 to 14 % in ten seconds. */
export const MEASURED_NOISES: Readonly<Record<string, LaunchNoise>> = {
  calm: CALM,
  "drift 14 %": { ...CALM, drift: 0.14 },
  "processes 5 %, drift 12 %": { ...CALM, process: 0.05, drift: 0.12 },
  "processes 9 %, drift 10 %": { ...CALM, process: 0.09, drift: 0.1 },
  "processes 0 to 9 %, drift 12 %": { ...CALM, process: UNLIKE, drift: 0.12 },
  "t3 tails": { ...CALM, process: 0.05, drift: 0.12, tails: "t3" },
  contaminated: { ...CALM, process: 0.05, drift: 0.12, tails: "contaminated" },
  bursts: { ...CALM, process: 0.05, drift: 0.12, bursts: 0.03 },
  "slices 10 to 39 %": { ...CALM, slice: SLICES, process: 0.03, drift: 0.12 },
  "all of it": { process: UNLIKE, slice: 0.07, drift: 0.14, tails: "t3", bursts: 0.03 },
};

/** A run that is simulated. */
export interface SimulatedPlan {
  readonly transports: number;
  readonly launches: number;
  /** Rounds in a launch. */
  readonly rounds: number;
  readonly noise: LaunchNoise;
  /** By transport its true value; 1 where there is none. */
  readonly truth?: readonly number[];
  /** The share of cells that have no valid slice; default 0. */
  readonly missing?: number;
  /** Whether the run is over after so many launches, of which the slowest took so long; a calm one takes 1. */
  readonly isOver?: (done: number, spent: number, slowest: number) => boolean;
}

/** From one slice's beginning to the next one's. */
const SLICE_SECONDS = 0.6;
const DRIFT_SECONDS = 10;
const BURST_LENGTH = 4;
const BURST = Math.log(1.5);
/** That a spell goes on in the next launch. */
const SPELL_GOES_ON = 0.5;

/** A run's values by transport and launch, slices in balanced order and averaged as the lab does. */
export function simulatedRun(plan: SimulatedPlan, random: () => number): (number | undefined)[][] {
  const { transports, launches, rounds, noise, truth = [], missing = 0, isOver } = plan;
  const seed = seedOf(Math.floor(random() * 2 ** 32));
  const disturb = disturbance(noise, random);
  const isLoud = spells(noise.spells, random);
  const byLaunch: number[][] = [];
  let [spent, slowest] = [0, 0];
  while (byLaunch.length < launches && !isOver?.(byLaunch.length, spent, slowest)) {
    const logs = Array.from({ length: transports }, (_, transport) => {
      const sd = sdOf(noise.process, transport);
      return Math.log(truth[transport] ?? 1) + sd * draw(noise.tails, random);
    });
    const { louder = 1, slower = 1 } = (isLoud() && noise.spells) || {};
    for (const { transport } of slicesOf({ transports, slices: [rounds], seed }, byLaunch.length))
      logs[transport] = (logs[transport] ?? 0) + disturb(sdOf(noise.slice, transport), louder) / rounds;
    byLaunch.push(logs.map(Math.exp));
    spent += slower;
    slowest = Math.max(slowest, slower);
  }
  return Array.from({ length: transports }, (_, transport) =>
    byLaunch.map((values) => (missing > 0 && random() < missing ? undefined : values[transport])),
  );
}

/** Whether the next launch falls into a spell. */
function spells(of: Spells | undefined, random: () => number): () => boolean {
  if (!of) return () => false;
  let loud = random() < of.share;
  const begins = ((1 - SPELL_GOES_ON) * of.share) / (1 - of.share);
  return () => {
    const now = loud;
    loud = random() < (loud ? SPELL_GOES_ON : begins);
    return now;
  };
}

function sdOf(sd: number | readonly number[], transport: number): number {
  return typeof sd === "number" ? sd : (sd[transport % sd.length] ?? 0);
}

/** What slices' logarithms are off by, in turn. */
function disturbance(noise: LaunchNoise, random: () => number): (slice: number, louder: number) => number {
  const step = noise.drift * Math.sqrt(SLICE_SECONDS / DRIFT_SECONDS);
  let walk = 0;
  let burst = false;
  return (slice, louder) => {
    walk += louder * step * standardNormal(random);
    burst = random() < (burst ? 1 - 1 / BURST_LENGTH : noise.bursts);
    return walk + (burst ? BURST : 0) + louder * slice * draw(noise.tails, random);
  };
}

function draw(tails: LaunchNoise["tails"], random: () => number): number {
  const z = standardNormal(random);
  if (tails === "contaminated") return random() < 0.1 ? 3 + 4 * z : z;
  if (tails === "normal") return z;
  const square = () => standardNormal(random) ** 2;
  return z / Math.sqrt((square() + square() + square()) / 3);
}
