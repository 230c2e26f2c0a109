import { deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { metricsOf, resultsOf, SIX_TRANSPORTS, unwell } from "../model/results.test-fixture.ts";
import { built } from "./assets.test-fixture.ts";
import { count, dataOf, pageOf } from "./documents.test-fixture.ts";
import { renderHtml } from "./page.ts";

const deflate = (text: string) => deflateRawSync(text).toString("base64");
/** The page without the text of its scripts, where words like undefined have their place. */
const shownBy = (page: string) => page.replace(/<script>[\s\S]*?<\/script>/g, "");

test("the same results give the same bytes", () => {
  expect(pageOf(resultsOf({ blocks: 3 }))).toBe(pageOf(resultsOf({ blocks: 3 })));
});

test("sections come in the order a reader needs them", () => {
  const page = pageOf(resultsOf({ scenarios: ["notify", "fan-out"] }));
  const places = [
    "<h1>",
    'class="quality"',
    'id="overview"',
    'id="scenario-notify"',
    'id="scenario-fan-out"',
    'id="decide"',
    'id="sizing"',
    'id="journey"',
    'id="validity"',
    'id="environment"',
    'id="again"',
    'id="definitions"',
  ].map((part) => page.indexOf(part));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places).not.toContain(-1);
});

test("every canvas is named, has its data and a table behind it", () => {
  const page = pageOf(resultsOf({ scenarios: ["notify", "fan-out"] }));
  const charts: unknown[] = JSON.parse(dataOf(page));
  expect(charts).toHaveLength(14);
  const indexes = [...page.matchAll(/<canvas data-chart="(\d+)" role="img" aria-label="[^"]+"/g)].map(
    ([, at]) => Number(at),
  );
  expect(indexes).toEqual(charts.map((_, index) => index));
  expect(count(page, "<details><summary>Figures of every block")).toBe(12);
  expect(count(page, "<details><summary>Figures</summary>")).toBe(2);
});

test("states stand with their reasons in the overview", () => {
  const page = pageOf(
    resultsOf({
      blocks: 2,
      trial: (trial) => {
        if (trial.transport === "grpc") return unwell(trial, "saturated", "carried 61 %");
        if (trial.transport === "mqtt") return unwell(trial, "failed", "no server");
        return trial.transport === "sse" && trial.block === 0 ? unwell(trial, "invalid", "send lag") : trial;
      },
    }),
  );
  const matrix = page.slice(page.indexOf('id="overview"'), page.indexOf('id="scenario-'));
  expect(matrix).toMatch(/saturated<\/span><small class="reason">carried 61 %/);
  expect(matrix).toMatch(/failed<\/span><small class="reason">no server/);
  expect(matrix).toMatch(/1 of 2 blocks<\/span><small class="reason">send lag/);
});

test.each([
  ["no trial at all", resultsOf({ trial: () => undefined }), 0],
  ["only failures", resultsOf({ trial: (trial) => unwell(trial, "failed", "no server") }), 0],
  ["one transport", resultsOf({ transports: ["sse"] }), 7],
  ["no scenario", resultsOf({ scenarios: [] }), 0],
])("%s still makes a whole page", (_name, results, charts) => {
  const page = pageOf(results);
  expect(JSON.parse(dataOf(page))).toHaveLength(charts);
  expect(page).toMatch(/<\/html>\n$/);
  expect(shownBy(page)).not.toMatch(/NaN|Infinity|undefined/);
});

test("a trial without the optional metrics shows dashes, and says what was not measured", () => {
  const { deliveryLatencyUs, publishLatencyUs, receiptLatencyUs, sendLagUs, tcpBytesInPerDelivery, ...rest } =
    metricsOf(1);
  const page = pageOf(resultsOf({ trial: (trial) => ({ ...trial, metrics: rest }) }));
  expect(page).toContain("notify: delivery latency on websocket, socketio, sse, long-polling, grpc and mqtt");
  expect(shownBy(page)).not.toMatch(/NaN|Infinity|undefined/);
});

test("results from before a metric was measured open, and say so", () => {
  const { serverRssAboveEmptyBytes, ...before } = metricsOf(1);
  const results = resultsOf({ transports: ["sse"], trial: (trial) => ({ ...trial, metrics: before }) });
  expect(pageOf(results)).toContain("notify: memory above the empty server on sse");
  expect(pageOf(resultsOf({ transports: ["sse"] }))).not.toContain(
    "notify: memory above the empty server on sse",
  );
});

test("huge and vanishing numbers are written, not broken", () => {
  for (const factor of [1e-9, 1e300]) {
    const { memoryPerConnection } = metricsOf(1);
    const most = Number.MAX_SAFE_INTEGER;
    const huge = { serverRssBytes: most, serverRssAboveEmptyBytes: most, memoryPerConnection };
    const metrics = { ...metricsOf(factor / 1e3), ...huge };
    const page = pageOf(resultsOf({ trial: (trial) => ({ ...trial, metrics }) }));
    expect(shownBy(page)).not.toMatch(/NaN|Infinity|undefined/);
  }
});

test("fourteen transports, two scenarios and ten blocks stay a page one can send", () => {
  const variants = ["websocket:deflate", "websocket:json", "mqtt:qos1", "sse:http2", "tcp", "loopback"];
  const transports = [...SIX_TRANSPORTS, ...variants, "grpc:json", "socketio:polling"];
  const page = renderHtml(resultsOf({ transports, scenarios: ["notify", "fan-out"], blocks: 10 }), {
    ...built,
    deflate,
  });
  expect(page.length - built.client("report").script.length).toBeLessThan(650_000);
});

test("six transports in thirteen scenarios, ten blocks, stay under 1.5 MB with the script", {
  timeout: 90_000,
  tags: ["full"],
}, () => {
  const scenarios = Array.from({ length: 13 }, (_, place) => `scenario ${place}`);
  const results = resultsOf({ scenarios, blocks: 10, publishes: 30_000 });
  expect(renderHtml(results, { ...built, deflate }).length).toBeLessThan(1_500_000);
});

test("a percentile that rests on too few publishes is neither drawn nor told", () => {
  const page = pageOf(resultsOf({ transports: ["sse"], publishes: 300 }));
  const [line] = JSON.parse(dataOf(page))[0].data.datasets;
  expect(line.data.map((point: { x: number }) => point.x)).toEqual([2, 10]);
  expect(page).toContain("needs 3,000 publishes");
});
