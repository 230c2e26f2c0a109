import type { Dice } from "./dice.ts";

export interface OddRequest {
  readonly method: string;
  /** Path and query as they should be. */
  readonly target: string;
  readonly headers: readonly string[];
  readonly body?: Buffer;
}

const METHODS = [
  "GET",
  "POST",
  "DELETE",
  "PUT",
  "HEAD",
  "OPTIONS",
  "CONNECT",
  "TRACE",
  "get",
  "G\u0000T",
  "",
] as const;
const TARGETS = [
  "/",
  "*",
  "//",
  "/%",
  "/%00",
  "/..%2f",
  "http://else/",
  "?",
  "/events?",
  "/\u00e9",
  "/a b",
] as const;
const VERSIONS = ["HTTP/1.0", "HTTP/1.1 ", "HTTP/0.9", "HTTP/2.0", "HTTP/9", ""] as const;
const HEADERS = [
  "no colon",
  ": no name",
  "bad name: x",
  "x: a\u0000b",
  "folded: a\r\n b",
  "expect: 100-continue",
  "expect: the impossible",
  "upgrade: h2c",
  "connection: upgrade",
  "connection: close",
  "transfer-encoding: chunked",
  "transfer-encoding: chunked, identity",
  "content-encoding: gzip",
  "content-length: 0",
  "content-length: -1",
  "content-length: 99999999999999999999",
  "content-length: 5, 6",
  "host:",
  "range: bytes=0-",
  "last-event-id: fuzz-1",
  "last-event-id: \u00e9\u00e9",
  "authorization: Bearer",
  "authorization: Bearer a.b.c",
  "authorization: Basic OnE=",
  "accept-encoding: gzip, *;q=0",
  "x-session: {session}",
  "x-session: ",
  "content-type: text/plain",
  "content-type: application/json; charset=utf-7",
  "content-type: application/vnd.msgpack",
  "cookie: a=b",
] as const;

/** An HTTP/1.1 request (RFC 9112): as it should be but for what chance makes odd of it. */
export function oddHttp(dice: Dice, { method, target, headers, body }: OddRequest): Buffer {
  // Most requests are to get past the parser, and the others not to be odd in one place alone.
  const wild = dice.chance(0.3);
  const odd = (probability: number) => wild && dice.chance(2 * probability);
  const line = [
    odd(0.05) ? dice.pick(METHODS) : method,
    odd(0.05) ? dice.pick(TARGETS) : target,
    odd(0.05) ? dice.pick(VERSIONS) : "HTTP/1.1",
  ].join(" ");
  const lines = ["host: fuzz", ...headers].filter(() => !odd(0.03));
  while (odd(0.2)) lines.push(dice.pick(HEADERS));
  if (odd(0.02)) lines.push(...Array.from({ length: dice.pick([50, 1_500]) }, (_, index) => `x-${index}: y`));
  if (odd(0.02)) lines.push(`x-long: ${"y".repeat(dice.pick([4_096, 20_000]))}`);
  const chunked = body !== undefined && odd(0.15);
  if (chunked) lines.push("transfer-encoding: chunked");
  else if (body) lines.push(`content-length: ${odd(0.05) ? body.length + dice.from(-2, 2) : body.length}`);
  const end = odd(0.02) ? dice.pick(["\n", "\r", "\r\n\u0000\r\n"]) : "\r\n";
  const head = Buffer.from(`${[line, ...lines].join(end)}${end}${end}`, "latin1");
  if (!body) return head;
  return Buffer.concat([head, chunked ? oddChunks(dice, body) : body]);
}

function oddChunks(dice: Dice, body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const chunk = body.subarray(at, at + dice.from(1, 200));
    at += chunk.length;
    const size = dice.chance(0.03)
      ? dice.pick(["-1", "ffffffffffffffff", "g", ""])
      : chunk.length.toString(16);
    parts.push(Buffer.from(`${size}${dice.chance(0.05) ? ";a=b" : ""}\r\n`), chunk, Buffer.from("\r\n"));
  }
  return Buffer.concat([...parts, Buffer.from(dice.chance(0.9) ? "0\r\n\r\n" : "0\r\na: b\r\n\r\n")]);
}

/** `?a=b&...`, with parameters that come several times, without a value, or are no percent-encoding. */
export function oddQuery(dice: Dice, usual: readonly (readonly [string, string])[]): string {
  const wild = dice.chance(0.3);
  const pairs = usual
    .filter(() => !wild || dice.chance(0.8))
    .map(([name, value]) => `${name}=${encoded(value)}`);
  while (wild && dice.chance(0.4)) {
    const again = pairs[dice.below(pairs.length)] ?? "after=";
    pairs.push(
      dice.pick([
        again,
        "a",
        "=",
        "%",
        "__proto__=1",
        "channel[]=topic/a",
        `channel=topic/${dice.below(50)}`,
      ]),
    );
  }
  if (wild && dice.chance(0.1)) pairs.push(...Array<string>(dice.pick([101, 900])).fill("channel=topic/a"));
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/** As encodeURIComponent(), which throws for a lone surrogate. */
function encoded(value: string): string {
  return encodeURIComponent(value.toWellFormed()).slice(0, 12_000);
}
