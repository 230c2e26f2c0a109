import type { Fitting } from "../../harness/launch/fitting.ts";
import type { Results } from "../../harness/result/result.ts";
import type { Params } from "../../scenarios/scenario.ts";

/** What a run has where flags say nothing. */
interface Preset {
  /** Of trials in one piece. */
  readonly blocks: number;
  readonly params: Partial<Params>;
  readonly launches: number;
  /** In place of these, where everything is sliced and nobody says how many. */
  readonly fitting?: Fitting & { readonly most: number };
  /** Slices of a transport and scenario in a launch; `median`: as many as a median needs publishes. */
  readonly rounds: number | "median";
}

export const PRESETS: Record<Results["preset"], Preset> = {
  quick: {
    blocks: 1,
    // So few subscribers need no processes of their own to drain them.
    params: { connections: 30, duration: 1, warmup: 0.5 },
    launches: 1,
    rounds: "median",
  },
  standard: {
    ...{ blocks: 1, params: {}, launches: 4, rounds: 1 },
    // Six rounds of six transports are a whole Williams square.
    fitting: { least: 4, most: 6, seconds: 145 },
  },
  rigorous: {
    ...{ blocks: 10, params: { duration: 10, warmup: 10 }, launches: 12, rounds: 4 },
    fitting: { least: 8, most: 18, seconds: 885 },
  },
};
