import type { Decision, DecisionInput, InputFigure, RankedTransport, Settings, TestedPair } from "./input.ts";

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
  const ranked =
    counting.length === 0
      ? []
      : transports.map((transport, at): RankedTransport => {
          const own = scores[at] ?? Number.NaN;
          return {
            transport,
            score: Math.exp(own),
            rank: 1 + scores.filter((score) => score < own - 1e-9).length,
            ratios: input.criteria.map((_one, criterion) => {
              const row = rows[counting.indexOf(criterion)];
              return row ? Math.exp(row[at] ?? Number.NaN) : null;
            }),
            firstOfWeightings: byWeight?.[at] ?? null,
            firstOfResamples: byBlocks?.[at] ?? null,
          };
        });
  const top = ranked.filter(({ rank }) => rank === 1).map(({ transport }) => transport);
  return {
    ranked: ranked.sort((a, b) => a.rank - b.rank || a.transport - b.transport),
    excluded,
    unscored,
    doubtful: doubtful.filter(({ transport }) => transports.includes(transport)),
    counting,
    idle,
    pairs: pairsBehind(figures, transports, top),
    weightings,
    resamples,
    commonBlocks,
  };
}

/** Who is out by a requirement, and of whom one is not known. */
function byRequirement(input: DecisionInput, settings: Settings): Pick<Decision, "excluded" | "doubtful"> {
  const reasons = (transport: number, meets: "no" | "unknown") =>
    input.requirements.flatMap(({ key, label, answers }) => {
      const answer = answers[transport];
      return settings.needs.includes(key) && answer?.meets === meets ? [`${label}: ${answer.reason}`] : [];
    });
  const having = (meets: "no" | "unknown") =>
    input.transports
      .map((_name, transport) => ({ transport, reasons: reasons(transport, meets) }))
      .filter((one) => one.reasons.length > 0);
  return { excluded: having("no"), doubtful: having("unknown") };
}

/** The figures that count, and which transports lack one of them. */
function byFigures(
  input: DecisionInput,
  settings: Settings,
  left: readonly number[],
): { readonly figures: readonly InputFigure[]; readonly unscored: Decision["unscored"] } {
  const chosen = (scenario: number) => settings.scenarios.includes(input.scenarios[scenario] ?? "");
  const troubles = input.troubles.filter(({ scenario }) => chosen(scenario));
  const figures = input.figures.filter(
    ({ criterion, scenario, values }) =>
      chosen(scenario) &&
      (settings.weights[input.criteria[criterion]?.key ?? ""] ?? 0) > 0 &&
      left.some((transport) => values[transport] !== null),
  );
  const unscored = left.flatMap((transport) => {
    const own = troubles.filter((one) => one.transport === transport);
    const lacking = figures.filter(
      ({ values, scenario }) => values[transport] === null && !own.some((one) => one.scenario === scenario),
    );
    const reasons = [
      ...own.map(({ scenario, reason }) => `${input.scenarios[scenario]}: ${reason}`),
      ...lacking.map(
        ({ scenario, label, missing }) =>
          `${input.scenarios[scenario]}: no ${label}, ${missing[transport] ?? "not measured"}`,
      ),
    ];
    return reasons.length > 0 ? [{ transport, reasons }] : [];
  });
  return { figures, unscored };
}

/** The criteria that count, and those that would but have no figure. */
function byCriteria(
  input: DecisionInput,
  settings: Settings,
  figures: readonly InputFigure[],
): Pick<Decision, "counting" | "idle"> {
  const heavy = input.criteria
    .map((_one, criterion) => criterion)
    .filter((criterion) => (settings.weights[input.criteria[criterion]?.key ?? ""] ?? 0) > 0);
  const has = (criterion: number) => figures.some((figure) => figure.criterion === criterion);
  return {
    counting: heavy.filter(has),
    idle: heavy
      .filter((criterion) => !has(criterion))
      .map((criterion) => {
        const gap = input.gaps.find(
          (one) =>
            one.criterion === criterion && settings.scenarios.includes(input.scenarios[one.scenario] ?? ""),
        );
        return {
          criterion,
          reason: gap ? `${input.scenarios[gap.scenario]}: ${gap.reason}` : "not measured in these scenarios",
        };
      }),
  };
}

/**
 * Groups of places in `transports`: those that are practically equal, the closest joined first. Two that are told apart never share one, though a
 * third may be equal to both.
 */
function equalsAmong(figure: InputFigure, transports: readonly number[]): number[] {
  const groups = transports.map((_transport, at) => at);
  const apart = figure.tested
    .filter(([, , verdict]) => verdict === "different")
    .map(([a, b]) => [transports.indexOf(a), transports.indexOf(b)] as const);
  const distance = (a: number, b: number) =>
    Math.abs(Math.log((figure.values[a] ?? 1) / (figure.values[b] ?? 1)));
  const equal = figure.tested
    .filter(
      ([a, b, verdict]) =>
        verdict === "practically equal" && transports.includes(a) && transports.includes(b),
    )
    .sort(([a, b], [c, d]) => distance(a, b) - distance(c, d));
  for (const [a, b] of equal) {
    const one = groups[transports.indexOf(a)];
    const other = groups[transports.indexOf(b)];
    const within = (at: number) => groups[at] === one || groups[at] === other;
    if (one === undefined || other === undefined || apart.some(([c, d]) => within(c) && within(d))) continue;
    for (let at = 0; at < groups.length; at += 1) if (groups[at] === other) groups[at] = one;
  }
  return groups;
}

/** Logarithms less the lowest of them, those of one group replaced by their mean: what is tied stays together. */
function logsToBest(logs: readonly number[], groups: readonly number[]): number[] {
  const sums = logs.map(() => 0);
  const sizes = logs.map(() => 0);
  for (let at = 0; at < logs.length; at += 1) {
    const group = groups[at] ?? at;
    sums[group] = (sums[group] ?? 0) + (logs[at] ?? 0);
    sizes[group] = (sizes[group] ?? 0) + 1;
  }
  const pooled = groups.map((group) => (sums[group] ?? 0) / (sizes[group] ?? 1));
  const best = Math.min(...pooled);
  return pooled.map((log) => log - best);
}

/** The mean of rows, place by place. */
function meanRows(rows: readonly (readonly number[])[]): number[] {
  const [first = []] = rows;
  return first.map((_value, at) => rows.reduce((sum, row) => sum + (row[at] ?? 0), 0) / rows.length);
}

/** The mean of rows, place by place, each row as heavy as its weight. */
function weightedMean(rows: readonly (readonly number[])[], weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const [first = []] = rows;
  return first.map(
    (_value, at) => rows.reduce((sum, row, index) => sum + (row[at] ?? 0) * (weights[index] ?? 0), 0) / total,
  );
}

/** Adds one for every place that has the lowest value, or ties for it. */
function countFirsts(scores: readonly number[], counts: number[]): void {
  const best = Math.min(...scores) + 1e-9;
  for (let at = 0; at < scores.length; at += 1)
    if ((scores[at] ?? 0) <= best) counts[at] = (counts[at] ?? 0) + 1;
}

/** Share of `draws` weightings, uniform over all that there are (a flat Dirichlet), in which each place is first. */
function firstOfWeightings(rows: readonly (readonly number[])[], draws: number): number[] {
  const random = seededRandom(1);
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
function firstOfResamples(
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
  const random = seededRandom(2);
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

/** Uniform numbers in [0, 1) from a seed: mulberry32 (Tommy Ettinger, public domain), as the lab's schedules use. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
