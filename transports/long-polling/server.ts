import type { Hub } from "../../core/hub.ts";
import type { Codec } from "../codec/codec.ts";
import { RoutedPoll } from "../http/polls/poll.ts";
import { readMs, servePolls } from "../http/polls/server.ts";
import type { ServeOptions, TransportServer } from "../port/transport.ts";
import { pollShortcut, RawPoll } from "./raw-polls.ts";

/** What the variants differ in. */
export interface Manner {
  readonly codec: Codec;
  /** Events that one answer brings, at most. */
  readonly batchOf: number;
  /** Polls are taken before fastify's router and answered past its reply. */
  readonly raw: boolean;
}

const FIRST_POLL_MS = 5_000;

/** GET /poll waits until there are events, for as long as the client wants and never longer than the server's own heartbeat interval. */
export function serve(
  hub: Hub,
  options: ServeOptions | undefined,
  { codec, batchOf, raw }: Manner,
): Promise<TransportServer> {
  return servePolls(hub, options, {
    codec,
    batchOf,
    path: "/poll",
    schedule: (asked, { intervalMs, timeoutMs }) => {
      const waitMs = readMs(asked, "waitMs", intervalMs);
      return { waitMs, nextPollMs: intervalMs + timeoutMs, firstPollMs: FIRST_POLL_MS, told: { waitMs } };
    },
    ...(raw
      ? {
          poll: (request, reply) => new RawPoll(request.raw, reply.raw),
          taken: (reply) => reply.hijack(),
          shortcut: pollShortcut,
        }
      : { poll: (_, reply) => new RoutedPoll(reply) }),
  });
}
