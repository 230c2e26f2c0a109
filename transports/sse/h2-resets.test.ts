import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientHttp2Session, connect, constants } from "node:http2";
import { test } from "vitest";
import { openBench, within } from "../conformance/bench.ts";
import { RESETS_A_SECOND } from "../http/h2-resets.ts";
import { sseH2 } from "./transport.ts";

/** Opens so many event streams, the first left open, and resets each of the others at once. */
function openAndReset(session: ClientHttp2Session, token: string, count: number) {
  const open = () => {
    const stream = session.request({
      ":path": "/events?channel=topic/news",
      authorization: `Bearer ${token}`,
    });
    stream.on("error", () => undefined);
    return stream.resume();
  };
  const first = open();
  for (let opened = 0; opened < count; opened += 1) open().close(constants.NGHTTP2_CANCEL);
  return first;
}

test("a connection whose client resets streams without number is ended, with the reason, and one that resets some stays", async () => {
  const bench = await openBench(sseH2);
  const { server, token } = bench;
  const connected = () => {
    const session = connect(server.endpoint.url.replace("h2:", "http:"));
    session.on("error", () => undefined);
    return session;
  };
  const some = connected();
  const stream = openAndReset(some, token("ann"), RESETS_A_SECOND / 2);
  await within("the stream that is left begins", once(stream, "response"));
  assert.equal(stream.destroyed, false);

  const many = connected();
  const told = once(many, "goaway");
  openAndReset(many, token("bob"), 3 * RESETS_A_SECOND);
  const [code] = await within("the connection is ended", told);
  assert.equal(code, constants.NGHTTP2_ENHANCE_YOUR_CALM);
  assert.equal(some.destroyed, false);
  some.destroy();
  many.destroy();
  await bench.close();
});
