import { expect, test } from "vitest";
import type { Results, Trial } from "../../harness/result/result.ts";
import type { Cluster } from "../../scenarios/cluster.ts";
import { renderMarkdown } from "../formats/markdown.ts";
import { bare } from "../html/assets.test-fixture.ts";
import { renderHtml } from "../html/page.ts";
import { metricsOf, resultsOf } from "../model/results.test-fixture.ts";
import { scaleCaveat, scaleStories } from "./scale.ts";

const CLUSTER: Cluster = { nodes: 3, backplane: "redis", balancer: "haproxy" };

/** A node dies in every trial; on mqtt what came meanwhile is lost. */
function onNodes(cluster = CLUSTER): Results {
  const trial = (one: Trial): Trial => {
    const isLossy = one.transport === "mqtt";
    return {
      ...one,
      planHash: "p",
      metrics: {
        ...metricsOf(1),
        lost: isLossy ? 30 : 0,
        publishFailures: isLossy ? {} : { closed: 2 },
        faults: [
          {
            kind: "node-death",
            fromSeconds: 1.5,
            seconds: 2.4,
            lostConnections: 20,
            restoredConnections: isLossy ? 19 : 20,
            // Others served on: they were back before the node was.
            backAfterSeconds: { p50: -1.4, max: -1.1 },
          },
        ],
        resumption: {
          accepted: 100,
          subscribers: 10,
          due: 1_000,
          delivered: isLossy ? 970 : 1_000,
          replayed: 0,
          declaredLost: isLossy ? 25 : 0,
          undeclaredLost: isLossy ? 5 : 0,
          told: isLossy ? 3 : 0,
        },
        cluster: {
          nodes: [
            { clientsBefore: 20, clientsAfter: 30 },
            { clientsBefore: 20, clientsAfter: 0 },
          ],
          backplaneCpuUsPerDelivery: 12.3,
        },
      },
    };
  };
  const results = resultsOf({ transports: ["sse", "mqtt"], blocks: 2, trial });
  const [plan] = Object.values(results.plans);
  return { ...results, plans: { p: { ...plan, cluster } } } as Results;
}

test("what each transport lost, how long it was deaf and what was refused, from the trials' own account", () => {
  expect(scaleStories(onNodes())).toEqual([
    {
      scenario: "notify",
      setup: "3 nodes, redis, haproxy",
      sentences: [
        "1 transport lost and repeated nothing in 2 trials: sse.",
        "mqtt: of 2,000 deliveries 50 were lost with notice and 10 were lost without notice.",
        "From the fault until the last client was back, at the longest: 1.30 s on sse.",
        "Some clients never came back on mqtt.",
        "Publishes that were refused or not answered, in 4 trials: 4 on sse.",
      ],
    },
  ]);
  expect(scaleStories(resultsOf())).toEqual([]);
  expect(scaleStories(onNodes({ ...CLUSTER, sticky: false }))[0]?.setup).toBe(
    "3 nodes, redis, haproxy without stickiness",
  );
});

test("engines that the lab did not start are told as such", () => {
  const own: Cluster = {
    ...CLUSTER,
    redisAt: "redis://cache",
    balancer: "own",
    own: { address: "http://lb:80", nodePorts: [1, 2, 3] },
  };
  const results = onNodes(own);
  expect(scaleStories(results)[0]?.setup).toBe(
    "3 nodes, your Redis at redis://cache, your load balancer at http://lb:80",
  );
  const cluster = { ...own, sticky: false };
  expect(scaleStories(onNodes(cluster))[0]?.setup).toMatch(/http:\/\/lb:80 without stickiness$/);
  expect(scaleCaveat(results)).toMatch(/include whatever else it did/);
  expect(scaleCaveat(onNodes())).not.toMatch(/did not start/);
});

test("page and Markdown have a section of it where something ran on nodes, with what the machine leaves open", () => {
  const page = renderHtml(onNodes(), bare);
  expect(page).toContain('<section id="scale"><h2>Scale</h2>');
  expect(page).toMatch(/not how much a cluster of machines would carry/);
  expect(page).toMatch(/came back 1\.00 s after its beginning/);
  expect(renderHtml(resultsOf(), bare)).not.toContain('id="scale"');
  expect(renderMarkdown(onNodes())).toMatch(/### Scale[\s\S]*10 were lost without notice/);
  expect(renderMarkdown(resultsOf())).not.toContain("### Scale");
});
