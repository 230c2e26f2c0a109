import assert from "node:assert/strict";
import { expect, test } from "vitest";
import type { Results } from "../../harness/result/result.ts";
import { renderMarkdown } from "../formats/markdown.ts";
import { bare } from "../html/assets.test-fixture.ts";
import { renderHtml } from "../html/page.ts";
import { agentOf, withAgents } from "../model/agents.test-fixture.ts";
import { metricsOf, resultsOf, unwell } from "../model/results.test-fixture.ts";
import { serviceIn } from "../model/service.ts";
import { summarize } from "../model/summary.ts";
import { ranSentence } from "./sentences.ts";
import { serviceAnswer, serviceCaveats, serviceTitle } from "./service.ts";

const { serverRssBytes: _, ...seen } = metricsOf(1);

/** Four blocks on these transports: of `mine` only what clients see, of those in `lacking` nothing. */
function run(transports: readonly string[], lacking: Readonly<Record<string, string>> = {}): Results {
  return resultsOf({
    transports,
    scenarios: ["seed"],
    blocks: 4,
    trial: (trial) => {
      const reason = lacking[trial.transport];
      if (reason !== undefined)
        return unwell(trial, reason === "not installed" ? "skipped" : "failed", reason);
      return trial.transport === "mine" ? { ...trial, metrics: seen } : trial;
    },
  });
}

function sheetOf(results: Results): string {
  const service = serviceIn(summarize(results));
  assert.ok(service);
  return [
    serviceTitle(results),
    ...serviceAnswer(service, results),
    ...serviceCaveats(service, results),
  ].join("\n");
}

test("a server on an agent's machine is what the sheet is about, and not the machine that started the run", () => {
  const big = agentOf("big", { serves: true });
  const results = withAgents(run(["websocket"]), [agentOf("load"), big], { on: "big", host: "10.0.0.9" });
  const text = sheetOf(results);
  expect(text).toMatch(/^For this service, on agent big$/m);
  expect(text).toMatch(
    /^Measured on agent big \(A CPU, 4 CPUs, 8\.00 GiB\), started from AMD EPYC 7763, 2 CPUs, 8\.00 GiB, Node\.js/m,
  );
  expect(text).not.toMatch(/this machine|loopback/);
  for (const report of [renderHtml(results, bare), renderMarkdown(results)])
    expect(report).toContain("For this service, on agent big");
});

test("agents on this machine leave it the machine of the sheet, without a network", () => {
  const local = [agentOf("local-1", { here: true })];
  const apart = sheetOf(withAgents(run(["websocket"]), local, { on: "the controller", host: "198.18.7.1" }));
  expect(apart).toMatch(/^For this service, on this machine$/m);
  expect(apart).toMatch(/^Measured on AMD EPYC 7763, 2 CPUs/m);
  expect(apart).toContain("your network's round trips come on top");
  expect(apart).not.toMatch(/network between the server|without any network/);
});

test("on nodes it is said that Redis and the load balancer come on top, and where their CPU is", () => {
  const cluster = { nodes: 3, backplane: "redis", balancer: "haproxy" } as const;
  const plain = run(["websocket"]);
  expect(sheetOf({ ...plain, cluster })).toContain(
    "CPU and memory are those of the nodes alone; what Redis and haproxy took comes on top.",
  );
  const figures = { nodes: [], backplaneCpuUsPerDelivery: 12, balancerCpuUsPerDelivery: 20 };
  const measured = resultsOf({
    transports: ["websocket"],
    scenarios: ["seed"],
    blocks: 4,
    trial: (trial) => ({ ...trial, metrics: { ...metricsOf(1), cluster: figures } }),
  });
  expect(sheetOf({ ...measured, cluster })).toContain(
    "comes on top (section Scale of the page has CPU of theirs).",
  );
  const one = { nodes: 1, backplane: "none", balancer: "nginx" } as const;
  expect(sheetOf({ ...plain, cluster: one })).toContain("those of the server alone; what nginx took");
  expect(sheetOf(plain)).not.toContain("comes on top.");
});

test("the command for reconnections has what can run it: no control, nothing that is missing here, the user's module with its flag", () => {
  const command = (results: Results) => sheetOf(results).match(/--transports (\S+) .*? measures it/) ?? [];
  const names = ["websocket", "websocket#2", "websocket:uws", "mqtt"];
  const lacking = { "websocket:uws": "not installed", mqtt: "no broker" };
  const [text = "", transports] = command(run(names, lacking));
  expect(transports).toBe("websocket");
  expect(text).not.toContain("--transport-module");

  const own = run(["websocket", "ours"]);
  const flagged = { ...own, command: "notif-lab bench --transport-module ./ours.js" };
  const known = { ...flagged, transportFacts: { ...own.transportFacts, ours: {} } };
  for (const results of [own, flagged, known])
    expect(command(results)[0]).toMatch(
      /^--transports websocket,ours .*, with your --transport-module besides,/,
    );
  const outside = run(["websocket", "mine"]);
  const target = {
    ...outside,
    command: "notif-lab bench --target http://127.0.0.1:1 --transport-module m.js",
  };
  expect(command(target)[0]).not.toContain("--transport-module");
});

test("a service elsewhere that never answered is not taken for the lab's own", () => {
  const results = run(["mine"], { mine: "connection refused" });
  expect(sheetOf(results)).toMatch(/^For this service$/m);
  expect(sheetOf(results)).not.toMatch(/loopback|Not in any of this|reconnect-storm|this machine/);
  expect(ranSentence(results)).not.toContain("on one machine");
  expect(ranSentence(run(["websocket"]))).toContain("on one machine");
});

test("TLS is left out only where one of the lab's own servers was without it", () => {
  expect(sheetOf(run(["websocket:tls", "mine"]))).toContain(
    "Not in any of this that is the lab's own: a database, several nodes.",
  );
  expect(sheetOf(run(["websocket", "websocket:tls", "mine"]))).toContain(
    "TLS (but on websocket:tls), a database",
  );
  expect(sheetOf(run(["sse", "mine:tls"], { "mine:tls": "connection refused" }))).toContain(
    "Not in any of this: TLS, a database",
  );
});
