import { describe, expect, test } from "vitest";
import type { Results } from "../../harness/result/result.ts";
import { resultsOf } from "../model/results.test-fixture.ts";
import { summarize } from "../model/summary.ts";
import { clientCosts } from "./client-costs.ts";
import { textOf } from "./redone.test-fixture.ts";

const costs: NonNullable<Results["clientCosts"]> = [
  { transport: "sse", usPerMessage: [24.1, 23.4, 29.8], messages: 3_000, bytes: 251.4 },
  { transport: "websocket", absent: "1 messages came of 2 that were played" },
];

function sectionOf(clientCostsOf: Results["clientCosts"]): string {
  const run = resultsOf({ transports: ["websocket", "sse"], scenarios: ["notify", "fan-out"] });
  const results = clientCostsOf ? { ...run, clientCosts: clientCostsOf } : run;
  return clientCosts(results, summarize(results))?.markup ?? "";
}

describe("what a client library costs", () => {
  test("is left out of a page whose results have none", () => {
    expect(sectionOf(undefined)).toBe("");
  });

  test("is the median of the parts, with the least and the most, beside the server's CPU on each scenario", () => {
    const section = sectionOf(costs);
    const [row = ""] = section.match(/<tr><th scope="row">[\s\S]*?<\/tr>/) ?? [];
    expect(textOf(row)).toMatch(/^sse\s+24\.1\s*23\.4 – 29\.8\s+251/);
    expect(row).toContain('data-path="/clientCosts/0/usPerMessage" data-rule="median"');
    expect(
      row.match(/data-path="\/?serverCpuUsPerDelivery" data-trials="\d+" data-rule="value"/g),
    ).toHaveLength(2);
    expect(section).toContain("server, fan-out");
  });

  test("has a reason where it could not be measured, as text", () => {
    expect(sectionOf(costs)).toContain("websocket: not measured: 1 messages came of 2 that were played");
    const hostile = [{ transport: "sse", absent: "<img src=x>" }];
    expect(sectionOf(hostile)).not.toContain("<img");
    expect(textOf(sectionOf(hostile))).toContain("sse: not measured:");
  });
});
