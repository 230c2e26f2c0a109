import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type OutgoingHttpHeaders } from "node:http2";
import { test } from "vitest";
import { openBench, within } from "../conformance/bench.ts";
import { MAX_ATTEMPTS } from "../limits/connections.ts";
import { sseH2 } from "./transport.ts";

const unusual: readonly [string, OutgoingHttpHeaders, status: number][] = [
  // A server need not meet what it does not know (RFC 9110, 10.1.1).
  ["a request that expects anything", { ":path": "/events", expect: "anything" }, 401],
  ["CONNECT", { ":method": "CONNECT", ":authority": "localhost:1" }, 404],
];

test.concurrent.each(unusual)(
  "%s is answered as others are, and counts as they do",
  async (_, head, status) => {
    const bench = await openBench(sseH2);
    const session = connect(bench.server.endpoint.url.replace("h2:", "http:"));
    session.on("error", () => undefined);
    const closed = once(session, "close");
    try {
      const ask = () => session.request(head).on("error", () => undefined);
      const [answered] = await within("it is answered", once(ask().resume(), "response"));
      assert.equal(answered[":status"], status);
      for (let asked = 1; asked <= MAX_ATTEMPTS && !session.destroyed; asked += 1) ask().resume();
      await within("the connection is ended", closed);
    } finally {
      session.destroy();
      await bench.close();
    }
  },
);
