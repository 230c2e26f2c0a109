import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Results } from "../../harness/result/result.ts";
import { breakdownOf, metricsOf, resultsOf, unwell } from "../model/results.test-fixture.ts";
import { bare } from "./assets.test-fixture.ts";
import { renderHtml } from "./page.ts";

/** Documents that pages are traced to. */

const pages = new WeakMap<Results, string>();

/** A document's page, rendered once. */
export function pageOf(results: Results): string {
  const page = pages.get(results) ?? renderHtml(results, bare);
  pages.set(results, page);
  return page;
}

/** A part of a run as it was measured, of one block, with faults and journeys; the browser's tests open it too. */
export const real = JSON.parse(
  gunzipSync(readFileSync("test/browser/quick-run.results.json.gz")).toString(),
) as Results;

/** Five transports, one of them twice and one with a long tail, whose figures differ from block to block. */
export const documentOf = onceEach(madeOf);

/** Made once for each number of blocks; nobody changes them. */
export function onceEach(make: (blocks: number) => Results): (blocks: number) => Results {
  const made = new Map<number, Results>();
  return (blocks) => {
    const results = made.get(blocks) ?? make(blocks);
    made.set(blocks, results);
    return results;
  };
}

/** Four transports, one of which lost a block, with losses and the bytes of silence. */
export const lossyDocumentOf = onceEach(madeLossy);

function madeOf(blocks: number): Results {
  const results = resultsOf({
    transports: ["websocket", "websocket#2", "sse", "grpc", "mqtt"],
    scenarios: ["notify", "fan-out"],
    blocks,
    publishes: 30_000,
    trial: (trial) => {
      const transport = ["websocket", "websocket#2", "sse", "grpc", "mqtt"].indexOf(trial.transport);
      const factor = (1 + transport * transport * 0.13) * (1 + ((trial.block * 3 + transport) % 7) / 50);
      const metrics = metricsOf(factor, 30_000);
      const tail = { ...metrics.deliveryLatencyUs, p99: factor * 13_000 } as typeof metrics.deliveryLatencyUs;
      return { ...trial, metrics: { ...metrics, ...(transport === 4 ? { deliveryLatencyUs: tail } : {}) } };
    },
  });
  return { ...results, anatomies: [breakdownOf("grpc", 40), breakdownOf("sse", 400)] } as Results;
}

/** The embedded data of the page's charts, as text. */
export const dataOf = (page: string): string =>
  page.match(/<script type="application\/json" id="charts">(.*)<\/script>/)?.[1] ?? "";

/** How often `part` stands in `text`. */
export const count = (text: string, part: string): number => text.split(part).length - 1;

function madeLossy(blocks: number): Results {
  const results = resultsOf({
    transports: ["websocket", "sse", "grpc", "mqtt"],
    scenarios: ["notify", "fan-out"],
    blocks,
    publishes: 30_000,
    trial: (trial) => {
      if (trial.transport === "mqtt" && trial.block === 1) return unwell(trial, "invalid", "send lag");
      const factor = 1 + ((trial.block * 3) % 7) / 7 + (trial.transport === "grpc" ? 1 : 0);
      const lost = trial.block + 1;
      return { ...trial, metrics: { ...metricsOf(factor, 30_000), lost } };
    },
  });
  const idle = {
    state: "told",
    derived: { idleBytesPerConnectionHour: { in: 240.5, out: 361 } },
  } as unknown as Extract<Results["anatomies"][number], { idle: unknown }>["idle"];
  return {
    ...results,
    anatomies: [
      { ...breakdownOf("grpc", 40), idle } as Results["anatomies"][number],
      breakdownOf("sse", 400),
    ],
  };
}
