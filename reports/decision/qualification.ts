import type { Decision, DecisionInput, InputFigure, Settings } from "./input.ts";

/** Who is out by a requirement, and of whom one is not known. */
export function byRequirement(
  input: DecisionInput,
  settings: Settings,
): Pick<Decision, "excluded" | "doubtful"> {
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
export function byFigures(
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
export function byCriteria(
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
