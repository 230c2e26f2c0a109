import {
  coverageOfInterval,
  type Drift,
  falsePositivesOfBlocks,
  falsePositivesOfSequence,
} from "../../statistics/simulation.ts";
import { type Check, findingOf } from "../check.ts";

const RUNS = 4_000;
const NOMINAL = 0.05;
/** Four standard deviations of a binomial share: a seed that misses it by chance is one in 16,000. */
const band = (p: number, runs: number) => 4 * Math.sqrt((p * (1 - p)) / runs);
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const DRIFTS: readonly Drift[] = ["linear", "random-walk"];

export const aaResampled: Check = {
  name: "aa-resampled",
  proves: "one transport under two names is called different as rarely as the 5 % level promises",
  target: "5 % of 4,000 runs, within 1.4 points",
  timed: false,
  run: async ({ seed }) => {
    const share = falsePositivesOfBlocks({ seed, runs: RUNS });
    const passed = Math.abs(share - NOMINAL) <= band(NOMINAL, RUNS);
    return findingOf(passed, `${percent(share)} called different`, { falsePositiveShare: share });
  },
};

export const drift: Check = {
  name: "drift",
  proves: "running in randomised blocks keeps a slowly drifting machine from creating false differences",
  target: "one transport after the other > 20 %; in blocks 5 +- 1.4 %",
  timed: false,
  run: async ({ seed }) => {
    const shares = DRIFTS.map((kind) => ({
      sequence: falsePositivesOfSequence({ seed, runs: 1_000, drift: kind }),
      blocks: falsePositivesOfBlocks({ seed, runs: RUNS, drift: kind }),
    }));
    const passed = shares.every(
      ({ sequence, blocks }) => sequence > 0.2 && Math.abs(blocks - NOMINAL) <= band(NOMINAL, RUNS),
    );
    const text = (pick: "sequence" | "blocks") => shares.map((one) => percent(one[pick])).join(" and ");
    return findingOf(passed, `${text("sequence")} in sequence, ${text("blocks")} in blocks`, {
      sequenceLinearShare: shares[0]?.sequence ?? Number.NaN,
      sequenceRandomWalkShare: shares[1]?.sequence ?? Number.NaN,
      blocksLinearShare: shares[0]?.blocks ?? Number.NaN,
      blocksRandomWalkShare: shares[1]?.blocks ?? Number.NaN,
    });
  },
};

export const coverage: Check = {
  name: "coverage",
  proves: "a 95 % interval from ten blocks contains the true ratio as often as it says",
  target: "93 to 97 % of 1,000 simulations",
  timed: false,
  run: async ({ seed }) => {
    const share = coverageOfInterval({ seed, runs: 1_000 });
    return findingOf(share >= 0.93 && share <= 0.97, `${percent(share)} contain it`, {
      coverageShare: share,
    });
  },
};
