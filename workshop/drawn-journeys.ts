import type { Journey } from "../harness/result/result.ts";
import { ownOf } from "../reports/journey/view.ts";
import type { LessonEvidence } from "./evidence.ts";
import type { Lesson } from "./lesson.ts";

/** The journeys that a lesson draws, as far as they were recorded: the notification's own messages. */
export function drawnJourneys(
  { experiments, drawn = [] }: Pick<Lesson, "experiments" | "drawn">,
  evidence: Pick<LessonEvidence, "journey">,
): Journey[] {
  const experiment = experiments.find(({ kind }) => kind === "journey");
  if (!experiment) return [];
  return drawn.flatMap((transport) => {
    const journey = evidence.journey(experiment.id, transport);
    return typeof journey === "string" ? [] : [onlyOwn(journey)];
  });
}

/** A picture has the lengths of messages and what their bytes are for, not the bytes. */
function onlyOwn(journey: Journey): Journey {
  const segments = ownOf(journey).map(({ masks: _masks, secrets: _secrets, ...one }) => ({
    ...one,
    bytes: "",
  }));
  return { ...journey, segments };
}
