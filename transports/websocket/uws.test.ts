import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { openBench } from "../conformance/bench.ts";
import { describeConformanceIfInstalled } from "../conformance/describe.ts";
import { openRaw, rawRequest } from "../http/raw.ts";
import { overTls } from "../port/tls.ts";
import { websocketUws } from "./transport.ts";

// There are no builds for later ones.
await describeConformanceIfInstalled(websocketUws, process.versions.modules === "115");

const missing = await websocketUws.missing?.();

describe.skipIf(missing !== undefined)("what is not WebSocket's, on uWebSockets.js", () => {
  const withServer = async (
    body: (bench: Awaited<ReturnType<typeof openBench>>) => Promise<void>,
    serve = {},
  ) => {
    const bench = await openBench(websocketUws, { serve });
    try {
      await body(bench);
    } finally {
      await bench.close();
    }
  };

  test("back ends publish with one request, and are refused in words", () =>
    withServer(async (bench) => {
      const bob = await bench.connect("bob");
      const came = new Promise<string>((resolve) => {
        void bob.subscribe("user/bob", (event) => resolve(event.kind === "notification" ? event.body : ""));
      });
      const url = bench.server.endpoint.url.replace("ws:", "http:");
      const post = async (path: string, token: string, body: object) => {
        const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
        const response = await fetch(`${url}${path}`, {
          method: "POST",
          headers,
          body: JSON.stringify(body),
        });
        const answer: { seq?: number } = JSON.parse(await response.text());
        return [response.status, answer.seq];
      };
      const ann = bench.token("ann");
      const sent = { channel: "user/bob", body: "déjà vu" };
      assert.deepEqual(await post("/notifications", ann, sent), [200, 1]);
      assert.equal(await came, "déjà vu");
      assert.deepEqual((await post("/notifications", "nonsense", {}))[0], 401);
      const long = { channel: "user/bob", body: "x".repeat(50_000) };
      assert.deepEqual((await post("/notifications", ann, long))[0], 413);
      assert.equal((await fetch(`${url}/elsewhere`)).status, 426);
    }));

  test("a handshake of another version is refused", () =>
    withServer(async (bench) => {
      const connection = await openRaw(bench.server.endpoint);
      const fields = {
        upgrade: "websocket",
        connection: "upgrade",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        "sec-websocket-version": "12",
        authorization: `Bearer ${bench.token("ann")}`,
      };
      connection.send(rawRequest("GET /", fields));
      assert.match(await connection.closed(), /^HTTP\/1.1 400 /);
    }));

  test("an address has so many connections and no more, and more when some have gone", () =>
    withServer(
      async (bench) => {
        const first = await bench.connect("ann");
        await bench.connect("bob");
        await assert.rejects(bench.connect("cid"), { code: "unreachable" });
        await first.close();
        await bench.connect("cid");
      },
      { maxConnectionsPerAddress: 2 },
    ));

  test("it is not served over TLS, and says so", async () => {
    await assert.rejects(openBench(overTls(websocketUws)), /does not take the option tls/);
  });
});

test.skipIf(missing === undefined)(
  `without it nothing is served, and one line says why: ${missing}`,
  async () => {
    await assert.rejects(openBench(websocketUws), { code: "unsupported", message: missing });
  },
);
