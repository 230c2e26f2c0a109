import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, test } from "vitest";
import type { Progress } from "../../harness/run/run.ts";
import { resultsOf } from "../../reports/model/results.test-fixture.ts";
import { startNotifLab, TINY } from "../process.test-fixture.ts";
import type { LiveEvent, LiveState } from "./messages.ts";
import { type LiveView, startLiveView } from "./server.ts";

/** How long the server waits for a page to fetch its report: no test does. */
const GOODBYE_MS = 300_000;
const results = resultsOf({ blocks: 2, publishes: 5_000 });
const [trial] = results.trials;
const end = { finished: true, report: "/r/report.html", results: "/r/results.json" };
const progressOf = (over: Partial<Progress> = {}): Progress => ({
  ...{ stage: "measuring", transport: "sse", scenario: "notify", block: 0 },
  ...{ finished: 1, total: 9, secondsLeft: 30 },
  ...over,
});

let view: LiveView | undefined;
afterEach(() => view?.close());

async function start(): Promise<LiveView> {
  view = await startLiveView("notif-lab bench --live", ["sse", "websocket"], GOODBYE_MS);
  return view;
}

/** All events of the stream from now on, read as an EventSource would: blocks of `field: value` lines. */
async function follow(url: string): Promise<{ events: LiveEvent[]; close(): void }> {
  const { origin, pathname } = new URL(url);
  const token = pathname.split("/")[1];
  const events: LiveEvent[] = [];
  const { promise: welcome, resolve: welcomed } = withResolvers();
  const stop = new AbortController();
  const stream = await fetch(`${origin}/events?channel=topic/live&access_token=${token}`, {
    signal: stop.signal,
  });
  assert.equal(stream.headers.get("content-type"), "text/event-stream");
  const read = async () => {
    let text = "";
    const decoder = new TextDecoder();
    for await (const chunk of stream.body ?? []) {
      const blocks = (text + decoder.decode(chunk, { stream: true })).split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        if (/^event: ?welcome$/m.test(block)) welcomed();
        const data = /^data: ?(.*)$/m.exec(block)?.[1];
        if (data && !/^event:/m.test(block)) events.push(JSON.parse(JSON.parse(data).body));
      }
    }
  };
  read().catch(() => undefined);
  await welcome;
  return { events, close: () => stop.abort() };
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** The status of a request with a Host header of one's own, which fetch() does not allow. */
async function statusOf(url: string, host: string, method = "GET"): Promise<number | undefined> {
  const asked = request(url, { method, headers: { host } });
  asked.end();
  const [response] = await once(asked, "response");
  response.resume();
  return response.statusCode;
}

async function isListening(url: string): Promise<boolean> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  const answer = await Promise.race([
    once(socket, "connect").then(() => true),
    once(socket, "error").then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return answer;
}

describe("the address", () => {
  test("is on 127.0.0.1, and nothing is there without its token", async () => {
    const { url } = await start();
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/);
    const { origin, host, pathname } = new URL(url);
    assert.equal((await fetch(url)).status, 200);
    const wrong = `/${"x".repeat(32)}/`;
    for (const path of ["/", wrong, `${wrong}state`, "/events?channel=topic/live", "/favicon.ico", "//"])
      assert.equal((await fetch(origin + path)).status, 404, path);
    const stream = `/events?channel=topic/live&access_token=${"x".repeat(32)}`;
    assert.equal((await fetch(origin + stream)).status, 404);
    assert.equal(await statusOf(`${origin}/publish`, host, "POST"), 404);
    assert.equal(await statusOf(url, host, "POST"), 405);
    assert.equal((await fetch(`${origin}${pathname}nothing`)).status, 404);
  });

  test("answers to no other host than this machine", async () => {
    const { url } = await start();
    const { port } = new URL(url);
    assert.equal(await statusOf(url, `localhost:${port}`), 200);
    for (const host of ["evil.example", `evil.example:${port}`, "127.0.0.1", "127.0.0.1:1"])
      assert.equal(await statusOf(url, host), 403, host);
  });

  test("allows the page nothing from elsewhere", async () => {
    const { url } = await start();
    const { headers } = await fetch(url);
    assert.match(headers.get("content-security-policy") ?? "", /default-src 'none'.*connect-src 'self'/);
    assert.equal(headers.get("referrer-policy"), "no-referrer");
  });
});

describe("the stream", () => {
  test("has every trial, and the progress at most twice a second", async () => {
    const live = await start();
    const { events, close } = await follow(live.url);
    assert.ok(trial);
    const began = performance.now();
    for (let i = 0; i < 100; i += 1) {
      live.update(progressOf({ finished: i }));
      if (i % 50 === 0) live.update(progressOf({ stage: "done", finished: i, trial }));
      await sleep(10);
    }
    await sleep(600);
    close();
    const progress = events.filter((one) => one.kind === "progress");
    const most = 2 + (performance.now() - began) / 500;
    assert.ok(progress.length >= 2 && progress.length <= most, `${progress.length} of ${most} at the most`);
    assert.equal(progress.at(-1)?.progress.finished, 99, "the last one is not lost");
    const trials = events.filter((one) => one.kind === "trial");
    assert.deepEqual(
      trials.map(({ number }) => number),
      [0, 1],
    );
    assert.equal(trials[0]?.trial.p50, trial.metrics?.deliveryLatencyUs?.p50);
  });

  test("says nothing while nothing happens, and a page that opens late gets all from the state", async () => {
    const live = await start();
    assert.ok(trial);
    live.update(progressOf({ stage: "done", trial }));
    const { events, close } = await follow(live.url);
    await sleep(1_200);
    assert.equal(events.length, 0);
    const state = (await (await fetch(`${live.url}state`)).json()) as LiveState;
    assert.deepEqual([state.trials.length, state.progress?.stage, state.end], [1, "done", null]);
    assert.equal(state.command, "notif-lab bench --live");
    close();
  });

  test("a page that stops reading is cut off and holds nothing back", async () => {
    const live = await start();
    const { host, port, pathname } = new URL(live.url);
    const socket = connect(Number(port), "127.0.0.1");
    const token = pathname.split("/")[1];
    socket.write(`GET /events?channel=topic/live&access_token=${token} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    await once(socket, "readable");
    socket.pause();
    // Read what the kernel holds only when all is over.
    assert.ok(trial);
    const reason = "x".repeat(15_000);
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 3_000; i += 1) {
      live.update(progressOf({ stage: "done", trial: { ...trial, state: "failed", reason } }));
      if (i % 100 === 0) await sleep(1);
    }
    socket.on("error", () => undefined);
    const cut = once(socket, "close");
    socket.resume();
    // Ended by the server; the test's own time-out is for when it is not.
    await cut;
    // 45 MB were published; the kernel's buffers and the 2,000 trials kept are what may stay.
    assert.ok(process.memoryUsage().rss - before < 200e6);
  });
});

describe("the end", () => {
  test("is told with the paths, waits until the report is fetched, and leaves nothing listening", async () => {
    const live = await start();
    const { events, close } = await follow(live.url);
    const finished = live.finish(end, "<!doctype html>report");
    while (!events.some((one) => one.kind === "end")) await sleep(10);
    close();
    const answer = await fetch(`${live.url}report`);
    assert.equal(await answer.text(), "<!doctype html>report");
    await finished;
    assert.deepEqual(events.at(-1), { kind: "end", end });
    assert.equal(await isListening(live.url), false);
  });

  test("comes at once when no page is open", async () => {
    await (await start()).finish(end, "");
  });
});

test("bench --live: a run is followed from its first trial to its report", {
  tags: ["full"],
  timeout: 240_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "notif-lab-live-"));
  try {
    const words = [
      "--transports",
      "tcp",
      "--scenarios",
      "fan-out",
      "--blocks",
      "2",
      "--out",
      "out",
      "--json",
    ];
    const { child, ended, texts } = startNotifLab(["bench", "--live", ...TINY, ...words], folder);
    const [first] = await once(child.stderr, "data");
    const url = /^Live view {2}(http:\S+)\n/.exec(String(first))?.[1];
    assert.ok(url, String(first));
    const { events, close } = await follow(url);
    while (!events.some((one) => one.kind === "end")) await sleep(20);
    const report = await (await fetch(`${url}report`)).text();
    close();
    const { code } = await ended;
    assert.equal(code, 0);
    assert.equal(report, readFileSync(join(folder, "out", "report.html"), "utf8"));
    assert.equal(events.filter((one) => one.kind === "trial").length, 2);
    assert.equal(events.at(-1)?.kind, "end");
    assert.match(JSON.parse(texts.out).command, /bench --live --quick/);
    assert.equal(await isListening(url), false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
