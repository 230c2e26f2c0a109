import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { main } from "../../cli/process.test-fixture.ts";
import { Canary } from "../../harness/browser/canary.ts";
import { offsetOfPage, servePageClock } from "../../harness/browser/clock.ts";
import { type OpenBrowser, openBrowser } from "../../harness/browser/open.ts";
import { serveForPages } from "../../harness/browser/served.ts";
import { nowUs } from "../../harness/measurement/clock.ts";
import { type Results, resultsSchema } from "../../harness/result/result.ts";
import { findTransport } from "../../transports/registry.ts";
import { skipped, useProgram } from "./open.test-fixture.ts";

const why = skipped ? ` (skipped: ${skipped})` : "";

describe.skipIf(skipped)(`the clock of a page${why}`, () => {
  const program = useProgram();
  let browser: OpenBrowser;
  beforeAll(async () => {
    browser = await openBrowser(program());
  });
  afterAll(() => browser?.close());

  test("is mapped to the lab's within the bound, by what Chromium itself says of both", async () => {
    const clock = await servePageClock(browser.origin);
    onTestFinished(clock.close);
    const lab = await browser.visit();
    await clock.attach(lab);
    const { offsetUs, boundUs } = offsetOfPage(await clock.probe(lab));
    expect(boundUs).toBeGreaterThan(0);
    // Chromium counts both by CLOCK_MONOTONIC on Linux, as Node.js does.
    if (process.platform !== "linux") return;
    const session = await lab.page.context().newCDPSession(lab.page);
    await session.send("Performance.enable");
    const { metrics } = await session.send("Performance.getMetrics");
    const began = metrics.find(({ name }) => name === "NavigationStart")?.value ?? Number.NaN;
    // What performance.now() counts from may be some microseconds off that, by the steps of a clock that is read coarsely.
    expect(Math.abs(offsetUs - began * 1_000_000)).toBeLessThan(boundUs + 200);
    expect(await lab.page.evaluate("crossOriginIsolated")).toBe(true);
  });

  test("is told to be off where it is", async () => {
    const clock = await servePageClock(browser.origin);
    onTestFinished(clock.close);
    const lab = await browser.visit();
    await clock.attach(lab);
    const honest = offsetOfPage(await clock.probe(lab));
    await lab.page.evaluate(
      "{ const now = performance.now.bind(performance); performance.now = () => now() - 5_000 }",
    );
    const late = offsetOfPage(await clock.probe(lab));
    const error = late.offsetUs - honest.offsetUs - 5_000_000;
    expect(Math.abs(error)).toBeLessThan(late.boundUs + honest.boundUs);
  });
});

describe.skipIf(skipped)(`a page beside Node.js${why}`, () => {
  const program = useProgram();
  let canary: Canary;
  beforeAll(async () => {
    canary = await Canary.open(program());
  });
  afterAll(() => canary?.close());

  for (const { name, connections, tags } of [
    { name: "websocket", connections: 3, tags: [] },
    { name: "sse", connections: 5, tags: ["full"] },
    { name: "long-polling", connections: 5, tags: ["full"] },
    { name: "grpc:web", connections: 5, tags: ["full"] },
    { name: "socketio", connections: 3, tags: ["full"] },
    { name: "mqtt:ws", connections: 3, tags: ["full"] },
  ] as const)
    test(`gets all that ${name} brings, some time after it was due`, { tags: [...tags] }, async () => {
      const transport = findTransport(name);
      if (!transport) throw new Error(`there is no ${name}`);
      const { server, secret } = await serveForPages(transport, canary.origin);
      onTestFinished(() => server.close());
      await canary.join({
        transport: { name },
        inPage: name,
        endpoint: server.endpoint,
        secret,
        connections,
        characters: 64,
      });
      const beganUs = nowUs();
      const { deliveryLatencyUs, nodeDeliveryLatencyUs, ...figures } = await canary.listen();
      const tookUs = nowUs() - beganUs;
      await canary.leave();
      const delivered = figures.publishes * connections;
      expect(figures).toMatchObject({ connections, delivered, lost: 0, nodeLost: 0 });
      for (const latency of [deliveryLatencyUs, nodeDeliveryLatencyUs]) {
        expect(latency).toMatchObject({ count: delivered, negative: 0 });
        expect(latency?.max).toBeLessThan(tookUs);
      }
      expect(figures.clockBoundUs).toBeGreaterThan(0);
    });
});

describe.skipIf(skipped)(`bench --clients browser${why}`, () => {
  const program = useProgram();
  /** A folder of its own, with the one for temporary files in it. */
  function emptyFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), "notif-lab-canary-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
    return folder;
  }

  const words = (folder: string, ...more: string[]) => [
    ...["bench", "--quick", "--scenarios", "notify", "--connections", "6", "--rate", "50"],
    ...["--clients", "browser:2", "--browser", program(), "--out", join(folder, "out"), ...more],
  ];

  test("adds what a page saw to the trials, and says where there was none", { tags: ["full"] }, async () => {
    const folder = emptyFolder();
    const child = spawn(
      process.execPath,
      [main, ...words(folder, "--transports", "websocket,mqtt", "--quiet")],
      {
        stdio: "ignore",
      },
    );
    expect(await once(child, "close")).toEqual([0, null]);
    const results: Results = resultsSchema.parse(
      JSON.parse(readFileSync(join(folder, "out", "results.json"), "utf8")),
    );
    const [websocket, mqtt] = ["websocket", "mqtt"].map((name) =>
      results.trials.find(({ transport }) => transport === name),
    );
    expect(websocket?.metrics?.browser).toMatchObject({ connections: 2, delivered: 200, lost: 0 });
    expect(mqtt?.metrics?.browser).toBeUndefined();
    expect(results.browser).toMatchObject({ product: expect.stringMatching(/^Chromium \d/), connections: 2 });
    expect(results.browser?.notMeasured).toEqual([
      { transport: "mqtt", reason: "it has no client for pages; mqtt:ws has" },
    ]);
  });

  interface Running {
    readonly pid: string;
    readonly parent: string;
    readonly began: string;
    readonly line: string;
  }

  /** Every process of the machine, as proc(5) tells it. */
  const processes = (): Running[] =>
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        try {
          const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
          const [state, parent = "", ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
          const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
          return state === "Z" ? [] : [{ pid, parent, began: rest[17] ?? "", line }];
        } catch {
          return []; // It is gone.
        }
      });

  /** The process and all that came of it. */
  function treeOf(root: string, all = processes()): Running[] {
    const own = all.filter(({ pid }) => pid === root);
    return [...own, ...all.filter(({ parent }) => parent === root).flatMap(({ pid }) => treeOf(pid, all))];
  }

  for (const signal of ["SIGINT", "SIGKILL"] as const)
    test.runIf(process.platform === "linux")(
      `leaves no process and no file of the browser when it ends by ${signal}`,
      { tags: ["full"] },
      async () => {
        const folder = emptyFolder();
        const child = spawn(
          process.execPath,
          [main, ...words(folder, "--transports", "websocket", "--no-cache")],
          {
            env: { ...process.env, TMPDIR: folder },
            stdio: "ignore",
          },
        );
        onTestFinished(() => {
          child.kill("SIGKILL");
        });
        const ended = once(child, "close");
        let tree: Running[] = [];
        const hasPage = () => {
          tree = treeOf(String(child.pid));
          return tree.some(({ line }) => line.includes("--type=renderer"));
        };
        await expect.poll(hasPage, { timeout: 50_000 }).toBe(true);
        child.kill(signal);
        await ended;
        const left = () => {
          const all = processes();
          return tree.filter((one) => all.some(({ pid, began }) => pid === one.pid && began === one.began));
        };
        await expect.poll(left, { timeout: 15_000 }).toEqual([]);
        const files = () => readdirSync(folder).filter((name) => name.startsWith("notif-lab-browser-"));
        await expect.poll(files, { timeout: 15_000 }).toEqual([]);
        expect(existsSync(join(folder, "out", "results.json"))).toBe(true);
      },
    );
});
