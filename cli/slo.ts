import type { Metrics } from "../harness/result.ts";
import { unmetBy } from "../reports/thresholds.ts";
import { parseSlo } from "./expressions.ts";
import { usage } from "./failure.ts";

/** The terms of a service level that a trial does not meet, in words. */
type ServiceLevel = (metrics: Metrics) => string[];

const LOST_SHARE = /^\s*lost\s*(<=?)\s*(\d+(?:\.\d+)?)\s*%\s*$/;

/**
 * What `parseSlo` reads, and besides: `lost < 0.1%` of what was expected, `cpu < 80%` for the server's event loop, and `receipt p99`
 * for `receipt.p99`.
 */
export function serviceLevelOf(text: string): ServiceLevel {
  const terms = text.split(",").filter((term) => term.trim() !== "");
  const shares = terms.filter((term) => LOST_SHARE.test(term)).map(lostShare);
  const rest = terms.filter((term) => !LOST_SHARE.test(term)).map(spelledOut);
  const thresholds = rest.length === 0 && shares.length > 0 ? [] : parseSlo(rest.join(","));
  return (metrics) => [...unmetBy(metrics, thresholds), ...shares.flatMap((share) => share(metrics))];
}

function spelledOut(term: string): string {
  return term
    .replace(/^\s*(delivery|ack|receipt)\s+(?=\w)/, "$1.")
    .replace(/^\s*cpu(?=[^%]*%\s*$)/, "serverLoopUtilization");
}

function lostShare(term: string): ServiceLevel {
  const [, sign, number] = LOST_SHARE.exec(term) ?? [];
  const percent = Number(number);
  if (sign === "<" && percent === 0)
    throw usage(`--slo: "${term.trim()}" can never be; give a service level as "p99 < 50ms, lost = 0"`);
  return ({ lost, expected }) => {
    const share = expected === 0 ? 0 : (100 * lost) / expected;
    if (sign === "<" ? share < percent : share <= percent) return [];
    return [`lost was ${Number(share.toPrecision(2))} %`];
  };
}
