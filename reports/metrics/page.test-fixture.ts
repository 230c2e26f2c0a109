import { between, table } from "../../core/doc-tables.test-fixture.ts";
import type { Unit } from "../prose/format.ts";
import { CATALOGUE } from "./catalogue.ts";
import type { Metric } from "./metric.ts";
import { ruleNameOf } from "./names.ts";
import { schemaNumbers } from "./schema-numbers.test-fixture.ts";
import { UNJUDGED } from "./unjudged.ts";

const UNITS: Readonly<Record<Unit, string>> = {
  micros: "us",
  seconds: "s",
  bytes: "bytes",
  perSecond: "1/s",
  count: "count",
  share: "0 to 1",
  processors: "CPUs",
};

/** The page with the catalogue's tables between its marks; whatever else it says stays. */
export function withTables(page: string): string {
  return between(between(page, "metrics", metricTable()), "unjudged", unjudgedTable());
}

/** Metrics that differ in their name alone share a row. */
function metricTable(): string {
  const rows = merged(CATALOGUE, (metric) => [metric.about, metric.unit, metric.better, metric.combine]);
  return table(
    ["metric", "definition", "unit", "better", "rules also call it", "Prometheus"],
    rows.map(([metric, all]) => [
      all.map((one) => `\`${ruleNameOf(one)}\``).join(", "),
      [metric.about, combinedText(metric), reasonText(metric)].filter((text) => text !== "").join(" "),
      UNITS[metric.unit],
      metric.better === "none" ? "–" : metric.better,
      code(all.flatMap(({ aliases }) => aliases)),
      code(all.flatMap(({ prometheus }) => (prometheus ? `notif_lab_${prometheus}` : []))),
    ]),
  );
}

function unjudgedTable(): string {
  const abouts = new Map(schemaNumbers().map(({ path, about = "" }) => [path, about]));
  const aboutOf = ({ paths }: Metric) => abouts.get(`trials.*.metrics.${paths[0]}`) ?? "";
  const rows = merged(UNJUDGED, (metric) => [aboutOf(metric), metric.unit, metric.unjudged]);
  return table(
    ["number", "definition", "unit", "why no rule judges it"],
    rows.map(([metric, all]) => [
      code(all.map(({ paths }) => paths[0])),
      aboutOf(metric),
      UNITS[metric.unit],
      metric.unjudged ?? "",
    ]),
  );
}

function combinedText({ combine }: Metric): string {
  if (combine === undefined) return "";
  return { total: "Over blocks the total.", worst: "Over blocks the worst.", mean: "Over blocks the mean." }[
    combine
  ];
}

function reasonText({ unjudged }: Metric): string {
  return unjudged === undefined ? "" : `No rule judges it: ${unjudged}.`;
}

function merged(
  metrics: readonly Metric[],
  by: (metric: Metric) => readonly unknown[],
): (readonly [Metric, readonly Metric[]])[] {
  const rows = new Map<string, [Metric, Metric[]]>();
  for (const metric of metrics) {
    const key = JSON.stringify(by(metric));
    const row = rows.get(key) ?? [metric, []];
    rows.set(key, row);
    row[1].push(metric);
  }
  return [...rows.values()];
}

function code(names: readonly string[]): string {
  return [...new Set(names)].map((name) => `\`${name}\``).join(", ");
}
