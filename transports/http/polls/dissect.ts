import { LabError } from "../../../core/errors.ts";
import type { DissectorFactory } from "../../dissect/dissector.ts";
import { dissectHttp } from "../../dissect/http-exchanges.ts";
import { carries, notationOf, routeOf, splitOperation, whole } from "../../dissect/http-operations.ts";
import { statusOf } from "../../dissect/http1.ts";
import { excerpt } from "../../dissect/json.ts";
import { isObject } from "../../session/envelope.ts";

/** A poll, which goes to `path`, is for what its answer brings: framing around events, or a heartbeat when there were none. */
export function dissectPolls(path: string): DissectorFactory {
  const poll = `GET ${path}`;
  return (isBody) =>
    dissectHttp({
      request: (request) => {
        const route = routeOf(request);
        if (route === poll) return undefined;
        return isSession(route) ? whole("handshake", request) : splitOperation(route, request, isBody);
      },
      response: (response, request) => {
        const route = routeOf(request);
        if (isSession(route)) return whole("handshake", response);
        if (route !== poll) return splitOperation(route, response, isBody);
        if (statusOf(response.head) === 304)
          return { ...whole("heartbeats", response), request: "heartbeats" };
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
}

function isSession(route: string): boolean {
  return route === "POST /sessions" || route === "DELETE /sessions";
}
