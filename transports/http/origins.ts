import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { LabError } from "../../core/errors.ts";

/*
 * Which pages may use a server from a browser. Over HTTP it is CORS (the Fetch standard, 3.2): the browser asks, and hides from a page what the
 * server does not allow it to read. For WebSocket the browser names the page's origin and leaves it to the server to refuse (RFC 6455, 10.2).
 */

/** In a list of origins: a page of any origin. */
const ANY = "*";

const METHODS = "GET, POST, DELETE";
const REQUEST_FIELDS = ["authorization", "content-type", "last-event-id", "x-session"];
/** Chromium keeps the answer to a preflight no longer than this. */
const MAX_AGE_SECONDS = 7_200;

/** What a transport lets pages send and read beside what is the same on all. */
export interface CorsFields {
  readonly request?: readonly string[];
  readonly response?: readonly string[];
}

/** An answer that is still to be begun, over HTTP/1.1 or HTTP/2. */
export interface HeadWriter {
  setHeader(name: string, value: string): unknown;
  writeHead(status: number, headers: OutgoingHttpHeaders): unknown;
  readonly end: { (): unknown; (text: string): unknown };
}

export interface Origins {
  /** Whether an upgrade with these header fields may be accepted: it comes from an allowed page, from one of this very host, or from no page. */
  admit(headers: Pick<IncomingHttpHeaders, "origin" | "host">): boolean;
  /** Lets allowed pages read the answer. A preflight it answers itself, and returns true; any other request is still to be handled. */
  answer(request: Pick<IncomingMessage, "method" | "headers">, response: HeadWriter): boolean;
}

/** An origin as browsers write it, or `*`; undefined for what is none. */
export function parseOrigin(text: string): string | undefined {
  if (text === ANY) return ANY;
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@,*]+$/i.test(text) || !URL.canParse(text)) return undefined;
  // The schemes of apps have no origin of their own by the URL standard.
  const { origin } = new URL(text);
  return origin === "null" ? text.toLowerCase() : origin;
}

/** For the origins of ServeOptions. Throws `malformed` for what is none. */
export function createOrigins(origins: readonly string[], fields: CorsFields = {}): Origins {
  const allowed = new Set(
    origins.map((text) => {
      const origin = parseOrigin(text);
      if (origin === undefined)
        throw new LabError("malformed", `"${text}" is no origin; write https://app.example, or * for any`);
      return origin;
    }),
  );
  const allows = (origin: string) => allowed.has(ANY) || allowed.has(origin);
  const requestFields = [...REQUEST_FIELDS, ...(fields.request ?? [])].join(", ");
  const responseFields = fields.response?.join(", ");
  const preflighted = {
    "access-control-allow-methods": METHODS,
    "access-control-allow-headers": requestFields,
    "access-control-max-age": String(MAX_AGE_SECONDS),
  };
  return {
    admit: ({ origin, host }) => origin === undefined || allows(origin) || isOf(origin, host),
    answer: ({ method, headers }, response) => {
      if (allowed.size === 0) return false;
      if (!allowed.has(ANY)) response.setHeader("vary", "Origin");
      const { origin } = headers;
      if (origin === undefined || !allows(origin)) return false;
      response.setHeader("access-control-allow-origin", allowed.has(ANY) ? ANY : origin);
      // Tokens are no credentials in this sense; the cookie is by which a balancer finds the node of a session.
      if (!allowed.has(ANY)) response.setHeader("access-control-allow-credentials", "true");
      if (responseFields !== undefined) response.setHeader("access-control-expose-headers", responseFields);
      if (method !== "OPTIONS" || headers["access-control-request-method"] === undefined) return false;
      response.writeHead(204, preflighted);
      response.end();
      return true;
    },
  };
}

/** Whether the page comes from the host that the request is sent to. */
function isOf(origin: string, host: string | undefined): boolean {
  return host !== undefined && /^https?:\/\/(.*)$/i.exec(origin)?.[1]?.toLowerCase() === host.toLowerCase();
}
