import { once } from "node:events";
import { connect as connectH2 } from "node:http2";
import { connect, createServer } from "node:net";
import { afterEach, test } from "vitest";
import { openBench, until } from "../conformance/bench.ts";
import { sseH2 } from "./transport.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

test("a connection that malformed frames have made deaf ends, and its session with it, though its client declares no life", async () => {
  const bench = await openBench(sseH2, { heartbeat: { intervalMs: 200, timeoutMs: 200 } });
  closing.push(() => bench.close());
  const { hostname, port } = new URL(bench.server.endpoint.url);
  const far = connect(Number(port), hostname);
  far.on("error", () => far.destroy());
  const relay = createServer((near) => {
    near.on("error", () => near.destroy());
    near.pipe(far, { end: false });
    far.pipe(near);
  });
  await once(relay.listen(0, "127.0.0.1"), "listening");
  const address = relay.address();
  const session = connectH2(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
  closing.push(() => {
    session.destroy();
    far.destroy();
    relay.close();
  });
  session.on("error", () => undefined);
  const stream = session.request({
    ":path": "/events?channel=topic/news",
    authorization: `Bearer ${bench.token("ann")}`,
  });
  stream.on("error", () => undefined);
  await once(stream, "data");
  // RFC 9113, 6.1: DATA on stream 0.
  far.write(Buffer.from("00000000ff00000000", "hex"));
  await until("the session has ended", () => bench.hub.counters.sessions === 0);
});
