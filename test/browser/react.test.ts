import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Bench, type BenchOptions, openBench, until } from "../../transports/conformance/bench.ts";
import { openProxy } from "../../transports/conformance/proxy.ts";
import type { Transport } from "../../transports/port/transport.ts";
import { findTransport } from "../../transports/registry.ts";
import { skipped, useBrowser } from "./open.test-fixture.ts";
import { bundled, serveApplication } from "./page-transport.test-fixture.ts";

interface Look {
  readonly renders: number;
  readonly clicks: number;
  readonly frames: number;
  readonly states: readonly string[];
  readonly status?: { readonly state: string; readonly transport: string };
  readonly missed?: readonly string[];
  readonly error?: { readonly code: string };
  readonly bodies: readonly string[];
}

const CHANNEL = "topic/news";
const SOON = { reconnect: { attempts: 60, delayMs: 50, jitter: 0.2 } };
const QUICK = { intervalMs: 500, timeoutMs: 300 };

function transportOf(name: string): Transport {
  const found = findTransport(name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
}

/** A server that takes pages of any origin; it ends with the test. */
async function openServer(name: string, options: BenchOptions = {}): Promise<Bench> {
  const bench = await openBench(transportOf(name), {
    replayWindow: 5_000,
    ...options,
    serve: { origins: ["*"], ...options.serve },
  });
  onTestFinished(() => bench.close());
  return bench;
}

/** Publishes to the hub itself. */
function publisherOf({ hub }: Bench): (body: string) => void {
  const outlet = hub.attach<undefined>(
    () => undefined,
    () => undefined,
  );
  const session = outlet.connect({ user: "inside", expiresAt: Number.POSITIVE_INFINITY }, undefined);
  onTestFinished(() => outlet.detach());
  return (body) => void hub.publish(session, CHANNEL, body);
}

/** TCP connections that stand at a port of this machine. */
function connectionsAt(url: string): number {
  const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, "0");
  const lines = readFileSync("/proc/net/tcp", "utf8").split("\n").slice(1);
  return lines.filter((line) => {
    const [, local, , state] = line.trim().split(/\s+/);
    return local?.endsWith(`:${port}`) && state === "01";
  }).length;
}

describe.skipIf(skipped)(`notif-lab/react in a browser${skipped ? ` (skipped: ${skipped})` : ""}`, () => {
  const reader = useBrowser();
  let page: Page;
  let token = "";
  let tokens = 0;
  beforeAll(async () => {
    const application = await serveApplication();
    page = (await reader.open(application.url)).page;
    await page.exposeFunction("getToken", () => {
      tokens += 1;
      return token;
    });
    await page.evaluate(await bundled("react-app.tsx"));
    return application.close;
  });

  const look = () => page.evaluate<Look>("app.look()");
  const mount = async (bench: Bench, options: object) => {
    onTestFinished(async () => {
      await page.evaluate("app.unmount()");
    });
    const given = {
      url: bench.server.endpoint.url,
      channels: [CHANNEL],
      token: bench.token("bob"),
      ...options,
    };
    await page.evaluate(`app.mount(${JSON.stringify(given)})`);
  };
  const connected = () =>
    expect.poll(async () => (await look()).status?.state, { timeout: 20_000 }).toBe("connected");
  const shows = (...bodies: readonly string[]) =>
    expect.poll(async () => (await look()).bodies, { timeout: 20_000 }).toEqual(bodies);

  for (const transport of ["websocket", "sse", "long-polling", "socketio"]) {
    const tags = transport === "websocket" ? [] : ["full"];
    describe(transport, { tags }, () => {
      test("a cut: what was missed comes, nothing twice", async () => {
        const bench = await openServer(transport);
        const publish = publisherOf(bench);
        const proxy = await openProxy(bench.server.endpoint);
        onTestFinished(() => proxy.close());
        await mount(bench, { ...SOON, transport, url: proxy.endpoint.url });
        await connected();
        publish("before");
        await shows("before");
        proxy.cut();
        await expect.poll(async () => (await look()).status?.state).toBe("reconnecting");
        publish("during");
        proxy.heal();
        await connected();
        publish("after");
        await shows("before", "during", "after");
        const { missed, error, states, status } = await look();
        expect([missed, error, status?.transport]).toEqual([[], undefined, transport]);
        expect(states.slice(-3)).toEqual(["connected", "reconnecting", "connected"]);
      });

      test("a stalled network: its heartbeat notices, and it comes back", async () => {
        const bench = await openServer(transport, { heartbeat: QUICK });
        const publish = publisherOf(bench);
        const proxy = await openProxy(bench.server.endpoint);
        onTestFinished(() => proxy.close());
        await mount(bench, { ...SOON, heartbeat: QUICK, transport, url: proxy.endpoint.url });
        await connected();
        proxy.silence();
        await expect.poll(async () => (await look()).status?.state, { timeout: 20_000 }).toBe("reconnecting");
        publish("during");
        proxy.cut();
        proxy.heal();
        await connected();
        await shows("during");
      });

      test("a server that was restarted", async () => {
        const bench = await openServer(transport);
        const publish = publisherOf(bench);
        await mount(bench, { ...SOON, transport });
        await connected();
        publish("before");
        await shows("before");
        await bench.restart();
        publish("during");
        await shows("before", "during");
        await connected();
      });

      test("a token that runs out: another one is got, and nothing is lost", async () => {
        const bench = await openServer(transport);
        const publish = publisherOf(bench);
        // Counts whole seconds: this one lives for 1 to 2 s.
        token = bench.token("bob", 1_000);
        tokens = 0;
        await mount(bench, { ...SOON, transport, token: undefined });
        await connected();
        const before = tokens;
        token = bench.token("bob");
        const sent: string[] = [];
        while (tokens === before) {
          sent.push(String(sent.length));
          publish(String(sent.length - 1));
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        sent.push("after");
        publish("after");
        await shows(...sent);
        expect((await look()).missed).toEqual([]);
      });
    });
  }

  test("where the first transport has no server the next one is taken", async () => {
    const bench = await openServer("sse");
    await mount(bench, { url: { websocket: "ws://127.0.0.1:1", sse: bench.server.endpoint.url } });
    await connected();
    expect((await look()).status?.transport).toBe("sse");
  });

  test("a hidden page, which has no frames, shows what came all the same", async () => {
    const bench = await openServer("websocket");
    const publish = publisherOf(bench);
    await mount(bench, { transport: "websocket" });
    await connected();
    const hidden = (state: string) =>
      page.evaluate(
        `Object.defineProperty(document, "visibilityState", { value: "${state}", configurable: true })`,
      );
    await page.evaluate("app.frame = requestAnimationFrame, requestAnimationFrame = () => 0, undefined");
    onTestFinished(async () => {
      await page.evaluate("requestAnimationFrame = app.frame, undefined");
      await hidden("visible");
    });
    await hidden("hidden");
    publish("unseen");
    await shows("unseen");
  });

  test("1,000 notifications a second leave the page its frames and its clicks", {
    tags: ["full"],
  }, async () => {
    const bench = await openServer("websocket");
    const publish = publisherOf(bench);
    await mount(bench, { transport: "websocket", limit: 100 });
    await connected();
    const before = await look();
    let sent = 0;
    const timer = setInterval(() => {
      for (let i = 0; i < 20 && sent < 2_000; i += 1) publish(String(sent++));
    }, 20);
    onTestFinished(() => clearInterval(timer));
    for (let i = 0; i < 5; i += 1) await page.getByRole("button", { name: "Click" }).click();
    await shows(...Array.from({ length: 100 }, (_, index) => String(1_900 + index)));
    const after = await look();
    expect(after.clicks - before.clicks).toBe(5);
    const frames = after.frames - before.frames;
    expect(frames).toBeGreaterThan(5);
    // StrictMode renders twice.
    expect(after.renders - before.renders).toBeLessThan(2 * frames + 10);
  });

  for (const [times, tags] of [
    [25, []],
    [1_000, ["full"]],
  ] as const)
    test(`${times} mounts and unmounts leave no connection`, {
      tags: [...tags],
      timeout: 300_000,
    }, async () => {
      const bench = await openServer("websocket");
      const { url } = bench.server.endpoint;
      const options = { url, transport: "websocket", channels: [CHANNEL], token: bench.token("bob") };
      await page.evaluate(`app.cycle(${times}, ${JSON.stringify(options)})`);
      await until("no session is left", () => bench.hub.counters.sessions === 0);
      await until("no connection is left", () => connectionsAt(url) === 0);
    });
});
