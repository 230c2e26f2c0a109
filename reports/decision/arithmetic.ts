import { firstOfResamples, firstOfWeightings } from "./first-shares.ts";
import type { Decision, DecisionInput, InputFigure, RankedTransport, Settings, TestedPair } from "./input.ts";
import { provenBehind } from "./lead.ts";
import { byCriteria, byFigures, byRequirement } from "./qualification.ts";
import { equalsAmong, logsToBest, meanRows, weightedMean } from "./scores.ts";

/** Settings applied to a decision input, in the terminal and in the page. The formula is that of docs/deciding.md. */
export function decide(input: DecisionInput, settings: Settings): Decision {
  const { excluded, doubtful } = byRequirement(input, settings);
  const isOut = new Set(excluded.map(({ transport }) => transport));
  const left = input.transports
    .map((_name, transport) => transport)
    .filter((transport) => !isOut.has(transport));
  const { figures, unscored } = byFigures(input, settings, left);
  const unfit = new Set(unscored.map(({ transport }) => transport));
  const transports = left.filter((transport) => !unfit.has(transport));
  const { counting, idle } = byCriteria(input, settings, transports.length > 0 ? figures : []);
  const rows = counting.map((criterion) =>
    meanRows(
      figures
        .filter((figure) => figure.criterion === criterion)
        .map((figure) =>
          logsToBest(
            transports.map((transport) => Math.log(figure.values[transport] ?? Number.NaN)),
            equalsAmong(figure, transports),
          ),
        ),
    ),
  );
  const weights = counting.map((criterion) => settings.weights[input.criteria[criterion]?.key ?? ""] ?? 0);
  const scores = weightedMean(rows, weights);
  const weightings = 10_000;
  const resamples = 1_000;
  const byWeight = counting.length > 1 ? firstOfWeightings(rows, weightings) : undefined;
  const { shares: byBlocks, commonBlocks } = firstOfResamples(
    figures,
    counting,
    weights,
    transports,
    resamples,
  );
  const ranks = scores.map((own) => 1 + scores.filter((score) => score < own - 1e-9).length);
  const isTop = (at: number) => counting.length > 0 && ranks[at] === 1;
  const top = transports.filter((_transport, at) => isTop(at));
  const rivals = transports.filter((_transport, at) => !isTop(at));
  const shareOf = ({ criterion }: InputFigure) =>
    (weights[counting.indexOf(criterion)] ?? 0) / figures.filter((one) => one.criterion === criterion).length;
  const behind = provenBehind(figures, figures.map(shareOf), top, rivals, input.level);
  const ranked =
    counting.length === 0
      ? []
      : transports.map((transport, at): RankedTransport => {
          return {
            transport,
            score: Math.exp(scores[at] ?? Number.NaN),
            rank: ranks[at] ?? 1,
            isBehind: behind.includes(transport),
            ratios: input.criteria.map((_one, criterion) => {
              const row = rows[counting.indexOf(criterion)];
              return row ? Math.exp(row[at] ?? Number.NaN) : null;
            }),
            firstOfWeightings: byWeight?.[at] ?? null,
            firstOfResamples: byBlocks?.[at] ?? null,
          };
        });
  return {
    ranked: ranked.sort((a, b) => a.rank - b.rank || a.transport - b.transport),
    excluded,
    unscored,
    doubtful: doubtful.filter(({ transport }) => transports.includes(transport)),
    counting,
    idle,
    pairs: pairsBehind(figures, transports, top),
    isLeadProven: behind.length === rivals.length,
    weightings,
    resamples,
    commonBlocks,
  };
}

/** What the verdicts say of the pairs behind a ranking. */
function pairsBehind(
  figures: readonly InputFigure[],
  transports: readonly number[],
  top: readonly number[],
): Decision["pairs"] {
  const tested = figures.flatMap((figure) =>
    figure.tested.filter(([a, b]) => transports.includes(a) && transports.includes(b)),
  );
  const many = (...verdicts: readonly TestedPair[2][]) =>
    tested.filter(([, , verdict]) => verdicts.includes(verdict)).length;
  const all = (figures.length * transports.length * (transports.length - 1)) / 2;
  const testedAtTop = tested.filter(
    ([a, b, verdict]) => verdict !== "inconclusive" && top.includes(a) !== top.includes(b),
  ).length;
  return {
    different: many("different"),
    equal: many("practically equal"),
    inconclusive: many("inconclusive"),
    untested: all - tested.length,
    openAtTop: figures.length * top.length * (transports.length - top.length) - testedAtTop,
  };
}
