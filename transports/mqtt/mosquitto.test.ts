import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { connect as connectMqtt, type MqttClient } from "mqtt";
import { afterEach, describe, test } from "vitest";
import { type Bench, createInbox, openBench, until, within } from "../conformance/bench.ts";
import { describeConformanceIfInstalled } from "../conformance/describe.ts";
import { builtModule } from "../engines/built-module.ts";
import { type Login, loginTopic, replyTopic, requestTopic, tokenTopic } from "./mosquitto-topics.ts";
import { mqttMosquitto } from "./transport.ts";

await describeConformanceIfInstalled(mqttMosquitto, true);

const missing = await mqttMosquitto.missing?.();

/** An ordinary client of mqtt.js, and all that has come to it. */
interface Ordinary {
  readonly mqtt: MqttClient;
  readonly came: string[];
  next(): Promise<string>;
}

describe.skipIf(missing !== undefined)("what the broker's rights hold off", () => {
  const opened: { close(): Promise<unknown> }[] = [];
  afterEach(async () => {
    for (const one of opened.splice(0).reverse()) await one.close();
  });

  const open = async (options = {}) => {
    const bench = await openBench(mqttMosquitto, options);
    opened.push(bench);
    return bench;
  };

  const ordinary = async (bench: Bench, clientId: string, login: Partial<Login> = {}): Promise<Ordinary> => {
    const came: string[] = [];
    let onNews: (payload: string) => void = () => undefined;
    const { user: username, ...rest } = login;
    const mqtt = connectMqtt(bench.server.endpoint.url, {
      ...(username === undefined ? {} : { username }),
      ...rest,
      clientId,
      protocolVersion: 4,
      reconnectPeriod: 0,
    });
    opened.push({ close: () => mqtt.endAsync(true) });
    mqtt.on("message", (topic, payload) => {
      came.push(topic);
      onNews(payload.toString());
    });
    await new Promise<void>((resolve, reject) => {
      mqtt.once("connect", () => resolve());
      mqtt.once("error", reject);
      mqtt.once("close", () => reject(new Error("closed")));
    });
    return { mqtt, came, next: () => new Promise((resolve) => (onNews = resolve)) };
  };

  /** The broker refuses the login, or has not read yet that it is over: then the core ends the connection. */
  const assertKeptOut = async (bench: Bench, clientId: string, login: Login) => {
    let mqtt: MqttClient;
    try {
      ({ mqtt } = await ordinary(bench, clientId, login));
    } catch (error) {
      assert.match(String(error), /[Nn]ot authorized|closed/);
      return;
    }
    await until("the connection is ended", () => !mqtt.connected);
  };

  const logIn = async (bench: Bench, user: string): Promise<Login> => {
    const clientId = `${user}-before`;
    const visitor = await ordinary(bench, clientId);
    await visitor.mqtt.subscribeAsync(loginTopic(clientId));
    const answer = visitor.next();
    const request = JSON.stringify({ op: "login", token: bench.token(user) });
    await visitor.mqtt.publishAsync(tokenTopic(clientId), request);
    return JSON.parse(await within("a login", answer));
  };

  test("300 clients that come one after the other, ten at a time, are all let in", {
    tags: ["full"],
  }, async () => {
    const bench = await open();
    let next = 0;
    const lane = async () => {
      while (next < 300) await bench.connect(`user-${next++}`);
    };
    await Promise.all(Array.from({ length: 10 }, lane));
    assert.equal(bench.hub.counters.sessions, 300);
  });

  test("a visitor reads and publishes nothing, whatever it subscribes to", async () => {
    const bench = await open();
    const bob = await bench.connect("bob");
    const inbox = createInbox();
    await bob.subscribe("topic/news", inbox.onEvent);
    const visitor = await ordinary(bench, "visitor");
    await visitor.mqtt.subscribeAsync(["#", "topic/news", "user/bob", "login/+", "$SYS/#"]);
    await visitor.mqtt.publishAsync("topic/news", "forged");
    await visitor.mqtt.publishAsync(tokenTopic("visitor"), "nonsense");
    await bob.publish({ channel: "topic/news", body: "genuine" });
    await inbox.waitFor(1);
    await until("it is told why", () => visitor.came.length > 0);
    // Two of its subscriptions are for it, and since 2.1 mosquitto sends it once for each.
    assert.deepEqual(new Set(visitor.came), new Set([loginTopic("visitor")]));
    assert.deepEqual(inbox.bodies, ["genuine"]);
  });

  test("nobody gets what comes to another user, nor speaks for another login", async () => {
    const bench = await open();
    const bob = await bench.connect("bob");
    const inbox = createInbox();
    await bob.subscribe("user/bob", inbox.onEvent);
    const [annLogin, eveLogin] = [await logIn(bench, "ann"), await logIn(bench, "eve")];
    const ann = await ordinary(bench, "ann-1", annLogin);
    const eve = await ordinary(bench, "eve-1", eveLogin);
    await eve.mqtt.subscribeAsync(["#", "user/+", "reply/#", "request/#", "$SYS/#", "$share/g/user/bob"]);
    await ann.mqtt.subscribeAsync(replyTopic(annLogin.user));
    const request = JSON.stringify({ op: "publish", ref: 1, channel: "user/bob", body: "hello" });
    await eve.mqtt.publishAsync(requestTopic(annLogin.user), request);
    await eve.mqtt.publishAsync(replyTopic(annLogin.user), request);
    const answer = ann.next();
    await ann.mqtt.publishAsync(requestTopic(annLogin.user), request);
    assert.equal(JSON.parse(await within("ann's answer", answer)).op, "ok");
    await inbox.waitFor(1);
    assert.deepEqual(
      inbox.events.map((event) => event.kind === "notification" && event.from),
      ["ann"],
    );
    await bob.subscribe("topic/news", createInbox().onEvent);
    await bob.publish({ channel: "topic/news", body: "for all" });
    await until("eve gets what all may read", () => eve.came.length > 0);
    assert.deepEqual(new Set(eve.came), new Set(["topic/news"]));
    assert.deepEqual(ann.came, [replyTopic(annLogin.user)]);
  });

  test("a login is one connection's: who uses it twice loses both", async () => {
    const bench = await open();
    const login = await logIn(bench, "ann");
    const first = await ordinary(bench, "ann-1", login);
    assert.equal(bench.hub.counters.sessions, 1);
    const ended = new Promise<void>((resolve) => first.mqtt.once("close", () => resolve()));
    const second = await ordinary(bench, "ann-2", login);
    const alsoEnded = new Promise<void>((resolve) => second.mqtt.once("close", () => resolve()));
    await within("both end", Promise.all([ended, alsoEnded]));
    await until("the session is over", () => bench.hub.counters.sessions === 0);
    await assertKeptOut(bench, "ann-3", login);
  });

  test("a login for which nobody comes, and a visitor who asks for none, have their time", async () => {
    const bench = await open({ serve: { handshakeTimeoutMs: 300 } });
    const visitor = await ordinary(bench, "idle");
    const ended = new Promise<void>((resolve) => visitor.mqtt.once("close", () => resolve()));
    const login = await logIn(bench, "ann");
    assert.equal(bench.hub.counters.sessions, 1);
    await until("its session is over", () => bench.hub.counters.sessions === 0);
    await within("the visitor is sent away", ended);
    await until("its login is nobody's", () => bench.hub.counters.sessions === 0);
    await assertKeptOut(bench, "late", login);
  });

  test("who may follow no more channels gets nothing of the last", async () => {
    const bench = await open({ maxSubscriptions: 1 });
    const ann = await bench.connect("ann");
    const bob = await bench.connect("bob");
    const [first, second, all] = [createInbox(), createInbox(), createInbox()];
    await bob.subscribe("topic/b", all.onEvent);
    await ann.subscribe("topic/a", first.onEvent);
    await assert.rejects(ann.subscribe("topic/b", second.onEvent), { code: "too_many_subscriptions" });
    await bob.publish({ channel: "topic/b", body: "1" });
    await bob.publish({ channel: "topic/a", body: "2" });
    await Promise.all([first.waitFor(1), all.waitFor(1)]);
    assert.deepEqual([first.bodies, second.bodies], [["2"], []]);
  });
});

describe.skipIf(missing !== undefined)("the broker's life is the server's", () => {
  test("who knocks while it starts disturbs nothing, and is answered", async () => {
    const bench = await openBench(mqttMosquitto);
    const { url } = bench.server.endpoint;
    const answered = new Set<number>();
    const knocking = Array.from({ length: 30 }, (_, index) => {
      const clientId = `knocking-${index}`;
      const mqtt = connectMqtt(url, { clientId, reconnectPeriod: 1, reconnectOnConnackError: true });
      mqtt.on("error", () => undefined);
      mqtt.on("connect", () => {
        mqtt.subscribe(loginTopic(clientId));
        mqtt.publish(tokenTopic(clientId), "nonsense");
      });
      mqtt.on("message", () => answered.add(index));
      return mqtt;
    });
    try {
      await until("all are answered", () => answered.size === knocking.length);
      answered.clear();
      await bench.restart();
      await until("all are answered", () => answered.size === knocking.length);
      await bench.connect("ann");
    } finally {
      await Promise.all(knocking.map((mqtt) => mqtt.endAsync(true)));
      await bench.close();
    }
  });

  /** Processes that were started with something in the folder, and what is in it. */
  const left = (folder: string): string[] => {
    const { stdout } = spawnSync("ps", ["-e", "-o", "pid=,args="], { encoding: "utf8" });
    return [...readdirSync(folder), ...stdout.split("\n").filter((line) => line.includes(folder))];
  };

  const startService = async (folder: string) => {
    const words = [fileURLToPath(builtModule("cli/main")), "serve", "mqtt:mosquitto", "--port", "0"];
    const service = spawn(process.execPath, words, {
      env: { ...process.env, TMPDIR: folder },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for await (const line of createInterface({ input: service.stdout })) if (line.includes("mqtt://")) break;
    return service;
  };

  test("a service that is killed leaves no broker and no file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "notif-lab-killed-"));
    const service = await startService(folder);
    try {
      assert.ok(left(folder).some((line) => line.includes("mosquitto -c")));
    } finally {
      service.kill("SIGKILL");
    }
    await until("nothing is left", () => left(folder).length === 0, 20_000);
    rmSync(folder, { recursive: true });
  });

  test("a service whose broker is killed says so in one line, and ends for who starts it again", async () => {
    const folder = mkdtempSync(join(tmpdir(), "notif-lab-killed-"));
    const service = await startService(folder);
    const said = text(service.stderr);
    const ended = once(service, "exit");
    try {
      const broker = left(folder).find((line) => line.includes("mosquitto -c"));
      process.kill(Number.parseInt(broker ?? "", 10), "SIGKILL");
      assert.deepEqual(await within("the service ends", ended), [1, null]);
    } finally {
      service.kill("SIGKILL");
    }
    assert.match(
      await said,
      /^notif-lab: mqtt:mosquitto can serve no more, .*: mosquitto was ended by SIGKILL\n$/,
    );
    await until("nothing is left", () => left(folder).length === 0, 20_000);
    rmSync(folder, { recursive: true });
  });

  test("a broker that is killed ends all sessions, and the server says why", async () => {
    const bench = await openBench(mqttMosquitto);
    try {
      const ann = await bench.connect("ann");
      const [pid] = bench.server.processes?.() ?? [];
      assert.ok(pid !== undefined);
      process.kill(pid, "SIGKILL");
      await within("the client notices", ann.closed);
      await until("its session is over", () => bench.hub.counters.sessions === 0);
      await assert.rejects(within("the reason", bench.server.died ?? Promise.resolve()), {
        message: "mosquitto was ended by SIGKILL",
      });
      await assert.rejects(bench.connect("bob"), { code: "unreachable" });
    } finally {
      await bench.close();
    }
  });
});

test.skipIf(missing === undefined)(
  `without it nothing is served, and one line says why: ${missing}`,
  async () => {
    await assert.rejects(openBench(mqttMosquitto), { code: "unsupported", message: missing });
  },
);
