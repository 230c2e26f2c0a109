import type { Hub } from "../../core/hub.ts";
import { json } from "../codec/codec.ts";
import { RoutedPoll } from "../http/polls/poll.ts";
import { readMs, servePolls } from "../http/polls/server.ts";
import type { ServeOptions, TransportServer } from "../port/transport.ts";
import { ConditionalPoll } from "./conditional-poll.ts";

/** Beside the interval that a client polls at, until its first poll. */
const FIRST_POLL_MS = 5_000;

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
    schedule: (asked, intervalMs) => {
      const everyMs = readMs(asked, "everyMs", intervalMs);
      return { waitMs: 0, firstPollMs: everyMs + FIRST_POLL_MS, told: { everyMs } };
    },
    poll: ({ headers }, reply) =>
      conditional ? new ConditionalPoll(reply, headers["if-none-match"]) : new RoutedPoll(reply),
  });
}
