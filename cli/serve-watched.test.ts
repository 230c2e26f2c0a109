import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { redisIsHere, startRedis } from "../transports/backplane/redis/redis-server.test-fixture.ts";
import { openRaw, rawRequest } from "../transports/http/raw.ts";
import { selfSigned } from "../transports/port/tls.ts";
import { defaultTransports, findTransport } from "../transports/registry.ts";
import { endedSoon, runNotifLab, startNotifLab } from "./process.test-fixture.ts";

interface Announced {
  readonly endpoint: string;
  readonly endpoints: readonly { readonly transport: string; readonly endpoint: string }[];
  readonly token: string;
  readonly metrics: string;
}

async function start(...words: string[]) {
  const { child, ended, texts } = startNotifLab(["serve", ...words, "--json"]);
  while (!texts.out.includes("\n") && child.exitCode === null)
    await Promise.race([once(child.stdout, "data"), ended]);
  const told: Announced = JSON.parse(texts.out);
  return { child, ended, texts, told };
}

const never = { attempts: 0, delayMs: 0, jitter: 0 };
const statusOf = async (url: string) => (await fetch(url)).status;

async function scrape(metrics: string): Promise<string> {
  const answer = await fetch(`${metrics}/metrics`);
  assert.equal(answer.status, 200);
  return answer.text();
}

let scratch = "";
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "notif-lab-serve-"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("serve, watched", { timeout: 60_000 }, () => {
  test("all transports share channels, on one port of metrics, and the log says what happened without a secret", async () => {
    const { child, ended, texts, told } = await start(
      "all",
      "--metrics",
      "0",
      "--log",
      "json",
      "--drain",
      "5",
    );
    assert.deepEqual(
      told.endpoints.map(({ transport }) => transport),
      defaultTransports.map(({ name }) => name),
    );
    const connect = (name: string, token = told.token) => {
      const at = told.endpoints.find(({ transport }) => transport === name);
      const transport = findTransport(name);
      assert.ok(at && transport, name);
      return transport.connect({ url: at.endpoint }, { token, reconnect: never });
    };
    const clients = await Promise.all(told.endpoints.map(({ transport }) => connect(transport)));
    const got = clients.map(
      (client) =>
        new Promise<string>((resolve, reject) => {
          client
            .subscribe("topic/news", (event) => resolve(event.kind === "notification" ? event.body : ""))
            .catch(reject);
        }),
    );
    const [first] = clients;
    for (const client of clients) await client.subscribe("topic/other", () => undefined);
    await first?.publish({ channel: "topic/news", body: "for all of you" });
    assert.deepEqual(
      await Promise.all(got),
      clients.map(() => "for all of you"),
    );
    await assert.rejects(connect("sse", `${told.token}x`));
    const text = await scrape(told.metrics);
    assert.match(text, new RegExp(`^notif_lab_sessions ${clients.length}$`, "m"));
    assert.match(text, new RegExp(`^notif_lab_deliveries_total ${clients.length}$`, "m"));
    for (const { transport } of told.endpoints) {
      assert.match(text, new RegExp(`^notif_lab_connections\\{transport="${transport}"\\} [1-9]`, "m"));
      assert.match(
        text,
        new RegExp(`^notif_lab_received_bytes_total\\{transport="${transport}"\\} [1-9]`, "m"),
      );
    }
    assert.match(text, /^notif_lab_requests_refused_total\{code="unauthenticated"\} 1$/m);
    assert.deepEqual(
      await Promise.all([statusOf(`${told.metrics}/healthz`), statusOf(`${told.metrics}/readyz`)]),
      [200, 200],
    );
    assert.deepEqual(
      [
        await statusOf(`${told.metrics}/nothing`),
        (await fetch(`${told.metrics}/metrics`, { method: "POST" })).status,
      ],
      [404, 405],
    );

    child.kill("SIGTERM");
    const told503 = async () => {
      while ((await statusOf(`${told.metrics}/readyz`)) !== 503);
    };
    await told503();
    assert.equal(await statusOf(`${told.metrics}/healthz`), 200, "a process that drains lives");
    const closings = await Promise.all(clients.map((client) => client.closed));
    for (const { code } of closings) assert.equal(code, "closed");
    assert.equal((await endedSoon(ended)).code, 0);
    const lines = texts.err
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const kinds = lines.map(({ kind }) => kind);
    for (const kind of ["start", "listening", "refused", "drain", "end"])
      assert.ok(kinds.includes(kind), kind);
    assert.deepEqual(lines.find(({ kind }) => kind === "refused")?.code, "unauthenticated");
    assert.ok(
      !texts.err.includes(told.token.slice(0, 20)) && !texts.err.includes("for all of you"),
      texts.err,
    );
    await Promise.all(clients.map((client) => client.close()));
  });

  test("while it drains, clients are told to move, and new ones are refused", async () => {
    const { child, ended, told } = await start("websocket", "--drain", "60");
    const websocket = findTransport("websocket");
    assert.ok(websocket);
    const clients = await Promise.all(
      [1, 2, 3].map(() => websocket.connect({ url: told.endpoint }, { token: told.token, reconnect: never })),
    );
    child.kill("SIGTERM");
    const [first, ...others] = clients;
    assert.equal((await first?.closed)?.code, "closed");
    await assert.rejects(websocket.connect({ url: told.endpoint }, { token: told.token, reconnect: never }));
    await others[1]?.publish({ channel: "topic/news", body: "the last of them is still served" });
    child.kill("SIGTERM");
    assert.equal((await endedSoon(ended)).code, 0, "a second signal ends it at once");
    await Promise.all(clients.map((client) => client.close()));
  });

  test.skipIf(!redisIsHere)("it is not ready while the backplane is away", async () => {
    const redis = await startRedis();
    const { child, ended, told } = await start("tcp", "--metrics", "0", "--backplane", redis.url);
    assert.equal(await statusOf(`${told.metrics}/readyz`), 200);
    await redis.close();
    while ((await statusOf(`${told.metrics}/readyz`)) !== 503);
    assert.match(await (await fetch(`${told.metrics}/readyz`)).text(), /backplane/);
    assert.match(await scrape(told.metrics), /^notif_lab_backplane_up 0$/m);
    child.kill("SIGTERM");
    assert.equal((await endedSoon(ended)).code, 0);
  });

  test("serves over TLS with files, whose certificate it does not print; without --metrics and --log nothing is told of either", async () => {
    const { key, cert } = await selfSigned();
    const [certFile, keyFile] = ["cert.pem", "key.pem"].map((name) => join(scratch, name));
    assert.ok(certFile && keyFile);
    writeFileSync(certFile, cert);
    writeFileSync(keyFile, key);
    const { child, ended, told, texts } = await start("sse", "--tls-cert", certFile, "--tls-key", keyFile);
    assert.match(told.endpoint, /^https:/);
    assert.doesNotMatch(texts.out, /CERTIFICATE/);
    const client = await findTransport("sse")?.connect(
      { url: told.endpoint, certificate: cert },
      { token: told.token, reconnect: never },
    );
    await client?.publish({ channel: "topic/news", body: "x" });
    await client?.close();
    child.kill("SIGTERM");
    assert.equal((await endedSoon(ended)).code, 0);
    assert.deepEqual([told.metrics, texts.err], [undefined, ""]);
  });

  test("behind a trusted proxy an address is what X-Forwarded-For says; from anybody else it says nothing", async () => {
    const one = ["sse", "--connections-per-address", "2"];
    const ask = async (url: string, client: string, token: string) => {
      const connection = await openRaw({ url });
      const fields = { authorization: `Bearer ${token}`, "x-forwarded-for": client };
      connection.send(rawRequest("GET /events?channel=topic/news", fields));
      await connection.receive("\r\n\r\n").catch(() => undefined);
      return { status: connection.text.slice(9, 12), connection };
    };
    const trusting = await start(...one, "--trust-proxy");
    const answers = [];
    for (const client of ["192.0.2.1", "192.0.2.1", "evil, 192.0.2.1", "192.0.2.2"])
      answers.push(await ask(trusting.told.endpoint, client, trusting.told.token));
    assert.deepEqual(
      answers.map(({ status }) => status),
      ["200", "200", "429", "200"],
    );
    answers[0]?.connection.destroy();
    let status = "429";
    while (status === "429") {
      const again = await ask(trusting.told.endpoint, "192.0.2.1", trusting.told.token);
      ({ status } = again);
      answers.push(again);
    }
    assert.equal(status, "200", "one that has gone makes room");
    const doubting = await start(...one);
    for (const client of ["192.0.2.1", "192.0.2.2", "192.0.2.3"])
      answers.push(await ask(doubting.told.endpoint, client, doubting.told.token));
    assert.deepEqual(
      answers.slice(-3).map((answer) => answer.status),
      ["200", "200", ""],
    );
    for (const { connection } of answers) connection.destroy();
    for (const { child, ended } of [trusting, doubting]) {
      child.kill("SIGTERM");
      assert.equal((await endedSoon(ended)).code, 0);
    }
  });
});

describe("wrong input of serve is told in one line", () => {
  const file = (name: string, text: string) => {
    writeFileSync(join(scratch, name), text);
    return join(scratch, name);
  };
  test("files of TLS", async () => {
    const [mine, other] = [await selfSigned(), await selfSigned()];
    const [cert, key] = [file("a.pem", mine.cert), file("b.pem", other.key)];
    const cases: [words: string[], says: RegExp][] = [
      [["--tls-cert", cert], /belong together/],
      [["--tls-cert", join(scratch, "none.pem"), "--tls-key", key], /can't read .*none\.pem \(no such file/],
      [["--tls-cert", file("c.pem", "hello"), "--tls-key", key], /c\.pem has no certificate in PEM/],
      [["--tls-cert", cert, "--tls-key", file("d.pem", "hello")], /d\.pem has no private key/],
      [["--tls-cert", cert, "--tls-key", key], /b\.pem is not that of the certificate in .*a\.pem/],
      [
        ["--tls-cert", cert, "--tls-key", file("e.pem", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n")],
        /encrypted; `openssl pkey/,
      ],
    ];
    for (const [words, says] of cases) await assertRefused(words, says);
  });

  test("origins, proxies, metrics, drain", async () => {
    await assertRefused(["--origins", "app.example"], /--origins takes origins such as/);
    await assertRefused(["--trust-proxy", "10.0.0.0/33"], /--trust-proxy takes addresses, ranges/);
    await assertRefused(["--metrics", "70000"], /--metrics takes a whole number/);
    await assertRefused(["--metrics-host", "0.0.0.0"], /give --metrics too/);
    await assertRefused(["--drain", "-1"], /--drain takes a number/);
    await assertRefused(["--log", "xml"], /--log/);
  });

  async function assertRefused(words: readonly string[], says: RegExp): Promise<void> {
    const { code, out, err } = await runNotifLab(["serve", "sse", ...words]);
    assert.deepEqual([code, out], [2, ""], err);
    assert.match(err, says);
    assert.equal(err.trim().split("\n").length, 1, err);
  }
});
