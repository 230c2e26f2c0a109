import { z } from "zod";
import { VERDICTS } from "./verdict.ts";

/** The version that this code writes and reads. */
export const CLAIMS_SCHEMA = "notif-lab/claims@1";

const verdict = z.enum(VERDICTS);
const interval = z.strictObject({ low: z.number(), high: z.number() });

const outcomeSchema = z.strictObject({
  state: z
    .enum(["holds", "contradicted", "unclear", "void", "left out"])
    .describe("unclear: the interval holds both; void: nothing usable; left out: of a quick run"),
  value: z.number().optional().describe("in the unit of the reading, over all blocks"),
  interval: interval.optional().describe("95 %; of a spread the lowest and the highest block"),
  blocks: z.int().nonnegative(),
  reason: z.string().optional(),
  outOf: z
    .strictObject({
      lost: z.int().nonnegative(),
      expected: z.int().nonnegative(),
      outages: z.int().nonnegative(),
    })
    .optional()
    .describe("of a count of lost deliveries: all of them, the deliveries due, and the faults of the plans"),
});

const placeSchema = z.strictObject({
  experiment: z.string().describe("the set-up in words"),
  at: z.number().optional().describe("on the reading's axis"),
  scale: z.string().optional().describe('"tried at 1/50"'),
  parts: z
    .array(z.number())
    .describe("what the ratio is of: each transport's own figure over all blocks; empty where nothing is"),
  outcome: outcomeSchema,
});

const readingSchema = z.strictObject({
  meaning: z.string(),
  role: z.enum(["claim", "probably", "beside"]),
  part: z
    .string()
    .optional()
    .describe("of a sentence that says several things, all of which have to hold: which it is about"),
  kind: z.enum(["measured", "stated", "untried"]),
  verdict,
  because: z.string().describe("one sentence: the figure, where it holds, or why it can't be told"),
  by: z.string().optional().describe("what answers a claim of fact"),
  figure: z.string().optional().describe("what was measured, in words"),
  unit: z.string().optional().describe("of the values; x for a ratio"),
  parts: z
    .array(z.strictObject({ transport: z.string(), unit: z.string() }))
    .describe("the two transports of a ratio, in the order of each place's own figures"),
  as: z
    .enum(["mean", "none", "spread"])
    .optional()
    .describe("how the blocks become one figure; absent in older files"),
  claimed: z.string().optional(),
  says: z
    .strictObject({ low: z.number().optional(), high: z.number().optional() })
    .optional()
    .describe("the sentence's own ends, without the tolerance; absent in older files"),
  agreeing: z
    .strictObject({ low: z.number().optional(), high: z.number().optional() })
    .optional()
    .describe("the values that agree, the tolerance included"),
  axis: z.string().optional(),
  places: z.array(placeSchema),
  turns: z.array(
    z.strictObject({
      between: z.tuple([z.number(), z.number()]),
      estimate: z
        .number()
        .optional()
        .describe("where the figure crosses the sentence's own end, without the tolerance"),
      beyond: z.enum(["holds", "does not hold"]),
    }),
  ),
});

const findingSchema = z.strictObject({
  id: z.string(),
  sentence: z.string(),
  source: z.strictObject({
    title: z.string(),
    year: z.int().optional(),
    address: z.string().optional(),
  }),
  verdict,
  because: z.string(),
  arithmetic: z
    .strictObject({ says: z.string(), holds: z.boolean(), text: z.string() })
    .optional()
    .describe("the first check of the sentence's numbers; the text has the others behind its own"),
  readings: z.array(readingSchema),
  measured: z
    .array(z.strictObject({ command: z.string(), from: z.iso.datetime(), to: z.iso.datetime() }))
    .optional()
    .describe("the commands that measured its figures, and when; absent in older files"),
});

/** What `notif-lab claims run` writes as claims.json. */
export const claimsSchema = z.strictObject({
  schema: z.literal(CLAIMS_SCHEMA),
  at: z.iso.datetime(),
  mode: z.enum(["quick", "full"]),
  machine: z.string().describe("on what it was measured"),
  command: z.string().describe("that wrote this; findings may rest on runs of earlier ones"),
  againSince: z.iso
    .datetime()
    .optional()
    .describe("of a run with --again that has not come to its end: when it began for the first time"),
  findings: z.array(findingSchema),
});

export type ClaimsDocument = z.infer<typeof claimsSchema>;
export type Finding = z.infer<typeof findingSchema>;
export type ReadingFinding = z.infer<typeof readingSchema>;
export type PlaceFinding = z.infer<typeof placeSchema>;
