import { z } from "zod";

const perDelivery = z
  .strictObject({
    bodyBytesPerDelivery: z.number().min(0).describe("the notification's text"),
    envelopeBytesPerDelivery: z.number().min(0).describe("the rest of the application's messages"),
    compressedBytesPerDelivery: z
      .number()
      .min(0)
      .describe("body and envelope in one, where compression leaves nothing to tell them apart by"),
    framingBytesPerDelivery: z.number().min(0).describe("what the transport adds to carry messages"),
    handshakeBytesPerDelivery: z
      .number()
      .min(0)
      .describe(
        "opening, following and closing; 0 but for a transport that does so in the middle of traffic",
      ),
    heartbeatsBytesPerDelivery: z.number().min(0).describe("signs of life and empty polls"),
  })
  .describe("TCP payload bytes of one direction in the traffic window over its deliveries");

const bothWays = z.strictObject({
  in: z.number().min(0).describe("from clients to the server, bytes"),
  out: z.number().min(0).describe("from the server to clients, bytes"),
});

const idle = z.discriminatedUnion("state", [
  z.strictObject({
    state: z.literal("measured"),
    connections: z.int().min(1).describe("users that were connected and silent"),
    cycleMs: z.number().positive().describe("the heartbeat interval that was set for it"),
    cycles: z.number().positive().describe("how many intervals the silence lasted"),
    heartbeatBytesPerCycle: bothWays.describe("per connection and interval"),
    defaultCycleMs: z
      .number()
      .positive()
      .describe("the heartbeat interval of a transport left at its defaults"),
    derived: z.strictObject({
      idleBytesPerConnectionHour: bothWays.describe("heartbeatBytesPerCycle x 3,600,000 / defaultCycleMs"),
    }),
  }),
  z.strictObject({ state: z.literal("absent"), reason: z.string() }),
]);

const count = z
  .strictObject({
    partsBytes: z.int().min(0).describe("sum over all parts"),
    heldBytesBefore: z
      .int()
      .min(0)
      .describe("sent before, and settled by what came in this interval: polls that waited for their answer"),
    heldBytesAfter: z.int().min(0).describe("sent in this interval, and not yet settled at its end"),
    relayBytes: z.int().min(0).describe("what the relay passed on"),
    meterBytes: z.int().min(0).describe("what the server's sockets counted"),
  })
  .describe("partsBytes + heldBytesAfter - heldBytesBefore = relayBytes = meterBytes");

const counts = z.strictObject({ in: count, out: count });

/** What the bytes of one transport are for, from a pass of its own in which every byte was recorded and told. */
export const byteBreakdownSchema = z.strictObject({
  transport: z.string(),
  scenario: z.string(),
  users: z.int().min(1).describe("connected users: the plan's, scaled down"),
  sockets: z.int().min(1).describe("TCP connections that they opened"),
  windowMs: z.number().positive().describe("length of the traffic window"),
  publishes: z.int().min(1),
  deliveries: z.int().min(1),
  receipts: z.int().min(0),
  perDelivery: z.strictObject({ in: perDelivery, out: perDelivery }),
  handshakeBytesPerConnection: bothWays.describe(
    "of a user, whatever number of sockets it takes: opening, authentication, following the plan's channels",
  ),
  idle,
  checked: z.strictObject({
    window: counts.describe(
      "from the silence before the first publish to the silence after the last receipt",
    ),
    whole: counts.describe("from the first connection's first byte to the end of the window"),
    idle: counts.optional().describe("the silence, on a server of its own"),
  }),
});

export type ByteBreakdown = z.infer<typeof byteBreakdownSchema>;
