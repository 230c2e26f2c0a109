import { z } from "zod";
import { MARKERS, type Marker } from "../../../transports/port/markers.ts";

const answerSchema = z.strictObject({ meets: z.enum(["yes", "no"]), reason: z.string().max(1_000) });

/** What reports know of a transport beside its figures, as the transport said it of itself when the run began. */
export const transportFactsSchema = z.strictObject({
  baseline: z.boolean().optional().describe("there to show what the others stand on, not to be chosen"),
  look: z
    .strictObject({
      color: z.string().regex(/^#[0-9A-Fa-f]{6}$/),
      marker: z.enum(Object.keys(MARKERS) as Marker[]),
    })
    .optional()
    .describe("colour and marker, which its variants share"),
  traits: z
    .strictObject({
      browser: answerSchema.optional(),
      bidirectional: answerSchema.optional(),
      binary: answerSchema.optional(),
      proxies: answerSchema.optional(),
      resumption: answerSchema.optional(),
      offline: answerSchema.optional(),
    })
    .optional()
    .describe("what it can do, each with the source"),
});
