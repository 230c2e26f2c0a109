import type { Hub } from "../../core/hub.ts";
import { json } from "../codec/codec.ts";
import { RoutedPoll } from "../http/polls/poll.ts";
import { readMs, servePolls } from "../http/polls/server.ts";
import type { ServeOptions, TransportServer } from "../port/transport.ts";
import { ConditionalPoll } from "./conditional-poll.ts";

/** How late a poll may come. */
const LATE_MS = 5_000;

/** GET /notifications is answered at once. A session polls at least once in the server's heartbeat interval: that is its sign of life. */
export function serve(
  hub: Hub,
  options: ServeOptions | undefined,
  conditional: boolean,
): Promise<TransportServer> {
  return servePolls(hub, options, {
    codec: json,
    batchOf: Number.POSITIVE_INFINITY,
    path: "/notifications",
    schedule: (asked, { intervalMs, timeoutMs }) => {
      const everyMs = readMs(asked, "everyMs", intervalMs);
      const nextPollMs = Math.min(intervalMs + timeoutMs, everyMs + LATE_MS);
      return { waitMs: 0, nextPollMs, firstPollMs: LATE_MS, told: { everyMs } };
    },
    poll: ({ headers }, reply) =>
      conditional ? new ConditionalPoll(reply, headers["if-none-match"]) : new RoutedPoll(reply),
  });
}
