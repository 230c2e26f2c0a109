import type { Metrics } from "../../harness/result/result.ts";
import { metricNamed } from "../../reports/metrics/names.ts";
import { unmetBy } from "../../reports/model/thresholds.ts";
import { parseSlo } from "./expressions.ts";

/** The terms of a service level that a trial does not meet, in words. */
type ServiceLevel = (metrics: Metrics) => string[];

/**
 * What `parseSlo` reads, and besides: `receipt p99` for `receipt.p99`, and in per cent the metric that a name has for it: `lost < 0.1%`
 * of what was expected, `loop < 80%` for the event loop of the server.
 */
export function serviceLevelOf(text: string): ServiceLevel {
  const terms = text.split(",").filter((term) => term.trim() !== "");
  const thresholds = parseSlo(terms.map(spelledOut).join(","));
  return (metrics) => unmetBy(metrics, thresholds);
}

function spelledOut(term: string): string {
  const dotted = term.replace(/^\s*(\w+)\s+(?=\w)/, "$1.");
  const [, name = "", rest = ""] = /^\s*(\w+)(.*%\s*)$/.exec(dotted) ?? [];
  const share = metricNamed(`${name}%`);
  return share === undefined ? dotted : share + rest;
}
