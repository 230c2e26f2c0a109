import { LabError } from "../../core/errors.ts";
import { msgpack } from "../codec/msgpack.ts";
import { JSON_NOTATION, type Notation } from "./dialogue.ts";
import type { IsBody, Part } from "./dissector.ts";
import type { HttpMessage, Verdict } from "./http-exchanges.ts";
import { MSGPACK_NOTATION } from "./msgpack.ts";

/** Method and path of a request, without its query. */
export function routeOf({ head }: HttpMessage): string {
  const [method = "", target = ""] = head.startLine.split(" ");
  return `${method} ${target.split("?")[0]}`;
}

/** Everything of a message is of one part. */
export function whole(part: Part, { content }: HttpMessage): Verdict {
  return { head: part, content: [{ part, length: content.length }] };
}

/** How the content is encoded, by what the head says about it (RFC 9110, 8.3); errors are JSON on every transport. */
export function notationOf({ head }: HttpMessage): Notation {
  return head.headers.get("content-type") === msgpack.mediaType ? MSGPACK_NOTATION : JSON_NOTATION;
}

/** A message that carries one of the application in a frame of HTTP. */
export function carries(message: HttpMessage, isBody: IsBody): Verdict {
  const { content } = message;
  if (content.length === 0) return { head: "framing", content: [] };
  const { parse, split } = notationOf(message);
  return { head: "framing", content: split(content, isBody, parse(content)) };
}

/** The requests that every HTTP transport accepts (transports/http/server.ts), and their responses. Throws `malformed` for another route. */
export function splitOperation(route: string, message: HttpMessage, isBody: IsBody): Verdict {
  switch (route) {
    case "POST /subscribe":
      return whole("handshake", message);
    case "POST /publish":
    case "POST /read":
      return carries(message, isBody);
    default:
      throw new LabError("malformed", `not a request of this transport: ${route}`);
  }
}
