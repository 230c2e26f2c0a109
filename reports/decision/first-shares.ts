import { createRandom } from "../../core/random.ts";
import type { InputFigure } from "./input.ts";
import { equalsAmong, logsToBest } from "./scores.ts";

/** Adds one for every place that has the lowest value, or ties for it. */
function countFirsts(scores: readonly number[], counts: number[]): void {
  const best = Math.min(...scores) + 1e-9;
  for (let at = 0; at < scores.length; at += 1)
    if ((scores[at] ?? 0) <= best) counts[at] = (counts[at] ?? 0) + 1;
}

/** Share of `draws` weightings, uniform over all that there are (a flat Dirichlet), in which each place is first. */
export function firstOfWeightings(rows: readonly (readonly number[])[], draws: number): number[] {
  const random = createRandom(1);
  const counts = (rows[0] ?? []).map(() => 0);
  const scores = counts.slice();
  for (let draw = 0; draw < draws; draw += 1) {
    // Exponential variates are a flat Dirichlet once divided by their sum, which leaves the order of the scores as it is.
    scores.fill(0);
    for (const row of rows) {
      const weight = -Math.log(1 - random());
      for (let at = 0; at < row.length; at += 1) scores[at] = (scores[at] ?? 0) + weight * (row[at] ?? 0);
    }
    countFirsts(scores, counts);
  }
  return counts.map((count) => count / draws);
}

/**
 * Share of `draws` bootstrap resamples in which each transport is first: in each, a scenario's blocks are drawn with replacement from
 * those that all the transports have, the same for all of its figures and transports. None with fewer than five such blocks.
 */
export function firstOfResamples(
  figures: readonly InputFigure[],
  counting: readonly number[],
  weights: readonly number[],
  transports: readonly number[],
  draws: number,
): { readonly shares: number[] | undefined; readonly commonBlocks: number } {
  const scenarios = [...new Set(figures.map(({ scenario }) => scenario))].map((scenario) => {
    const own = figures.filter((figure) => figure.scenario === scenario);
    const values = own.flatMap((figure) => transports.map((transport) => figure.blocks[transport] ?? []));
    const common = (values[0] ?? [])
      .map((_value, block) => block)
      .filter((block) => values.every((row) => (row[block] ?? 0) > 0));
    return {
      common,
      figures: own.map((figure) => ({
        // Of its criterion's weight, its part.
        share:
          (weights[counting.indexOf(figure.criterion)] ?? 0) /
          figures.filter(({ criterion }) => criterion === figure.criterion).length,
        groups: equalsAmong(figure, transports),
        logs: transports.map((transport) =>
          common.map((block) => Math.log(figure.blocks[transport]?.[block] ?? Number.NaN)),
        ),
      })),
    };
  });
  const commonBlocks = scenarios.length > 0 ? Math.min(...scenarios.map(({ common }) => common.length)) : 0;
  if (commonBlocks < 5 || transports.length === 0) return { shares: undefined, commonBlocks };
  const random = createRandom(2);
  const counts = transports.map(() => 0);
  for (let draw = 0; draw < draws; draw += 1) {
    const scores = transports.map(() => 0);
    for (const { common, figures: own } of scenarios) {
      const picks = common.map(() => Math.floor(random() * common.length));
      for (const { share, groups, logs } of own) {
        const row = logsToBest(
          logs.map((values) => picks.reduce((sum, pick) => sum + (values[pick] ?? 0), 0) / picks.length),
          groups,
        );
        for (let at = 0; at < row.length; at += 1) scores[at] = (scores[at] ?? 0) + share * (row[at] ?? 0);
      }
    }
    countFirsts(scores, counts);
  }
  return { shares: counts.map((count) => count / draws), commonBlocks };
}
