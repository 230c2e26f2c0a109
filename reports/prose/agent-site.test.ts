import { expect, test } from "vitest";
import { agentOf, withAgents } from "../model/agents.test-fixture.ts";
import { resultsOf, unwell } from "../model/results.test-fixture.ts";
import { circumstancesText, isOnLoopback, wayTexts } from "./circumstances.ts";
import { qualityLine } from "./sentences.ts";

const run = resultsOf({ transports: ["sse", "grpc"] });
const [here, far] = [agentOf("local-1", { here: true }), agentOf("far")];
const onController = (host: string) => ({ on: "the controller", host });
const ONE_MACHINE =
  "Server and clients were on one machine: your network's round trips come on top of every latency.";

test.each(["127.0.0.1", "[::1]"])("agents that reach the server at %s are on loopback with it", (host) => {
  // Where nothing tells machines apart, no agent is known to be here.
  for (const agent of [here, far]) {
    const results = withAgents(run, [agent], onController(host));
    expect(isOnLoopback(results)).toBe(true);
    expect(wayTexts(results)).toEqual([
      "All of it was on loopback: your network's round trips come on top of every latency.",
    ]);
    expect(circumstancesText(results)).toBe("Conditions: load from 1 agent on the server's machine.");
  }
});

test("agents in networks of their own on this machine had no network between machines", () => {
  const results = withAgents(run, [here, agentOf("local-2", { here: true })], onController("198.18.7.1"));
  expect(isOnLoopback(results)).toBe(false);
  expect(wayTexts(results)).toEqual([ONE_MACHINE]);
  const served = [here, agentOf("local-server", { here: true, serves: true })];
  const apart = withAgents(run, served, { on: "local-server", host: "198.18.7.1" });
  expect(wayTexts(apart)).toEqual([ONE_MACHINE]);
  expect(circumstancesText(apart)).toBe("Conditions: load from 1 agent on the server's machine.");
});

test("of agents on other machines the network is part of every latency, but for those beside the server", () => {
  const network = "The network between the server and its clients is part of every latency";
  expect(wayTexts(withAgents(run, [far], onController("10.0.0.5")))).toEqual([`${network}.`]);
  expect(wayTexts(withAgents(run, [far, here], onController("10.0.0.5")))).toEqual([
    `${network}, except between the clients of local-1, which were on the server's machine.`,
  ]);
  const big = agentOf("big", { serves: true });
  const served = withAgents(run, [here, big], { on: "big", host: "10.0.0.9" });
  expect(wayTexts(served)).toEqual([`${network}.`]);
  expect(circumstancesText(served)).toBe("Conditions: load from 1 agent; the server on agent big.");
  expect(qualityLine(served, [])).toContain(" · started from AMD EPYC 7763, 2 CPUs");
  expect(qualityLine(run, [])).not.toContain("started from");
});

test("of agents in no trial nothing is known", () => {
  const failed = resultsOf({ transports: ["sse"], trial: (trial) => unwell(trial, "failed", "gone") });
  expect(wayTexts({ ...failed, agents: 2 })).toEqual([]);
  expect(wayTexts({ ...run, agents: 2 })).toEqual([]);
});
