import { z } from "zod";
import { LIMITED_BY } from "./capacity.ts";

const trialState = z.enum(["completed", "saturated", "invalid", "skipped", "failed"]);
const count = z.int().nonnegative();
const agents = count.optional().describe("how many agents ran the load; absent where none did");

/** What `notif-lab capacity --json` prints. */
export const capacitySchema = z.strictObject({
  schema: z.literal("notif-lab/capacity@1"),
  slo: z.string(),
  over: z.enum(["rate", "connections"]),
  scenario: z.string(),
  agents,
  // The name that version 1 of the document has had from its beginning.
  wires: z
    .array(
      z.strictObject({
        transport: z.string(),
        holds: z
          .number()
          .optional()
          .describe("held in every trial, there and wherever lower; absent when the least did not"),
        breaks: z
          .number()
          .optional()
          .describe("broke in every trial, there and wherever higher; absent when the highest tried held"),
        confirmed: z.boolean().describe("whether each end was tried three times"),
        limit: z.string().optional().describe("what gave out at `breaks`"),
        limitedBy: z
          .enum(LIMITED_BY)
          .optional()
          .describe(
            "the same; by the generator the transport's own limit is at least `holds`, and not known",
          ),
        stopped: z.string().optional().describe("why the search ended early"),
        trials: z.array(
          z.strictObject({
            load: z.number().positive(),
            seed: count,
            outcome: z.enum(["held", "broke", "void"]),
            because: z.string(),
          }),
        ),
      }),
    )
    .describe("those that were asked for, as far as the study came"),
});

/** What `notif-lab sweep --json` prints. */
export const sweepSchema = z.strictObject({
  schema: z.literal("notif-lab/sweep@1"),
  over: z
    .enum(["payload", "rate", "connections", "nodes", "delay", "loss", "drop"])
    .describe("delay in ms, one way; loss and drop in percent"),
  metric: z.string(),
  scenario: z.string(),
  agents,
  blocks: count,
  points: z.array(
    z.strictObject({
      at: z.number().positive(),
      transport: z.string(),
      states: z.array(trialState).describe("of all trials there, in the order they ran"),
      values: z.array(z.number()).describe("one a completed trial"),
    }),
  ),
  lines: z.array(
    z.strictObject({
      name: z.string(),
      values: z
        .array(
          z.strictObject({
            at: z.number().positive(),
            value: z.number(),
            interval: z.strictObject({ low: z.number(), high: z.number() }),
          }),
        )
        .describe("geometric mean and 95 % interval, where three or more trials completed"),
    }),
  ),
  crossovers: z.array(
    z.strictObject({
      between: z.tuple([z.number(), z.number()]),
      before: z.string(),
      after: z.string(),
      estimate: z.number(),
    }),
  ),
});

const milliseconds = z.number().nonnegative();
const held = z.strictObject({
  heldMs: milliseconds.describe("until another client was closed"),
  thenMs: milliseconds.describe("from there"),
});

/** What `notif-lab browser-limit --json` prints. */
export const browserLimitSchema = z.strictObject({
  schema: z.literal("notif-lab/browser-limit@1"),
  browser: z.string(),
  findings: z.array(
    z.strictObject({
      transport: z.string(),
      over: z.enum(["HTTP/1.1", "HTTP/2", "WebSocket"]),
      asked: count,
      openedMs: z.array(milliseconds).describe("clients that opened one after the other"),
      waiting: z
        .strictObject({ client: held, publish: held })
        .optional()
        .describe("the client that was one too many, and a publish by one of those that were open"),
      publishMs: milliseconds.optional().describe("a publish beside all of them, where none had to wait"),
      connections: count.optional().describe("TCP connections that the browser opened; known over HTTP/2"),
    }),
  ),
});

/** What `notif-lab hidden-tab --json` prints. */
export const hiddenTabSchema = z.strictObject({
  schema: z.literal("notif-lab/hidden-tab@1"),
  browser: z.string(),
  findings: z.array(
    z.strictObject({
      transport: z.string(),
      hiddenMs: milliseconds,
      longestTimerMs: milliseconds.describe("between two calls of a timer that was set to a second"),
      published: count.describe("while the page was hidden"),
      cameHidden: count,
      came: count.describe("until some time after it was shown"),
      latestMs: milliseconds.describe("from the publish to the arrival, the longest"),
      losses: z.array(
        z.strictObject({
          reason: z.string(),
          afterMs: milliseconds,
          awayMs: milliseconds.optional().describe("absent where it did not come back"),
        }),
      ),
      toldOfMissed: z.boolean(),
    }),
  ),
});
