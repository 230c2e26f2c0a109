import type { IncomingMessage } from "node:http";

/** A scheme is written in any case (RFC 9110, 11.1), and one or more blanks stand behind it. */
const BEARER = /^bearer +(.+)$/i;

/** The token of an HTTP request: `Authorization: Bearer` (RFC 6750, 2.1), else `?access_token=` (2.3), which browsers need. */
export function bearerToken(request: Pick<IncomingMessage, "headers" | "url">): string {
  const [, token] = BEARER.exec(request.headers.authorization ?? "") ?? [];
  if (token !== undefined) return token;
  const query = request.url?.indexOf("?") ?? -1;
  if (query < 0) return "";
  return new URLSearchParams(request.url?.slice(query + 1)).get("access_token") ?? "";
}
