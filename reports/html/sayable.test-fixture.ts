import type { Results } from "../../harness/result/result.ts";
import { compareAllPairs } from "../../harness/statistics/all-pairs.ts";
import { METRIC_KEYS, METRICS } from "../metrics/catalogue.ts";
import { pointerOf } from "../metrics/metric.ts";
import { factsOf, isCandidate } from "../model/looks.ts";
import {
  byRule,
  effectOf,
  everythingAt,
  intervalOf,
  numbersIn,
  ofTrial,
  redone,
  sum,
} from "./redone.test-fixture.ts";

/** What sentences may say, made anew from the results document alone. */

export type Kind = "time" | "bytes" | "share" | "ratio";

const UNITS: Readonly<Record<string, Kind>> = { micros: "time", bytes: "bytes", share: "share" };

/** The margin and the power, which are the same in every run. */
const NAMED_SHARES = [0.05, 0.8];

/** Everything that a sentence may say of some transports in a scenario, in base units, made from the document alone. */
export function sayable(
  results: Results,
  scenario: string,
  transports: readonly string[],
): Record<Kind, number[]> {
  const found: Record<Kind, number[]> = { time: [], bytes: [], share: [...NAMED_SHARES], ratio: [] };
  const placesOf = (transport: string) => {
    const last = new Map(
      results.trials.flatMap((one, place) =>
        one.scenario === scenario && one.transport === transport && one.metrics
          ? [[one.block, place] as const]
          : [],
      ),
    );
    return [...last].sort(([a], [b]) => a - b);
  };
  for (const key of METRIC_KEYS) {
    const path = pointerOf(METRICS[key]);
    const kind = UNITS[METRICS[key].unit];
    const read = transports.map((transport) => {
      const places = placesOf(transport);
      return places.flatMap(([block, place]) => {
        const value = tried(() => ofTrial(results, String(place), path));
        return value === undefined ? [] : [{ block, place, value }];
      });
    });
    const means = read.map((all) => {
      const values = all.map(({ value }) => value);
      if (values.length === 0) return Number.NaN;
      const ends = values.length > 2 ? intervalOf(values) : undefined;
      const value = byRule(
        values,
        values.length > 2 ? "geometric mean" : values.length > 1 ? "median" : "value",
      );
      if (kind) found[kind].push(value, Math.min(...values), Math.max(...values));
      if (kind && ends) found[kind].push(ends.low, ends.high);
      return value;
    });
    for (const [a, one] of read.entries())
      for (const [b, other] of read.entries()) {
        if (a === b) continue;
        found.ratio.push((means[a] ?? 0) / (means[b] ?? 0));
        const pairs = one.flatMap(({ block, place }) => {
          const match = other.find((two) => two.block === block);
          return match ? `${place}/${match.place}` : [];
        });
        if (pairs.length > 2) found.ratio.push(effectOf(results, path, pairs.join(",")).value);
      }
    // Intervals hold for all transports of the scenario at once, whichever of them a sentence names.
    const candidates = results.transports.filter((name) => isCandidate(name, factsOf(name, results)));
    const launches = candidates.map((transport) => {
      const places = placesOf(transport);
      return Array.from({ length: results.blocks }, (_, block) => {
        const [, place] = places.find(([own]) => own === block) ?? [];
        return place === undefined ? undefined : tried(() => ofTrial(results, String(place), path));
      });
    });
    for (const { ratio, interval } of compareAllPairs(launches).pairs.filter((pair) =>
      [pair.a, pair.b].every((at) => transports.includes(candidates[at] ?? "")),
    ))
      found.ratio.push(ratio, interval.low, interval.high, 1 / ratio, 1 / interval.low, 1 / interval.high);
  }
  for (const transport of transports) {
    const places = placesOf(transport)
      .map(([, place]) => place)
      .join(",");
    const p = (path: string) =>
      tried(() =>
        redone(results, { path, trials: places, rule: places.includes(",") ? "geometric mean" : "value" }),
      );
    found.ratio.push((p("deliveryLatencyUs/p99") ?? 0) / (p("deliveryLatencyUs/p50") ?? 1));
    for (const one of results.anatomies) {
      if (one.transport !== transport || one.scenario !== scenario || "absent" in one) continue;
      const parts = Object.entries(one.perDelivery.in).map(([part, bytes]) => ({
        part,
        bytes: bytes + ((one.perDelivery.out as Record<string, number>)[part] ?? 0),
      }));
      const all = sum(parts.map(({ bytes }) => bytes));
      const own = sum(
        parts.filter(({ part }) => /^(framing|handshake|heartbeats)/.test(part)).map(({ bytes }) => bytes),
      );
      found.bytes.push(all, own);
      found.share.push(own / all);
    }
  }
  return found;
}

function tried<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** Every number of the faults of a trial and of what came of them; an interval is a second, so "healthy within" counts one more. */
export function ofStory(results: Results, trial: string): Record<Kind, number[]> {
  const seconds = ["faults", "resumption"].flatMap((part) =>
    everythingAt(results, `/trials/${trial}/metrics/${part}`).flatMap(({ value }) => numbersIn(value)),
  );
  const bytes = ["mostHeldBytes", "heldBoundBytes", "serverRssPeakGrowthBytes"].flatMap((part) =>
    everythingAt(results, `/trials/${trial}/metrics/${part}`).flatMap(({ value }) => numbersIn(value)),
  );
  const p99 = numbersIn(everythingAt(results, `/trials/${trial}/metrics/deliveryLatencyUs/p99`)[0]?.value);
  return {
    time: [...seconds.flatMap((one) => [1e6 * one, 1e6 * (one + 1)]), ...p99],
    bytes,
    share: [],
    ratio: [],
  };
}
