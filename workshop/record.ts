import { z } from "zod";
import { journeySchema } from "../harness/result/schema/journey.ts";

/** The version that this code writes and reads. */
export const WORKSHOP_SCHEMA = "notif-lab/workshop@1";

const interval = z.strictObject({ low: z.number(), high: z.number() });

const figureSchema = z.union([
  z.strictObject({
    value: z.number(),
    interval: interval.optional().describe("95 %, over the blocks"),
    blocks: z.int().nonnegative(),
    unit: z.enum(["micros", "seconds", "bytes", "perSecond", "count", "share", "processors", "x"]),
    missing: z.string().optional().describe("why further blocks don't have it, where it has no interval"),
    place: z
      .enum(["first", "open", "behind", "unranked"])
      .optional()
      .describe("of a score: firmly first, perhaps first, behind, or without any verdict"),
  }),
  z.strictObject({
    absent: z.string().describe("why there is none"),
    excluded: z.literal(true).optional().describe("a requirement leaves it out"),
  }),
]);

const lessonSchema = z.strictObject({
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().optional(),
  answers: z
    .record(z.string(), z.union([z.number(), z.string(), z.null()]))
    .describe("by question, in the unit that it asks for; null: skipped"),
  figures: z.record(z.string(), figureSchema).optional().describe("what was measured, once it was"),
  noise: z.string().optional().describe("what disturbed the experiments without voiding them"),
  short: z.string().optional().describe("what there was no time for"),
  journeys: z.array(journeySchema).optional().describe("what the lesson draws, without its bytes"),
  machine: z.string().optional().describe("on what"),
  seconds: z.number().optional().describe("how long the machine took for these figures"),
  spent: z.number().optional().describe("seconds of runs that the learner left, for figures to come"),
  check: z
    .strictObject({ answer: z.string().describe("empty: skipped"), right: z.boolean() })
    .optional()
    .describe("the question at the end"),
});

/** What a learner has predicted, seen and answered: notif-lab-workshop.json. */
export const workshopSchema = z.strictObject({
  schema: z.literal(WORKSHOP_SCHEMA),
  lessons: z.record(z.string().regex(/^[1-9]\d?$/), lessonSchema),
});

export type WorkshopRecord = z.infer<typeof workshopSchema>;
export type LessonRecord = z.infer<typeof lessonSchema>;

export const EMPTY: WorkshopRecord = { schema: WORKSHOP_SCHEMA, lessons: {} };

/** Where a learner is in a lesson. */
export function stateOf({ lessons }: WorkshopRecord, number: number): "not begun" | "begun" | "done" {
  const one = lessons[String(number)];
  if (!one) return "not begun";
  return one.finishedAt ? "done" : "begun";
}

/** The record with one lesson's in place of what it had. */
export function withLesson(
  record: WorkshopRecord,
  number: number,
  lesson: LessonRecord | undefined,
): WorkshopRecord {
  const { [String(number)]: _, ...others } = record.lessons;
  return { ...record, lessons: lesson ? { ...others, [String(number)]: lesson } : others };
}
