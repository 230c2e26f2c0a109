import type { IncomingMessage } from "node:http";

/** The token of an HTTP request: `Authorization: Bearer` (RFC 6750, 2.1), else `?access_token=` (2.3), which browsers need. */
export function bearerToken(request: Pick<IncomingMessage, "headers" | "url">): string {
  const header = request.headers.authorization;
  if (header?.startsWith("Bearer ")) return header.slice("Bearer ".length);
  const query = request.url?.indexOf("?") ?? -1;
  if (query < 0) return "";
  return new URLSearchParams(request.url?.slice(query + 1)).get("access_token") ?? "";
}
