import { metricOf } from "../reports/claims/values.ts";
import { isExact } from "./evidence.ts";
import type { Figure, Figures, Seen } from "./figures.ts";
import { unitOfCount } from "./journey-counts.ts";
import type { Lesson, Measure } from "./lesson.ts";

function unitOf(measure: Measure): Seen["unit"] {
  if (measure.from === "decision") return "x";
  if (measure.from === "journey") return measure.over === undefined ? unitOfCount(measure.counts) : "x";
  return measure.figure.over ? "x" : metricOf(measure.figure.of).unit;
}

/** Figures of a lesson as nobody has measured them: 1,000 of each unit and 2 of a ratio, unless given, within a tenth; of fewer than three blocks without interval. */
export function madeUp(lesson: Lesson, given: Readonly<Record<string, number>> = {}, blocks = 3): Figures {
  for (const id of Object.keys(given))
    if (!lesson.measures[id]) throw new Error(`lesson ${lesson.number} has no measure ${id}`);
  return Object.fromEntries(
    Object.entries(lesson.measures).map(([id, measure]): [string, Figure] => {
      const unit = unitOf(measure);
      const value = given[id] ?? (unit === "x" ? 2 : 1_000);
      const figure = { value, blocks, unit };
      if (isExact(measure)) return [id, { ...figure, exact: true }];
      if (measure.from === "decision") return [id, { ...figure, place: "open" }];
      const interval = { low: value * 0.95, high: value * 1.05 };
      return [id, blocks < 3 ? figure : { ...figure, interval }];
    }),
  );
}

/** What a lesson explains with these figures, as one text. */
export function explained(lesson: Lesson, figures: Figures): string {
  return lesson
    .explain(figures)
    .map((block) => (block.kind === "text" ? block.text : ""))
    .join("\n");
}
