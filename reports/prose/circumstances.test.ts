import { expect, test } from "vitest";
import type { Results } from "../../harness/result/result.ts";
import { renderMarkdown } from "../formats/markdown.ts";
import { bare } from "../html/assets.test-fixture.ts";
import { renderHtml } from "../html/page.ts";
import { metricsOf, resultsOf } from "../model/results.test-fixture.ts";
import { renderTerminal } from "../terminal/terminal.ts";
import { circumstancesText } from "./circumstances.ts";

const LINK = { delayMs: 85, jitterMs: 10, bytesPerSecond: 1_125_000, lossShare: 0, retransmitMs: 200 };

test("a run on loopback, without TLS, with one node and an open loop has nothing to tell", () => {
  expect(circumstancesText(resultsOf())).toBeUndefined();
});

test.each<[string, Partial<Results>, string]>([
  [
    "a link",
    { link: LINK },
    "a link between clients and server (170 ms of round trip, +- 10 ms each way, 9 Mbit/s for each connection and direction)",
  ],
  [
    "a link that loses",
    { link: { ...LINK, jitterMs: 0, lossShare: 0.01, dropShare: 0.025, sharedBytesPerSecond: 125_000 } },
    "a link between clients and server (170 ms of round trip, 9 Mbit/s for each connection and direction, 1 Mbit/s for all connections together, " +
      "1 % of chunks 200 ms late, as if retransmitted, 2.5 % of segments lost each way)",
  ],
  [
    "nodes",
    { cluster: { nodes: 3, backplane: "redis", balancer: "haproxy" } },
    "the service on 3 nodes, redis, haproxy",
  ],
  ["agents", { agents: 2 }, "load from 2 agents"],
  [
    "a closed loop",
    { loop: "closed" },
    "a closed loop, in which each publish waits for the answer to the one before",
  ],
  ["bursts", { arrivals: { burstOf: 20 } }, "publishes 20 at a time"],
])("every report names %s", (_, changes, text) => {
  const results = { ...resultsOf({ transports: ["sse", "grpc"] }), ...changes };
  expect(circumstancesText(results)).toBe(`Conditions: ${text}.`);
  const reports = [
    renderMarkdown(results).replaceAll("\\", ""),
    renderTerminal(results, { color: false, unicode: true, width: 2_000 }),
    renderHtml(results, bare),
  ];
  for (const report of reports) expect(report).toContain(text);
});

test("TLS is told of those that had it, and a server that is not the lab's of those", () => {
  const secured = resultsOf({ transports: ["websocket", "websocket:tls", "websocket:tls#2"] });
  expect(circumstancesText(secured)).toBe("Conditions: websocket:tls and websocket:tls#2 over TLS.");
  expect(circumstancesText(resultsOf({ transports: ["sse:tls"] }))).toBe("Conditions: sse:tls over TLS.");
  const { serverRssBytes: _, ...seen } = metricsOf(1);
  const outside = resultsOf({
    transports: ["sse", "mine"],
    trial: (trial) => (trial.transport === "mine" ? { ...trial, metrics: seen } : trial),
  });
  expect(circumstancesText(outside)).toBe(
    "Conditions: mine measured at the clients alone (no process of the lab).",
  );
});
