import type { IncomingMessage } from "node:http";

/** A scheme is written in any case (RFC 9110, 11.1), and one or more blanks stand behind it. */
const BEARER = /^bearer +(.+)$/i;

type Head = Pick<IncomingMessage, "headers" | "url">;

/** The token of an HTTP request: `Authorization: Bearer` (RFC 6750, 2.1), else `?access_token=` (2.3), which browsers need. */
export function bearerToken(request: Head): string {
  const [, token] = BEARER.exec(request.headers.authorization ?? "") ?? [];
  return token ?? queryToken(request) ?? "";
}

/** Whether the token stands where only what has no other place puts it: a page's WebSocket or EventSource. */
export function isFromPage(request: Head): boolean {
  return request.headers.authorization === undefined && queryToken(request) !== undefined;
}

function queryToken({ url = "" }: Head): string | undefined {
  const query = url.indexOf("?");
  return query < 0 ? undefined : (new URLSearchParams(url.slice(query + 1)).get("access_token") ?? undefined);
}
