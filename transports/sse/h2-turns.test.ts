import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientHttp2Session, connect } from "node:http2";
import { test } from "vitest";
import { MANY, turnsOf } from "../attacks/turns.test-fixture.ts";
import { within } from "../conformance/bench.ts";
import { REQUESTS_A_TURN } from "../http/h2-turns.ts";
import { sseH2 } from "./transport.ts";

function ask(session: ClientHttp2Session, path: string, token: string, content?: string) {
  const stream = session.request(
    {
      ":method": content === undefined ? "GET" : "POST",
      ":path": path,
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
    },
    { endStream: content === undefined },
  );
  stream.on("error", () => undefined);
  stream.resume();
  if (content !== undefined) stream.end(content);
  return stream;
}

function connected(url: string): ClientHttp2Session {
  const session = connect(url.replace("h2:", "http:"));
  session.on("error", () => undefined);
  return session;
}

test("some requests of a connection are taken a turn of the event loop, and nobody waits behind all that another sends at once", async () => {
  const taken = await turnsOf(sseH2, async ({ server, token }) => {
    const session = connected(server.endpoint.url);
    await within("it connects", once(session, "connect"));
    const content = JSON.stringify({ channel: "topic/news", body: "x" });
    for (let sent = 0; sent < MANY; sent += 1) ask(session, "/publish", token("ann"), content);
  });
  const most = Math.max(...taken.map((turn) => taken.filter((other) => other === turn).length));
  assert.ok(most <= REQUESTS_A_TURN, `${most} in one turn`);
});
