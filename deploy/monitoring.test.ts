import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, test } from "vitest";
import { stringify } from "yaml";
import { canRun } from "../harness/engines/balanced.test-fixture.ts";
import { SERIES_NAMES } from "../harness/service/series.ts";
import { builtModule } from "../transports/engines/built-module.ts";
import { Engine } from "../transports/engines/engine.ts";
import { type Program, requireProgram } from "../transports/engines/programs.ts";
import { findTransport } from "../transports/registry.ts";
import { deployFiles } from "./files.ts";
import { dashboard, QUERIES } from "./grafana.ts";
import { ALERTS, alertRules, JOB, prometheusConfig, RECORDING_RULES, recordingRules } from "./prometheus.ts";
import { METRICS_PORT, NODES, serveArguments } from "./settings.ts";

const debian = { package: "prometheus", neededFor: "deploy/prometheus", versionFlag: "--version" };
const PROMETHEUS: Program = { name: "prometheus", ...debian };
const PROMTOOL: Program = { name: "promtool", ...debian };

let scratch = "";
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "notif-lab-monitoring-"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function promtool(...words: string[]): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(requireProgram(PROMTOOL), words, {
    cwd: scratch,
    encoding: "utf8",
  });
  return { status, said: `${stdout}${stderr}` };
}

const write = (name: string, text: string) => writeFileSync(join(scratch, name), text);
const expressions = [...RECORDING_RULES, ...ALERTS].map(({ expr }) => expr).concat(QUERIES);
/** As Grafana fills it in. */
const filledIn = (expr: string) => expr.replaceAll("$__rate_interval", "5m");

test("what rules and panels ask for is what serve tells, or what a rule records", () => {
  const known = new Set([...SERIES_NAMES, ...RECORDING_RULES.map(({ record }) => record), "up"]);
  const LABELS = /^(job|instance|transport|code|reason|le)$/;
  for (const expr of expressions) {
    const plain = expr.replace(/\{[^}]*\}|"[^"]*"|\[[^\]]*\]/g, "");
    const words = plain.match(/[a-z][\w:]*/g) ?? [];
    const asked = words.filter(
      (word) =>
        !LABELS.test(word) && !/^(sum|by|rate|increase|histogram_quantile|predict_linear)$/.test(word),
    );
    assert.ok(asked.length > 0, expr);
    for (const name of asked) assert.ok(known.has(name), `${name} in ${expr}`);
  }
});

test("every node of compose.yaml is scraped where it tells", () => {
  const config = JSON.parse(JSON.stringify(prometheusConfig()));
  assert.deepEqual(
    config.scrape_configs[0].static_configs[0].targets,
    NODES.map(({ name }) => `${name}:${METRICS_PORT}`),
  );
  assert.equal(config.scrape_configs[0].job_name, JOB);
  assert.deepEqual(serveArguments("sse").slice(-8, -4), [
    "--metrics",
    String(METRICS_PORT),
    "--metrics-host",
    "0.0.0.0",
  ]);
});

describe.runIf(canRun(PROMTOOL))("promtool", () => {
  test("accepts the configuration and the rules", () => {
    for (const { path, text } of deployFiles().filter((file) => file.path.startsWith("prometheus/")))
      write(path.replace("prometheus/", ""), text);
    const { status, said } = promtool("check", "config", "prometheus.yml");
    assert.equal(status, 0, said);
    assert.match(said, new RegExp(`SUCCESS: ${ALERTS.length} rules found`));
  });

  test("accepts every query of the dashboard", () => {
    const rules = QUERIES.map((expr, index) => ({ record: `panel:query:${index}`, expr: filledIn(expr) }));
    const check = (all: object[]) => {
      write("panels.yml", stringify({ groups: [{ name: "panels", rules: all }] }));
      return promtool("check", "rules", "panels.yml");
    };
    const { status, said } = check(rules);
    assert.equal(status, 0, said);
    assert.notEqual(
      check([...rules, { record: "panel:wrong", expr: "sum by (" }]).status,
      0,
      "a wrong one would be found",
    );
  });

  test("finds the rules to alert when they should, and not before", () => {
    write("recording-rules.yml", stringify(recordingRules()));
    write("alert-rules.yml", stringify(alertRules()));
    const of = `job="${JOB}", instance="node1:9464"`;
    const bucket = (le: string, each: number) => ({
      series: `notif_lab_publish_to_write_seconds_bucket{${of}, le="${le}"}`,
      values: `0+${each}x30`,
    });
    const firing = (alertname: string, labels: object) => {
      const rule = ALERTS.find(({ alert }) => alert === alertname);
      assert.ok(rule);
      const summary = rule.summary.replace("{{ $labels.instance }}", "node1:9464");
      const exp_labels = { severity: rule.severity, job: JOB, ...labels };
      return { exp_labels, exp_annotations: { summary, description: rule.description } };
    };
    const instance = "node1:9464";
    const alertsAt = (eval_time: string, alertname: string, exp_alerts: object[]) => ({
      eval_time,
      alertname,
      exp_alerts,
    });
    write(
      "known.yml",
      stringify({
        rule_files: ["recording-rules.yml", "alert-rules.yml"],
        evaluation_interval: "15s",
        tests: [
          {
            interval: "1m",
            input_series: [
              { series: `up{${of}}`, values: "1 1 1 0 0 0 0x20" },
              { series: `notif_lab_backplane_up{${of}}`, values: "1x5 0x5 1x20" },
              // 60 publishes a minute, of which 2 % take more than 250 ms.
              bucket("0.1", 50),
              bucket("0.25", 58.8),
              bucket("0.5", 60),
              bucket("+Inf", 60),
              { series: `notif_lab_publishes_total{${of}}`, values: "0+60x30" },
              { series: `notif_lab_events_dropped_total{${of}}`, values: "0+60x30" },
              { series: `notif_lab_gaps_total{${of}}`, values: "0+30x30" },
              { series: `notif_lab_slow_subscribers_cut_total{${of}}`, values: "0x30" },
              { series: `notif_lab_internal_errors_total{${of}}`, values: "0x9 1x20" },
              {
                series: `notif_lab_requests_refused_total{${of}, code="unauthenticated"}`,
                values: "0+30x30",
              },
            ],
            promql_expr_test: [
              {
                expr: "job:notif_lab_publishes:rate5m",
                eval_time: "20m",
                exp_samples: [{ labels: `job:notif_lab_publishes:rate5m{job="${JOB}"}`, value: 1 }],
              },
              {
                expr: "job:notif_lab_losses:rate5m",
                eval_time: "20m",
                exp_samples: [{ labels: `job:notif_lab_losses:rate5m{job="${JOB}"}`, value: 1.5 }],
              },
            ],
            alert_rule_test: [
              alertsAt("3m30s", "NotifLabNodeDown", []),
              alertsAt("5m", "NotifLabNodeDown", [firing("NotifLabNodeDown", { instance })]),
              alertsAt("5m", "NotifLabBackplaneAway", []),
              alertsAt("8m", "NotifLabBackplaneAway", [firing("NotifLabBackplaneAway", { instance })]),
              alertsAt("14m", "NotifLabBackplaneAway", []),
              alertsAt("20m", "NotifLabSlowToWrite", [firing("NotifLabSlowToWrite", {})]),
              alertsAt("20m", "NotifLabLosingEvents", [firing("NotifLabLosingEvents", {})]),
              alertsAt("8m", "NotifLabInternalErrors", []),
              alertsAt("12m", "NotifLabInternalErrors", [firing("NotifLabInternalErrors", { instance })]),
              // Half a token a second is not yet many.
              alertsAt("20m", "NotifLabTokensRefused", []),
            ],
          },
        ],
      }),
    );
    const { status, said } = promtool("test", "rules", "known.yml");
    assert.equal(status, 0, said);
  });
});

test("the dashboard has what Grafana needs of one", () => {
  const parsed = JSON.parse(deployFiles().find(({ path }) => path === "grafana/notif-lab.json")?.text ?? "");
  assert.deepEqual(parsed, JSON.parse(JSON.stringify(dashboard())));
  for (const [field, type] of Object.entries({
    uid: "string",
    title: "string",
    schemaVersion: "number",
    version: "number",
    refresh: "string",
  }))
    assert.equal(typeof parsed[field], type, field);
  for (const list of [parsed.panels, parsed.templating.list, parsed.annotations.list, parsed.tags])
    assert.ok(Array.isArray(list));
  const ids = parsed.panels.map(({ id }: { id: number }) => id);
  assert.equal(new Set(ids).size, ids.length, "ids are unique");
  const taken = new Set<string>();
  for (const { type, title, gridPos, datasource, targets, fieldConfig } of parsed.panels) {
    assert.ok(title.length > 0 && gridPos.x + gridPos.w <= 24, title);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        assert.ok(!taken.has(`${x},${y}`), `${title} lies over another panel`);
        taken.add(`${x},${y}`);
      }
    if (type === "row") continue;
    assert.equal(type, "timeseries");
    assert.equal(datasource.uid, "$datasource");
    assert.equal(typeof fieldConfig.defaults.unit, "string");
    assert.ok(targets.length > 0);
    for (const target of targets) assert.ok(target.refId && target.expr && target.legendFormat, title);
  }
  const titles = parsed.panels.map(({ title }: { title: string }) => title).join("\n");
  for (const subject of ["Connections", "Message rate", "Latency", "Memory", "Losses"])
    assert.match(titles, new RegExp(subject));
});

describe.runIf(canRun(PROMETHEUS))("a real Prometheus", () => {
  test("scrapes a served process and evaluates every rule and panel on it", {
    timeout: 90_000,
    tags: ["full"],
  }, async () => {
    const serving = spawn(
      process.execPath,
      [fileURLToPath(builtModule("cli/main")), "serve", "sse", "--metrics", "0", "--json"],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const engine = await startPrometheus(serving);
    try {
      const { endpoint, token } = await engine.told;
      const client = await findTransport("sse")?.connect({ url: endpoint }, { token });
      await client?.subscribe("topic/news", () => undefined);
      await client?.publish({ channel: "topic/news", body: "x" });
      const ask = (expr: string) => query(engine.port(), expr);
      while ((await ask("notif_lab_deliveries_total"))[0]?.value[1] !== "1");
      const [connections] = await ask('notif_lab_connections{transport="sse"}');
      assert.ok(Number(connections?.value[1]) >= 1);
      assert.equal((await ask("notif_lab_publish_to_write_seconds_count"))[0]?.value[1], "1");
      for (const expr of expressions) await ask(filledIn(expr));
      while ((await ask(RECORDING_RULES[0]?.record ?? "")).length === 0);
      await client?.close();
    } finally {
      await engine.stop();
      serving.kill("SIGKILL");
    }
  });
});

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

interface QueryAnswer {
  readonly status: string;
  readonly error?: string;
  readonly data: { readonly result: readonly Sample[] };
}

/** Rejects for a query that is refused. */
async function query(port: number, expr: string): Promise<readonly Sample[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expr)}`);
  const { status, error, data }: QueryAnswer = JSON.parse(await answer.text());
  assert.equal(status, "success", `${expr}: ${error}`);
  return data.result;
}

async function startPrometheus(serving: ChildProcess) {
  assert.ok(serving.stdout);
  const [line] = await once(createInterface({ input: serving.stdout }), "line");
  const told: { endpoint: string; token: string; metrics: string } = JSON.parse(line);
  let port = 0;
  const config = JSON.parse(JSON.stringify(prometheusConfig()));
  config.global = { scrape_interval: "500ms", evaluation_interval: "500ms" };
  config.scrape_configs[0].static_configs = [{ targets: [new URL(told.metrics).host] }];
  const engine = await Engine.start({
    program: PROMETHEUS,
    files: () => ({
      "prometheus.yml": stringify(config),
      "recording-rules.yml": stringify(recordingRules()),
      "alert-rules.yml": stringify(alertRules()),
    }),
    args: (place) => {
      port = place.port;
      return [
        "--config.file=prometheus.yml",
        "--storage.tsdb.path=data",
        `--web.listen-address=127.0.0.1:${port}`,
      ];
    },
    probe: async () => {
      const { ok } = await fetch(`http://127.0.0.1:${port}/-/ready`);
      if (!ok) throw new Error("not ready");
    },
  });
  return { told: Promise.resolve(told), port: () => port, stop: () => engine.stop() };
}
