import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, test } from "vitest";
import { overTls } from "../transports/port/tls.ts";
import { transports } from "../transports/registry.ts";
import { endedSoon, startNotifLab } from "./process.test-fixture.ts";

const served = transports
  .filter(({ supports }) => supports.network)
  .flatMap((transport) => [transport, overTls(transport)]);

/** One of each way to serve: on sockets, on HTTP/1.1 with answers that end and that don't, on HTTP/2, by a broker. */
const SHORT = ["websocket", "sse", "long-polling", "grpc", "mqtt"];

/** A variant over TLS has its server's parts tried apart. */
function tagsOf(name: string): ("full" | "release")[] {
  if (SHORT.includes(name)) return [];
  return name.split(":").length > 2 ? ["full", "release"] : ["full"];
}

/** What a connection may have sent when the end comes: nothing, half of something, or a whole request whose answer nobody reads. */
const upgrade =
  "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
const openings = (token: string) => [
  "",
  "\u0000",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "GET /events HTTP/1.1\r\nHost: a\r\n",
  "POST /publish HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n{",
  `GET / HTTP/1.1\r\nHost: a\r\n${upgrade}\r\n`,
  `GET / HTTP/1.1\r\nHost: a\r\nAuthorization: bearer ${token}\r\n${upgrade}\r\n`,
  `GET /events?channel=topic/a HTTP/1.1\r\nHost: a\r\nAuthorization: bearer ${token}\r\n\r\n`,
  `GET /poll?channel=topic/a HTTP/1.1\r\nHost: a\r\nAuthorization: bearer ${token}\r\n\r\n`,
];

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

describe("serve ends with 0 soon after SIGTERM, whatever its connections are in the midst of", () => {
  for (const { name } of served)
    test(name, { timeout: 60_000, tags: tagsOf(name) }, async () => {
      const { child, ended, texts } = startNotifLab(["serve", name, "--json"]);
      while (!texts.out.includes("\n")) await once(child.stdout, "data");
      const { endpoint, token } = JSON.parse(texts.out);
      const { hostname: host, port } = new URL(endpoint);
      for (const opening of openings(token)) {
        // Neither reads nor closes when the other side does.
        const socket = connect({ host, port: Number(port), allowHalfOpen: true });
        socket.on("error", () => undefined).pause();
        sockets.push(socket);
        await once(socket, "connect");
        await new Promise<void>((written) => socket.write(opening, () => written()));
      }
      child.kill("SIGTERM");
      child.kill("SIGTERM");
      const { code } = await endedSoon(ended);
      assert.equal(code, 0);
    });
});
