import { z } from "zod";

/** In the order they happen; nothing of one is on its way when the next begins. */
export const STEPS = [
  "a-connects",
  "b-connects",
  "a-follows",
  "b-follows",
  "publish",
  "read",
  "close",
] as const;

export type Step = (typeof STEPS)[number];

const part = z
  .enum(["body", "envelope", "compressed", "framing", "handshake", "heartbeats", "unsettled"])
  .describe("as in docs/bytes.md; unsettled: only an answer that never came would have told");

export type JourneyPart = z.infer<typeof part>;

const place = z.int().min(0);
const span = z.tuple([place, z.int().min(1), part]).describe("start in the segment, length, part");

const segment = z
  .strictObject({
    step: z.enum(STEPS),
    client: z.enum(["a", "b"]).describe("a publishes, b is told"),
    connection: place.describe("the client's own connections, numbered from 0 in the order it opened them"),
    direction: z.enum(["in", "out"]).describe("as the server sees it: in is what the client sends"),
    atUs: z.int().min(0).describe("when its first byte came to the relay, since the first of all"),
    length: z.int().min(1).describe("bytes"),
    units: z
      .array(z.string())
      .describe("what begins in it, by the protocol's own names: start lines, frame and packet types"),
    spans: z.array(span).min(1).describe("what every byte is for, in order and without a gap"),
    bytes: z
      .base64()
      .describe("as they were on the connection, from the first on; fewer than length when cut"),
    masks: z
      .array(z.tuple([place, z.int().min(1), z.string().regex(/^[0-9a-f]{8}$/)]))
      .optional()
      .describe("start, length and key of what a WebSocket client masked (RFC 6455, 5.3)"),
    secrets: z
      .array(z.tuple([place, z.int().min(1)]))
      .optional()
      .describe("start and length of what was overwritten here, because it holds the client's token"),
  })
  .superRefine(({ spans, length, bytes }, context) => {
    let end = 0;
    for (const [start, size] of spans) {
      if (start !== end) context.addIssue(`a span begins at ${start}, the one before ends at ${end}`);
      end = start + size;
    }
    if (end !== length) context.addIssue(`spans of ${end} bytes do not cover a segment of ${length}`);
    if (Math.floor((bytes.replace(/=+$/, "").length * 3) / 4) > length)
      context.addIssue("a segment holds more bytes than its length");
  });

const counts = z.strictObject({
  partsBytes: z.int().min(0).describe("sum over all spans"),
  relayBytes: z.int().min(0).describe("what the relays passed on"),
  meterBytes: z.int().min(0).describe("what the server's sockets counted"),
});

/** One notification from A to B and its receipt back, every byte of it recorded between the clients and the server. */
export const journeySchema = z.strictObject({
  transport: z.string(),
  body: z.string().describe("the notification's text"),
  segments: z
    .array(segment)
    .min(1)
    .describe("what went one way on a connection before the other way, in the order of time"),
  checked: z
    .strictObject({ in: counts, out: counts })
    .describe("partsBytes = relayBytes = meterBytes, to the byte"),
});

export type Journey = z.infer<typeof journeySchema>;
export type JourneySegment = Journey["segments"][number];

/** A transport's journey, or why there is none. */
export const journeyEntrySchema = z.union([
  journeySchema,
  z.strictObject({ transport: z.string(), absent: z.string().describe("why it could not be recorded") }),
]);

export type JourneyEntry = z.infer<typeof journeyEntrySchema>;
