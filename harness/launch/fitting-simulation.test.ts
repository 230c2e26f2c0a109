import assert from "node:assert/strict";
import { test } from "vitest";
import { MEASURED_NOISES } from "../statistics/launch-noise.ts";
import { simulateIntervals } from "../statistics/launch-simulation.ts";
import { type Fitting, launchesThatFit } from "./fitting.ts";

/** Of the default run and of a rigorous one, in units of what a calm launch takes. */
const RUNS = {
  default: { rounds: 1, most: 6, fitting: { least: 4, seconds: 145 / 24 } },
  rigorous: { rounds: 4, most: 18, fitting: { least: 8, seconds: 885 / 54 } },
};

interface Simulated {
  readonly name: keyof typeof RUNS;
  readonly share: number;
  readonly louder: number;
  readonly slower: number;
  readonly runs: number;
}

/** A machine whose disturbed launches are noisier and slower, so that the noise decides how many there are. */
function simulate({ name, share, louder, slower, runs }: Simulated) {
  const { rounds, most, fitting } = RUNS[name];
  const launches = new Set<number>();
  const found = simulateIntervals({
    ...{ transports: 6, rounds, launches: most, runs, seed: 11 },
    noise: {
      ...(MEASURED_NOISES["processes 0 to 9 %, drift 12 %"] ?? assert.fail()),
      spells: { share, louder, slower },
    },
    isOver: (done, spent, slowest) => {
      const over = done >= fits(fitting, { done, most, spent, slowest });
      if (over) launches.add(done);
      return over;
    },
  });
  return { ...found, launches: launches.add(most) };
}

function fits(
  fitting: Fitting,
  { done, most, spent, slowest }: { done: number; most: number; spent: number; slowest: number },
): number {
  const slowestSeconds = slowest || 1;
  return launchesThatFit(fitting, { done, most, spentSeconds: spent, slowestSeconds });
}

/** Four standard deviations of a binomial share above 5 %. */
const mostOf = (runs: number) => 0.05 + 4 * Math.sqrt((0.05 * 0.95) / runs);

test("launches by time, where noise makes them slow: like transports are told apart in at most 5 % of runs", () => {
  const runs = 150;
  const { familyError, coverage, launches } = simulate({
    name: "default",
    share: 0.3,
    louder: 3,
    slower: 1.6,
    runs,
  });
  assert.deepEqual([...launches].sort(), [4, 5, 6]);
  assert.ok(familyError < mostOf(runs), `${familyError}`);
  assert.ok(coverage > 0.93, `${coverage}`);
});

const CASES = Object.keys(RUNS).flatMap((name) =>
  [0.1, 0.3, 0.6].flatMap((share) =>
    [2, 4].map((louder) => [name as keyof typeof RUNS, share, louder] as const),
  ),
);
test.each(CASES)(
  "%s run, %d of launches disturbed, %d times as loud: 5 % of 1,000 runs at most",
  { timeout: 300_000, tags: ["full"] },
  (name, share, louder) => {
    const { familyError, coverage } = simulate({ name, share, louder, slower: 1.6, runs: 1_000 });
    assert.ok(familyError < mostOf(1_000), `${familyError}`);
    assert.ok(coverage > 0.93, `${coverage}`);
  },
);
