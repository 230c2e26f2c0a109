import { LabError } from "../../core/errors.ts";
import type { IsBody, Part } from "./dissector.ts";
import type { HttpMessage, Verdict } from "./http-exchanges.ts";
import { splitJson } from "./json.ts";

/** Method and path of a request, without its query. */
export function routeOf({ head }: HttpMessage): string {
  const [method = "", target = ""] = head.startLine.split(" ");
  return `${method} ${target.split("?")[0]}`;
}

/** Everything of a message is of one part. */
export function whole(part: Part, { content }: HttpMessage): Verdict {
  return { head: part, content: [{ part, length: content.length }] };
}

/** A message that carries JSON of the application in a frame of HTTP. */
export function carriesJson({ content }: HttpMessage, isBody: IsBody): Verdict {
  return { head: "framing", content: content.length === 0 ? [] : splitJson(content, isBody) };
}

/** The requests that every HTTP wire takes (transports/http-server.ts), and their responses. Throws `malformed` for another route. */
export function splitOperation(route: string, message: HttpMessage, isBody: IsBody): Verdict {
  switch (route) {
    case "POST /subscribe":
      return whole("handshake", message);
    case "POST /publish":
    case "POST /read":
      return carriesJson(message, isBody);
    default:
      throw new LabError("malformed", `a request that this wire has none of: ${route}`);
  }
}
