import type { Claim, Figure, Measured, Mode, Term } from "../../claims/claim.ts";
import type { Finding } from "../../claims/document.ts";
import { claims } from "../../claims/registry.ts";
import { labelOf } from "../../claims/setup.ts";
import { agreeing } from "../../claims/verdict.ts";
import type { Metrics, Trial } from "../../harness/result/result.ts";
import { metricsOf } from "../model/results.test-fixture.ts";
import { type Evidence, findingOf, transportsOf } from "./findings.ts";
import { metricOf } from "./values.ts";

/** Publishes enough for any quantile. */
const PUBLISHES = 1_000_000;

/** A trial's metrics with that value at the metric's place. */
function having(term: Term, value: number): Metrics {
  const metrics: Metrics = metricsOf(1, PUBLISHES);
  const [path] = metricOf(term).paths;
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  let place: object = metrics;
  for (const key of keys) place = Reflect.get(place, key);
  Reflect.set(place, last, value + (term.less ?? 0));
  return metrics;
}

/** Evidence in which a reading's figure has that value in each of three blocks, a little apart, at every place; of a spread, in the farthest block. */
export function evidenceOf({ figure, places }: Measured, mode: Mode, value: number): Evidence {
  const labels = places.map(({ setup }) => labelOf(setup, mode));
  return {
    lacking: () => undefined,
    trials: (label, transports) =>
      labels.includes(label) ? trialsOf(figure, label, transports, value) : "it was not run",
  };
}

function trialsOf(
  { of, over, as }: Figure,
  scenario: string,
  transports: readonly string[],
  value: number,
): Trial[] {
  const isShare = over !== undefined || as === "spread";
  return blocksOf(as, value).flatMap((shown, block) =>
    transports.map((transport): Trial => {
      const metrics =
        transport === of.transport ? having(of, isShare ? 1_000 * shown : shown) : having(over ?? of, 1_000);
      return { ...TRIAL, transport, scenario, block, metrics };
    }),
  );
}

function blocksOf(as: Figure["as"], value: number): number[] {
  if (as === "spread") return [1 / value, 1, value];
  return as === "none" ? [value, value, value] : [0.998 * value, value, 1.002 * value];
}

const TRIAL: Omit<Trial, "transport" | "scenario" | "block" | "metrics"> = {
  attempt: 1,
  state: "completed",
  notes: [],
  planHash: "",
  params: {},
  seed: 1,
  startedAt: "2026-02-03T04:05:06.000Z",
  seconds: 1,
};

/** A value of the reading's figure that agrees with the claim, and one as a doctored transport would make it, which does not. */
export function agreeingAndNot({ figure, claimed }: Measured): {
  readonly agrees: number;
  readonly not: number;
} {
  if (figure.as === "none") return { agrees: 0, not: 3 };
  const { low, high } = agreeing(claimed);
  const agrees = Number.isFinite(low)
    ? Number.isFinite(high)
      ? Math.sqrt(low * high)
      : low * 1.5
    : high / 1.5;
  return { agrees, not: Number.isFinite(high) ? high * 1.5 : low / 1.5 };
}

/** Whether a figure can be made at all from two transports: of a ratio of one with itself it can't. */
export function isOfTwo(reading: Measured): boolean {
  return transportsOf(reading).length === (reading.figure.over ? 2 : 1);
}

/** Every measured reading, by its claim and its place in it: "seed-latency 1". */
export const READINGS: readonly [string, Measured][] = claims.flatMap(({ id, readings }) =>
  readings.flatMap((reading, index): [string, Measured][] =>
    reading.kind === "measured" ? [[`${id} ${index + 1}`, reading]] : [],
  ),
);

/** A claim of these readings alone. */
export function claimOf(...readings: Claim["readings"]): Claim {
  return { id: "x", sentence: "x", source: { title: "x" }, readings };
}

/** What is found of a claim that is this reading alone. */
export function verdictWith(reading: Measured, value: number): Finding {
  const { role: _, ...alone } = reading;
  return findingOf(claimOf(alone), "full", evidenceOf(reading, "full", value));
}
