import type { DissectorFactory, IsBody, Span } from "../../dissect/dissector.ts";
import { dissectHttp } from "../../dissect/http-exchanges.ts";
import { routeOf, splitOperation, whole } from "../../dissect/http-operations.ts";
import { type Consume, Reader } from "../../dissect/reader.ts";

const ALIVE = "POST /alive";

/** A stream of `mediaType` from `path` on one connection, which `readMessages` cuts into parts, and requests on another. */
export function dissectStreams(
  path: string,
  mediaType: string,
  readMessages: (isBody: IsBody, fill: (spans: readonly Span[]) => void) => Consume,
): DissectorFactory {
  const opening = `GET ${path}`;
  return (isBody) =>
    dissectHttp({
      request: (request) => {
        const route = routeOf(request);
        if (route === opening) return whole("handshake", request);
        return route === ALIVE ? whole("heartbeats", request) : splitOperation(route, request, isBody);
      },
      response: (response, request) => {
        const route = routeOf(request);
        // A stream that was refused.
        if (route === opening) return whole("handshake", response);
        return route === ALIVE ? whole("heartbeats", response) : splitOperation(route, response, isBody);
      },
      stream: ({ headers }, request, fill) => {
        if (routeOf(request) !== opening || headers.get("content-type") !== mediaType) return undefined;
        const messages = new Reader(readMessages(isBody, fill));
        return (content) => messages.push(content);
      },
    });
}
