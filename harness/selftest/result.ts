import { z } from "zod";
import { environmentSchema } from "../result/schema/environment.ts";

/** The version of the document that `notif-lab selftest --json` prints. */
export const SELFTEST_SCHEMA = "notif-lab/selftest@1";

const outcomeSchema = z.strictObject({
  name: z.string(),
  proves: z.string(),
  target: z.string(),
  timed: z.boolean().describe("whether it ran processes against the clock"),
  verdict: z.enum(["pass", "fail", "not possible"]),
  measured: z.string().optional().describe("absent when it was not possible or broke off"),
  figures: z.record(z.string(), z.number()).describe("what was measured, the unit in each name"),
  reason: z.string().optional().describe("why it was not possible, or broke off"),
  seconds: z.number().nonnegative(),
});

/** A whole self-test; `finishedAt` is absent when it was interrupted. */
export const selftestSchema = z.strictObject({
  schema: z.literal(SELFTEST_SCHEMA),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().optional(),
  seed: z.int().nonnegative(),
  seconds: z.number().nonnegative(),
  environment: environmentSchema,
  checks: z.array(outcomeSchema),
});

export type Outcome = z.infer<typeof outcomeSchema>;
export type Selftest = z.infer<typeof selftestSchema>;
