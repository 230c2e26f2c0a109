import assert from "node:assert/strict";
import { describe, test } from "vitest";
import type { Results } from "../../harness/result/result.ts";
import { renderMarkdown } from "../formats/markdown.ts";
import { metricsOf, resultsOf, unwell } from "../model/results.test-fixture.ts";
import { serviceIn, serviceSizing } from "../model/service.ts";
import { summarize } from "../model/summary.ts";
import { serviceAnswer, serviceCaveats, serviceText } from "../prose/service.ts";
import { bare } from "./assets.test-fixture.ts";
import { renderHtml } from "./page.ts";

const SERVICE = { transports: ["websocket", "long-polling"], scenarios: ["seed"], blocks: 4 };
const answerOf = (results: Results) => {
  const [scenario] = summarize(results);
  assert.ok(scenario);
  return serviceAnswer(scenario, results).join("\n");
};
const caveatsOf = (results: Results) => {
  const service = serviceIn(summarize(results));
  assert.ok(service);
  return serviceCaveats(service, results).join("\n");
};
const inLaunches = (results: Results): Results => ({
  ...results,
  launches: {
    scenarios: results.scenarios.map(({ name }) => ({ name, slices: 20, sliceSeconds: 0.5 })),
    leadInSeconds: 0.1,
    heartbeatSeconds: 3_600,
    silentShare: 0.02,
  },
});

describe("the sheet about a service", () => {
  test("comes first on the page, with one title, and is on no page without that scenario", () => {
    const page = renderHtml(resultsOf(SERVICE), bare);
    assert.ok(page.indexOf('id="service"') < page.indexOf('id="answer"'));
    assert.ok(page.includes('id="service"') && page.match(/<h1>/g)?.length === 1);
    const other = renderHtml(resultsOf({ ...SERVICE, scenarios: ["notify"] }), bare);
    assert.ok(!other.includes('id="service"'));
    assert.equal(other.match(/<h1>/g)?.length, 1);
  });

  test("works out CPUs and bandwidth from figures that it names", () => {
    const twice = resultsOf({
      ...SERVICE,
      trial: (trial) => ({ ...trial, metrics: metricsOf(trial.transport === "websocket" ? 1 : 2) }),
    });
    const page = renderHtml(twice, bare);
    // 90 us x 50 a second, and twice that; 700 B x 50 x 8.
    assert.match(page, /0\.00450<small>/);
    assert.match(page, /0\.00900<small>/);
    assert.match(page, /0\.280 Mbit\/s<small>/);
    assert.match(page, /0\.560 Mbit\/s<small>/);
    assert.match(page, /<\/span> system\) of server CPU per delivery x 50 a second<\/small>/);
    assert.match(answerOf(twice), /with at most 0\.90 % of one CPU/);
  });

  test("is in the Markdown as well", () => {
    const text = renderMarkdown(resultsOf(SERVICE));
    assert.match(text, /^## For this service, on this machine\n/);
    assert.match(text, /\| transport \| CPUs at 50 a second \|/);
    assert.doesNotMatch(renderMarkdown(resultsOf({ ...SERVICE, scenarios: ["notify"] })), /For this service/);
  });

  test("ranks nothing that was observed once, and names who did not make it", () => {
    assert.match(answerOf(resultsOf({ ...SERVICE, blocks: 1 })), /^Nothing is ranked/);
    const trouble = resultsOf({
      ...SERVICE,
      trial: (trial) => (trial.transport === "websocket" ? trial : unwell(trial, "failed", "no server")),
    });
    const text = answerOf(trouble);
    assert.match(text, /carried the service on websocket,/);
    assert.match(text, /long-polling failed.*no server/);
  });

  test("says what was asked of each user, by the numbers of the run", () => {
    const [scenario] = summarize(resultsOf(SERVICE));
    assert.ok(scenario);
    const guide = { ...scenario.params, connections: 500, rate: 83.3, payload: 1_000 };
    const text = serviceText({ ...scenario, params: guide });
    assert.match(
      text,
      /^500 users connected at once, 83\.3 .* of 1,000 characters .*\(10 a minute per user\)/,
    );
    const few = serviceText({ ...scenario, params: { ...guide, connections: 200 } });
    assert.match(few, /\(25 a minute per user\)/);
  });

  test("says that heartbeats were off where it was measured in slices, and only there", () => {
    const off = /Heartbeats were off/;
    assert.match(caveatsOf(inLaunches(resultsOf(SERVICE))), off);
    assert.match(renderHtml(inLaunches(resultsOf(SERVICE)), bare), off);
    assert.match(renderMarkdown(inLaunches(resultsOf(SERVICE))), off);
    assert.doesNotMatch(caveatsOf(resultsOf(SERVICE)), off);
  });

  test("has the caveats of what was measured, and no others", () => {
    const plain = resultsOf(SERVICE);
    const loopback = /on loopback: your network's round trips come on top/;
    assert.match(caveatsOf(plain), loopback);
    assert.match(caveatsOf(plain), /Not in any of this: TLS, a database, several nodes\./);
    assert.match(answerOf(plain), /^One server carried .* without any network in between\.$/m);

    const link = { delayMs: 85, jitterMs: 0, lossShare: 0, retransmitMs: 200 };
    const far = { ...plain, link };
    assert.match(caveatsOf(far), /170 ms of round trip\)/);
    assert.match(caveatsOf(far), /only what your network has beyond it comes on top/);
    assert.doesNotMatch(caveatsOf(far) + answerOf(far), /loopback|without any network/);

    const secured = resultsOf({ ...SERVICE, transports: ["websocket:tls"] });
    assert.match(caveatsOf(secured), /Not in any of this: a database, several nodes\./);

    const cluster = { nodes: 3, backplane: "redis", balancer: "haproxy" } as const;
    assert.match(caveatsOf({ ...plain, cluster }), /Not in any of this: TLS, a database\./);
    assert.match(answerOf({ ...plain, cluster }), /^3 nodes carried the service/m);

    const { serverRssBytes: _, ...seen } = metricsOf(1);
    const outside = resultsOf({
      ...SERVICE,
      transports: ["mine"],
      trial: (trial) => ({ ...trial, metrics: seen }),
    });
    assert.match(caveatsOf(outside), /The clients' way to mine is part of every latency/);
    assert.doesNotMatch(caveatsOf(outside), /loopback|Not in any of this|reconnect-storm/);

    const mixed = resultsOf({
      ...SERVICE,
      transports: ["websocket", "mine"],
      trial: (trial) => (trial.transport === "mine" ? { ...trial, metrics: seen } : trial),
    });
    assert.match(answerOf(mixed), /carried the service on websocket, with/);
    assert.match(caveatsOf(mixed), /reconnect-storm --transports websocket --connections/);

    const own = {
      nodes: 3,
      backplane: "redis",
      balancer: "haproxy",
      redisAt: "redis://10.0.0.5:6379",
    } as const;
    assert.match(
      caveatsOf({ ...plain, cluster: own }),
      /The way to your own engines is part of every latency/,
    );
    assert.doesNotMatch(
      caveatsOf({ ...plain, cluster: own }) + answerOf({ ...plain, cluster: own }),
      /loopback|without any network/,
    );

    const one = resultsOf({ ...SERVICE, transports: ["websocket", "websocket:tls"] });
    assert.match(caveatsOf(one), /Not in any of this: TLS \(but on websocket:tls\), a database/);
    const bun = { ...plain.environment, serverRuntime: { name: "bun" as const, version: "1.4.5" } };
    assert.match(caveatsOf({ ...plain, environment: bun }), /Node\.js \S+ \(servers on bun 1\.4\.5\)/);
  });

  test("takes off what other scenarios' connections hold in the same process, or gives no memory and the reason", () => {
    const both = (r2: number) =>
      inLaunches(
        resultsOf({
          ...SERVICE,
          scenarios: ["seed", "notify"],
          transports: ["sse"],
          trial: (trial) => ({
            ...trial,
            metrics: {
              ...metricsOf(1),
              serverRssBytes: 100 * 1024 ** 2,
              connections: trial.scenario === "seed" ? 500 : 300,
              memoryPerConnection: { steps: [], rss: { bytesPerConnection: 16_384, r2 } },
            },
          }),
        }),
      );
    const memoryIn = (results: Results) => {
      const service = serviceIn(summarize(results));
      const line = service && serviceSizing(service, results)[0]?.lines[1];
      const words = line?.arithmetic.map((part) => (typeof part === "string" ? part : part.text)).join("");
      return [line?.value, words];
    };
    assert.deepEqual(memoryIn(both(0.99)), [
      "95.3 MiB",
      "100 MiB RSS as measured - (300 of notify) in the same process x 16.0 KiB (slope of RSS)",
    ]);
    const [value, why = ""] = memoryIn(both(0.1));
    assert.equal(value, undefined);
    assert.match(
      why,
      /held the connections of other scenarios \(300 of notify\), and what these take is unresolved/,
    );
    assert.doesNotMatch(answerOf(both(0.99)), /of memory/);
    assert.match(answerOf(resultsOf(SERVICE)), /of memory and a median/);
  });

  test("says of what service the section on reconnections is, or how to measure it", () => {
    assert.match(
      caveatsOf(resultsOf(SERVICE)),
      /notif-lab bench --scenarios reconnect-storm --transports \S+ --connections 500 --payload 128/,
    );
    const failed = resultsOf({
      ...SERVICE,
      scenarios: ["seed", "reconnect-storm"],
      trial: (trial) => (trial.scenario === "seed" ? trial : unwell(trial, "failed", "no server")),
    });
    assert.match(caveatsOf(failed), /Not measured in this run: how soon all are back/);
    const both = resultsOf({ ...SERVICE, scenarios: ["seed", "reconnect-storm"] });
    assert.match(caveatsOf(both), /in the section on reconnect-storm, for a feed with 500 connections/);
  });
});
