import assert from "node:assert/strict";
import { openRaw } from "../../http/raw.ts";
import type { Endpoint } from "../../port/transport.ts";
import type { Bench } from "../bench.ts";
import { type Check, check } from "../check.ts";
import { openProxy } from "../proxy.ts";

const LISTED = "https://app.example";
const FOREIGN = "https://elsewhere.example";

/** What a client sends first, where that is an HTTP/1.1 request in the clear: what a browser could send as well. */
async function openingOf(bench: Bench): Promise<string | undefined> {
  const proxy = await openProxy(bench.server.endpoint);
  try {
    await (await bench.connect("ann", {}, proxy.endpoint)).close();
    const sent = proxy.recordings.find(({ length }) => length > 0)?.toString("latin1") ?? "";
    const [head = ""] = sent.split("\r\n\r\n", 1);
    if (!/^[A-Z]+ \S+ HTTP\/1\.1\r\n/.test(head)) return undefined;
    const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
    return sent.slice(0, head.length + 4 + length);
  } finally {
    await proxy.close();
  }
}

/** The head of the answer to the same request from a page of that origin. */
async function answerTo(endpoint: Endpoint, request: string, origin: string | undefined): Promise<string> {
  const connection = await openRaw(endpoint);
  try {
    const field = origin === undefined ? "" : `\r\nOrigin: ${origin}`;
    const lineEnd = request.indexOf("\r\n");
    connection.send(`${request.slice(0, lineEnd)}${field}${request.slice(lineEnd)}`);
    await connection.receive("\r\n\r\n");
    return connection.text.split("\r\n\r\n", 1)[0] ?? "";
  } finally {
    connection.destroy();
  }
}

const preflightOf = (request: string) => {
  const [, method, path] = /^(\S+) (\S+)/.exec(request) ?? [];
  return (
    `OPTIONS ${path} HTTP/1.1\r\nHost: localhost\r\nAccess-Control-Request-Method: ${method}\r\n` +
    "Access-Control-Request-Headers: authorization,content-type\r\n\r\n"
  );
};

interface Expected {
  /** Origins that are let in, and with what in `access-control-allow-origin`. */
  readonly allowed: Readonly<Record<string, string>>;
  readonly refused: readonly string[];
}

/** Whether pages of these origins can use the server, and no others, however they reach it. */
async function assertPages(bench: Bench, { allowed, refused }: Expected): Promise<void> {
  const opening = await openingOf(bench);
  const { endpoint } = bench.server;
  if (opening === undefined) {
    assert.doesNotMatch(endpoint.url, /^(http|ws):/, "a server over HTTP is asked over HTTP");
    return;
  }
  const ask = (origin: string | undefined, request: string = opening) => answerTo(endpoint, request, origin);
  assert.match(await ask(undefined), /^HTTP\/1\.1 (101|200) /, "who is no page");
  if (/^upgrade: *websocket/im.test(opening)) {
    const host = /^host: *(\S+)/im.exec(opening)?.[1];
    for (const origin of [...Object.keys(allowed), `http://${host}`])
      assert.match(await ask(origin), /^HTTP\/1\.1 101 /, origin);
    for (const origin of [...refused, ...(refused.length > 0 ? ["null", `http://${host}.example`] : [])])
      assert.match(await ask(origin), /^HTTP\/1\.1 403 /, origin);
  } else {
    for (const [origin, shown] of Object.entries(allowed)) {
      const answer = await ask(origin);
      const preflight = await ask(origin, preflightOf(opening));
      assert.match(preflight, /^HTTP\/1\.1 204 /, origin);
      assert.match(
        preflight,
        /^access-control-allow-headers: .*authorization, content-type, last-event-id/im,
      );
      for (const head of [answer, preflight]) {
        assert.match(
          head,
          new RegExp(`^access-control-allow-origin: ${shown.replace("*", "\\*")}$`, "im"),
          origin,
        );
        assert.equal(/^vary:.*origin/im.test(head), shown !== "*", "a cache keeps an answer for its origin");
      }
    }
    for (const origin of refused)
      for (const request of [opening, preflightOf(opening)])
        assert.doesNotMatch(await ask(origin, request), /^access-control-/im, origin);
  }
}

export const origins: readonly Check[] = [
  check(
    "lets pages of the listed origins in, and of no others",
    { network: true, serve: { origins: [LISTED] } },
    (bench) => assertPages(bench, { allowed: { [LISTED]: LISTED }, refused: [FOREIGN, `${LISTED}.evil`] }),
  ),
  check("lets pages of no other origin in where none is listed", { network: true }, (bench) =>
    assertPages(bench, { allowed: {}, refused: [LISTED, FOREIGN] }),
  ),
  check(
    "lets pages of any origin in where that is asked for",
    { network: true, serve: { origins: ["*"] } },
    (bench) => assertPages(bench, { allowed: { [LISTED]: "*", null: "*" }, refused: [] }),
  ),
];
