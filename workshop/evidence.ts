import type { Figure as FigureOfTrials } from "../claims/claim.ts";
import type { Journey, Results, Trial } from "../harness/result/result.ts";
import { estimateOf } from "../harness/statistics/estimate.ts";
import { metricOf, valuesOf } from "../reports/claims/values.ts";
import { placesOf } from "../reports/decision/firmness.ts";
import type { Answer } from "./asked.ts";
import { decisionOf } from "./decision.ts";
import { type Figure, type Figures, isSeen, type Seen } from "./figures.ts";
import { countIn, unitOfCount } from "./journey-counts.ts";
import type { Lesson, Measure } from "./lesson.ts";

/** What the experiments of a lesson have brought. */
export interface LessonEvidence {
  /** The trials of an experiment, or why there are none. */
  trials(experiment: string): readonly Trial[] | string;
  /** The whole run that an experiment was part of; undefined where there is none. */
  results(experiment: string): Results | undefined;
  /** What disturbed trials that noise did not void, in a sentence; undefined where nothing did. */
  readonly noise?: string | undefined;
  /** What there was no time for, in a sentence or two; undefined where there was for all. */
  readonly short?: string | undefined;
  /** The file of that run, as commands take it; undefined where nobody has one. */
  file?(experiment: string): string | undefined;
  /** One notification's journey on a transport, or why there is none. */
  journey(experiment: string, transport: string): Journey | string;
}

/** Which figures are counted follows from how they are taken, and is not kept with them. */
export function withExact({ measures }: Pick<Lesson, "measures">, figures: Figures): Figures {
  return Object.fromEntries(
    Object.entries(figures).map(([id, figure]) => {
      const measure = measures[id];
      return [
        id,
        measure && isExact(measure) && isSeen(figure) ? { ...figure, exact: true as const } : figure,
      ];
    }),
  );
}

export function isExact(measure: Measure): boolean {
  return measure.from === "journey" || (measure.from === "trials" && measure.figure.as === "none");
}

/** A lesson's figures, as far as they can be told. */
export function figuresOf(
  lesson: Lesson,
  evidence: LessonEvidence,
  answers: Readonly<Record<string, Answer>>,
): Figures {
  return Object.fromEntries(
    Object.entries(lesson.measures).map(([id, measure]) => [id, figureOf(measure, evidence, answers)]),
  );
}

function figureOf(
  measure: Measure,
  evidence: LessonEvidence,
  answers: Readonly<Record<string, Answer>>,
): Figure {
  if (measure.from === "trials") {
    const trials = evidence.trials(measure.experiment);
    return typeof trials === "string" ? { absent: trials } : figureIn(measure.figure, trials);
  }
  if (measure.from === "journey") return figureOfJourney(measure, evidence);
  const results = evidence.results(measure.experiment);
  if (!results) return { absent: "its experiment was not run to its end" };
  return scoreIn(results, measure.transport, answers);
}

/** The figure over the blocks that have it. */
export function figureIn(figure: FigureOfTrials, trials: readonly Trial[]): Figure {
  const { values, missing } = valuesOf(figure, trials);
  if (values.length === 0) return { absent: missing === "" ? "nothing usable was measured" : missing };
  const unit: Seen["unit"] = figure.over ? "x" : metricOf(figure.of).unit;
  // Counts of what went wrong are told by their worst block, which a mean would hide.
  if (figure.as === "none") return { value: Math.max(...values), blocks: values.length, unit };
  const { value, interval } = estimateOf(values);
  const spread = interval ? { interval } : missing === "" ? {} : { missing };
  return { value, blocks: values.length, unit, ...spread };
}

function figureOfJourney(
  { experiment, transport, counts, over }: Measure & { readonly from: "journey" },
  evidence: LessonEvidence,
): Figure {
  const count = (name: string): Figure => {
    const journey = evidence.journey(experiment, name);
    if (typeof journey === "string") return { absent: journey };
    return { value: countIn(journey, counts), blocks: 1, unit: unitOfCount(counts) };
  };
  const own = count(transport);
  if (over === undefined || !isSeen(own)) return own;
  const other = count(over);
  return isSeen(other) ? { value: own.value / other.value, blocks: 1, unit: "x" } : other;
}

function scoreIn(results: Results, transport: string, answers: Readonly<Record<string, Answer>>): Figure {
  const { input, decision } = decisionOf(results, answers);
  const at = input.transports.indexOf(transport);
  const isOfIt = (one: { readonly transport: number }) => one.transport === at;
  const ranked = decision.ranked.find(isOfIt);
  if (ranked)
    return { value: ranked.score, blocks: input.blocks, unit: "x", place: placesOf(input, decision).get(at) };
  const out = decision.excluded.find(isOfIt);
  if (out) return { absent: out.reasons.join("; "), excluded: true };
  const unscored = decision.unscored.find(isOfIt);
  if (unscored) return { absent: unscored.reasons.join("; ") };
  const idle = decision.idle.map(({ reason }) => reason);
  return { absent: idle.length > 0 ? idle.join("; ") : "it was not measured" };
}
