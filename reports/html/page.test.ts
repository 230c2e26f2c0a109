import { createHash } from "node:crypto";
import { runInNewContext } from "node:vm";
import { deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import type { Results } from "../../harness/result/result.ts";
import { breakdownOf, metricsOf, resultsOf, SIX_TRANSPORTS, unwell } from "../model/results.test-fixture.ts";
import { bare, built } from "./assets.test-fixture.ts";
import { renderHtml } from "./page.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("base64");
const deflate = (text: string) => deflateRawSync(text).toString("base64");
const stub = (results: Results) => renderHtml(results, bare);
const HOSTILE = `</script><script>alert(1)</script><!--<script></style><img src=x onerror="alert(1)">"'&\u0000\u202e\n<b>`;

const count = (text: string, part: string) => text.split(part).length - 1;
const scriptsOf = (page: string) =>
  [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text]) => text ?? "");
/** The page without the text of its scripts, where words like undefined have their place. */
const shownBy = (page: string) => page.replace(/<script>[\s\S]*?<\/script>/g, "");
const dataOf = (page: string) =>
  page.match(/<script type="application\/json" id="charts">(.*)<\/script>/)?.[1] ?? "";

/** Every string of the document that a results file can carry, replaced. */
function hostileResults(): Results {
  const results = resultsOf({
    transports: [HOSTILE, `websocket:${HOSTILE}`, "sse"],
    scenarios: [HOSTILE],
    blocks: 2,
    trial: (trial) => ({
      ...(trial.block === 1 && trial.transport !== "sse" ? unwell(trial, "failed", HOSTILE) : trial),
      notes: [HOSTILE],
      planHash: HOSTILE,
    }),
  });
  return {
    ...results,
    command: HOSTILE,
    anatomies: [
      { ...breakdownOf("sse", 400), scenario: HOSTILE },
      { transport: HOSTILE, scenario: HOSTILE, absent: HOSTILE },
    ],
    scenarios: [{ name: HOSTILE, summary: HOSTILE, params: { [HOSTILE]: 1 } }],
    environment: {
      ...results.environment,
      ...{ notifLab: HOSTILE, node: HOSTILE, v8: HOSTILE, platform: HOSTILE, kernel: HOSTILE, arch: HOSTILE },
      ...{ cpuModel: HOSTILE, clock: HOSTILE, packages: { [HOSTILE]: HOSTILE } },
    },
  };
}

test("hostile strings stay text, everywhere", () => {
  const page = stub(hostileResults());
  expect(count(page, "<script")).toBe(3);
  expect(count(page, "</script")).toBe(3);
  for (const markup of ["<img", "<b>", "<!--", "\u0000", "\u202e", 'onerror="']) {
    const outsideData = page.replace(dataOf(page), "");
    expect(outsideData).not.toContain(markup);
  }
  expect(count(page, "</style")).toBe(1);
  expect(count(page, "&#60;img src=x onerror=&#34;")).toBeGreaterThan(30);
});

test("the embedded data is JSON that can't end its script, and reads back as it was", () => {
  const data = dataOf(stub(hostileResults()));
  expect(data).not.toContain("<");
  expect(JSON.parse(data)[0].data.datasets[0].label).toBe(HOSTILE);
});

test("an end tag in a string can't leave the script, and still means the same", () => {
  const script = 'globalThis.a = "</script><!--"; globalThis.b = /<\\/script/.source;';
  const [embedded = ""] = scriptsOf(renderHtml(resultsOf(), { client: () => ({ script, style: "" }) }));
  const context: { a?: string; b?: string } = {};
  runInNewContext(embedded.replaceAll("globalThis", "this"), context);
  expect(context.a).toBe("</script><!--");
});

test("the policy allows nothing but the page's own script", () => {
  const page = renderHtml(resultsOf(), { ...built, sha256 });
  const policy = page.match(/Content-Security-Policy" content="([^"]*)"/)?.[1]?.replaceAll("&#39;", "'");
  const hashes = scriptsOf(page).map((text) => `'sha256-${sha256(text)}'`);
  expect(hashes).toHaveLength(1);
  expect(policy).toBe(
    `default-src 'none'; style-src 'unsafe-inline'; script-src ${hashes.join(" ")}; base-uri 'none'; form-action 'none'`,
  );
});

test("the page asks nothing of a network", () => {
  const page = stub(resultsOf({ scenarios: ["notify", "fan-out"], blocks: 3 }));
  expect(page).not.toMatch(/https?:|\ssrc=|<link/);
  for (const kind of ["report", "sheet"] as const) {
    const { script, style } = built.client(kind);
    expect(style).not.toMatch(/@import|url\(|<\/style/);
    expect(script).not.toMatch(
      /\bfetch\(|XMLHttpRequest|WebSocket|document\.cookie|localStorage|sourceMappingURL/,
    );
  }
});

test("the script is sound JavaScript", () => {
  for (const text of scriptsOf(renderHtml(resultsOf(), built)))
    expect(() => new Function(text)).not.toThrow();
});

test("the same results give the same bytes", () => {
  expect(stub(resultsOf({ blocks: 3 }))).toBe(stub(resultsOf({ blocks: 3 })));
});

test("sections come in the order a reader needs them", () => {
  const page = stub(resultsOf({ scenarios: ["notify", "fan-out"] }));
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
  const page = stub(resultsOf({ scenarios: ["notify", "fan-out"] }));
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
  const page = stub(
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
  const page = stub(results);
  expect(JSON.parse(dataOf(page))).toHaveLength(charts);
  expect(page).toMatch(/<\/html>\n$/);
  expect(shownBy(page)).not.toMatch(/NaN|Infinity|undefined/);
});

test("a trial without the optional metrics shows dashes, and says what was not measured", () => {
  const { deliveryLatencyUs, publishLatencyUs, receiptLatencyUs, sendLagUs, tcpBytesInPerDelivery, ...rest } =
    metricsOf(1);
  const page = stub(resultsOf({ trial: (trial) => ({ ...trial, metrics: rest }) }));
  expect(page).toContain("notify: delivery latency on websocket, socketio, sse, long-polling, grpc and mqtt");
  expect(shownBy(page)).not.toMatch(/NaN|Infinity|undefined/);
});

test("results from before a metric was measured open, and say so", () => {
  const { serverRssAboveEmptyBytes, ...before } = metricsOf(1);
  const results = resultsOf({ transports: ["sse"], trial: (trial) => ({ ...trial, metrics: before }) });
  expect(stub(results)).toContain("notify: memory above the empty server on sse");
  expect(stub(resultsOf({ transports: ["sse"] }))).not.toContain(
    "notify: memory above the empty server on sse",
  );
});

test("huge and vanishing numbers are written, not broken", () => {
  for (const factor of [1e-9, 1e300]) {
    const { memoryPerConnection } = metricsOf(1);
    const most = Number.MAX_SAFE_INTEGER;
    const huge = { serverRssBytes: most, serverRssAboveEmptyBytes: most, memoryPerConnection };
    const metrics = { ...metricsOf(factor / 1e3), ...huge };
    const page = stub(resultsOf({ trial: (trial) => ({ ...trial, metrics }) }));
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
  const page = stub(resultsOf({ transports: ["sse"], publishes: 300 }));
  const [line] = JSON.parse(dataOf(page))[0].data.datasets;
  expect(line.data.map((point: { x: number }) => point.x)).toEqual([2, 10]);
  expect(page).toContain("needs 3,000 publishes");
});

const overviewOf = (page: string) => page.slice(page.indexOf('id="overview"'), page.indexOf('id="scenario-'));
const pairsOf = (page: string) => page.match(/<details class="verdicts"[\s\S]*?<\/details>/)?.[0] ?? "";

test("ranks and what is practically equal stand in the overview, and every pair with its verdict in the section", () => {
  const page = stub(
    resultsOf({
      transports: ["sse", "grpc", "mqtt"],
      blocks: 10,
      trial: (trial) => ({ ...trial, metrics: metricsOf(trial.transport === "mqtt" ? 2 : 1) }),
    }),
  );
  expect(overviewOf(page)).toContain("<small>rank 1–2, within 5 % of grpc</small>");
  expect(overviewOf(page)).toContain("<small>rank 3</small>");
  expect(overviewOf(page)).toContain("95 % interval over blocks");
  const pairs = pairsOf(page);
  expect(pairs).toContain(" open>");
  expect(pairs).toMatch(/sse \/ grpc<\/th><td>1\.00x<small>1\.00–1\.00<br>practically equal<\/small>/);
  expect(pairs).toMatch(/sse \/ mqtt<\/th><td>0\.50x<small>0\.50–0\.50<br><b>different<\/b><\/small>/);
  expect(pairs).toContain("A difference of up to 5 % is of no consequence.");
  expect(page).toContain("geometric means over blocks, with 95 % intervals");
});

test("under three blocks there are no pairs and no ranks", () => {
  const page = stub(resultsOf({ transports: ["sse", "grpc"], blocks: 2 }));
  expect(pairsOf(page)).toBe("");
  expect(overviewOf(page)).not.toContain("<small>rank");
  expect(overviewOf(page)).toContain("nothing is ranked");
  expect(page).toContain("medians, with the range over blocks");
  expect(pairsOf(stub(resultsOf()))).toBe("");
});

test("an A/A control has its band in the overview and in the table, and no rank", () => {
  const page = stub(
    resultsOf({
      transports: ["sse", "sse#2", "grpc"],
      blocks: 10,
      trial: (trial) => ({ ...trial, metrics: metricsOf(trial.transport === "sse#2" ? 1.2 : 1) }),
    }),
  );
  expect(overviewOf(page)).toContain("<small>A/A: sse again, band 20 %</small>");
  expect(pairsOf(page)).toContain(
    "What an interval must exceed besides, since one transport was as far from itself: 20 % (Delivery latency, p50)",
  );
  expect(pairsOf(page)).not.toContain("sse#2 /");
});

test("an inconclusive pair says so, and the sentence what would decide it", () => {
  const noise = [1.3, 0.8, 1.1, 0.9, 1.05, 1.2, 0.7, 1.15, 0.95, 1.02];
  const page = stub(
    resultsOf({
      transports: ["sse", "grpc"],
      blocks: 10,
      trial: (trial) => ({
        ...trial,
        metrics: metricsOf(trial.transport === "sse" ? 1 : (noise[trial.block] ?? 1)),
      }),
    }),
  );
  expect(pairsOf(page)).toContain("<br>inconclusive</small>");
  expect(page).toMatch(
    /\d+ more blocks would decide it, if effect and noise are as they appear \(80 % power\)/,
  );
});

test("a range among intervals is named in the table", () => {
  const page = stub(
    resultsOf({
      transports: ["sse", "grpc"],
      blocks: 3,
      trial: (trial) =>
        trial.transport === "grpc" && trial.block === 1 ? unwell(trial, "invalid", "send lag") : trial,
    }),
  );
  expect(page).toMatch(/<small>range 1\.\d\d–1\.\d\d<\/small>|<small>range 1,\d+–1,\d+<\/small>/);
});

test("where the bytes go is told by part, in the order of the transports, and so is what could not be told", () => {
  const results = {
    ...resultsOf({ transports: ["sse", "grpc", "mqtt"] }),
    anatomies: [
      { transport: "mqtt", scenario: "notify", absent: "a byte was nobody's" },
      breakdownOf("grpc", 40),
      breakdownOf("sse", 400),
    ],
  };
  const page = stub(results);
  const rows = [...page.matchAll(/<tr><th scope="row">.*?<\/tr>/gs)].map(([row]) => row);
  const shownRows = rows.filter((row) => row.includes('class="bar"') || row.includes("not known"));
  expect(shownRows.map((row) => row.match(/sse|grpc|mqtt/)?.[0])).toEqual(["sse", "grpc", "mqtt"]);
  // 128 + 128 body, 60 + 60 envelope, framing 400 out: 776 in all.
  expect(shownRows[0]).toMatch(/>256<.*>120<.*>400<.*>776</s);
  expect(shownRows[2]).toContain("not known: a byte was nobody&#39;s");
  expect(page).not.toContain(">compressed<");
  expect(stub(resultsOf())).not.toContain("Where the bytes go");
});

test("a transport's idle bytes are shown in every scenario, whichever its silence was looked at in", () => {
  const silent = breakdownOf("sse", 400);
  const measured = {
    state: "measured" as const,
    connections: 8,
    cycleMs: 400,
    cycles: 4,
    heartbeatBytesPerCycle: { in: 100, out: 140 },
    defaultCycleMs: 10_000,
    derived: { idleBytesPerConnectionHour: { in: 36_000, out: 50_400 } },
  };
  const results = {
    ...resultsOf({ transports: ["sse"], scenarios: ["notify", "fan-out"] }),
    anatomies: [silent, { ...silent, scenario: "fan-out", idle: measured }],
  };
  expect(count(stub(results), "86,400")).toBe(2);
});

test("memory that is lost in the noise is unresolved, not absent", () => {
  const noisy = resultsOf({
    transports: ["sse"],
    trial: (trial) => {
      if (!trial.metrics) return trial;
      const heapAndExternal = { bytesPerConnection: 9_000, r2: 0.5 };
      const memoryPerConnection = { ...trial.metrics.memoryPerConnection, heapAndExternal };
      return { ...trial, metrics: { ...trial.metrics, memoryPerConnection } };
    },
  });
  expect(stub(noisy)).toContain("unresolved</small>");
  expect(stub(resultsOf({ transports: ["sse"] }))).not.toContain("unresolved</small>");
});
