import { LabError } from "../../core/errors.ts";
import type { DissectorFactory } from "../dissect/dissector.ts";
import { dissectHttp } from "../dissect/http-exchanges.ts";
import { carries, notationOf, routeOf, splitOperation, whole } from "../dissect/http-operations.ts";
import { excerpt } from "../dissect/json.ts";
import { isObject } from "../session/envelope.ts";

const POLL = "GET /poll";

/** A poll is for what its answer brings: framing around events, or a heartbeat when there were none. */
export const dissect: DissectorFactory = (isBody) =>
  dissectHttp({
    request: (request) => {
      const route = routeOf(request);
      if (route === POLL) return undefined;
      return isSession(route) ? whole("handshake", request) : splitOperation(route, request, isBody);
    },
    response: (response, request) => {
      const route = routeOf(request);
      if (isSession(route)) return whole("handshake", response);
      if (route !== POLL) return splitOperation(route, response, isBody);
      const batch = notationOf(response).parse(response.content);
      // The end of a session, told to its last poll.
      if (isObject(batch) && typeof batch.code === "string")
        return { ...whole("handshake", response), request: "handshake" };
      if (!isObject(batch) || !Array.isArray(batch.events))
        throw new LabError("malformed", `not the answer to a poll: ${excerpt(response.content)}`);
      return batch.events.length === 0
        ? { ...whole("heartbeats", response), request: "heartbeats" }
        : { ...carries(response, isBody), request: "framing" };
    },
  });

function isSession(route: string): boolean {
  return route === "POST /sessions" || route === "DELETE /sessions";
}
