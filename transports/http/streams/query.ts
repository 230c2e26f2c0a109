import type { FastifyRequest } from "fastify";
import { LabError } from "../../../core/errors.ts";
import { isObject } from "../../session/envelope.ts";

export interface StreamQuery {
  /** As they were given: what is a channel is the hub's to say. */
  readonly channels: readonly unknown[];
  /** The cursor: `Last-Event-ID`, which an EventSource sends when it reconnects, or `after` for its first connection. */
  readonly after: unknown;
  /** The client has promised heartbeats. */
  readonly declaresLife: boolean;
  /** The server's heartbeats are to be events: of comments an EventSource tells its page nothing. */
  readonly heartbeatEvents: boolean;
}

/** What a request for a stream asks. Throws `malformed` when `alive` is named twice. */
export function readQuery({ query, headers }: Pick<FastifyRequest, "query" | "headers">): StreamQuery {
  const { channel, after, alive } = isObject(query) ? query : {};
  if (Array.isArray(alive)) throw new LabError("malformed", "name alive once");
  const header = headers["last-event-id"];
  const cursor = header === undefined || header === "" ? after : header;
  return {
    channels: channel === undefined ? [] : [channel].flat(),
    after: cursor === "" ? undefined : cursor,
    declaresLife: alive === "1" || alive === "event",
    heartbeatEvents: alive === "event",
  };
}
