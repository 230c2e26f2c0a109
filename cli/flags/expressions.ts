import { JUDGED_NAMES, metricAt, metricNamed } from "../../reports/metrics/names.ts";
import type { Allowance } from "../../reports/model/regressions.ts";
import type { Subject } from "../../reports/model/subject.ts";
import { OPERATORS, type Operator, type Threshold } from "../../reports/model/thresholds.ts";
import type { Unit } from "../../reports/prose/format.ts";
import { usage } from "../process/failure.ts";
import { nearest } from "./choices.ts";

/** The names a rule may use: those of the run it is for. */
export interface Names {
  readonly transports: readonly string[];
  readonly scenarios: readonly string[];
}

const THRESHOLD = /^\s*([^\s<>=]+)\s*([<>]=?|==)\s*(-?\d+(?:\.\d+)?)\s*(\S*)\s*$/;
const FAIL_ON = /^\s*([^\s<>=]+)\s*>\s*(\d+(?:\.\d+)?)\s*%\s*$/;

const UNITS: Readonly<Partial<Record<Unit, Readonly<Record<string, number>>>>> = {
  micros: { us: 1, µs: 1, ms: 1e3, s: 1e6 },
  seconds: { us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1 },
  bytes: { B: 1, KiB: 1024, MiB: 1024 ** 2 },
  share: { "%": 0.01, "": 1 },
};
const PLAIN = { "": 1 };

/** "websocket.notify.deliveryLatencyUs.p99 < 20ms" and the like; anything else is a usage error that says what is valid. */
export function parseThresholds(texts: readonly string[], names: Names, flag = "--threshold"): Threshold[] {
  return texts.flatMap(split).map((typed) => {
    const text = typed.replace(/(?<![<>=])=(?!=)/g, "==").replace(/(\d)\s*%/g, "$1%");
    const [, name, sign, number, unit] = THRESHOLD.exec(text) ?? [];
    const operator = OPERATORS.find((one) => one === sign);
    if (name === undefined || !operator || number === undefined || unit === undefined)
      throw usage(
        `${flag} takes a figure, ${OPERATORS.join(" ")} and a value, such as "websocket.notify.deliveryLatencyUs.p99 < 20ms", not "${typed}"`,
      );
    const subject = parseSubject(flag, name, names);
    return thresholdOf(flag, subject, operator, Number(number), unit);
  });
}

const SLO_EXAMPLE = '"p99 < 50ms, lost = 0"';

/** A service level, "p99 < 50ms, lost = 0": what every trial must meet. One that nothing can meet is a usage error. */
export function parseSlo(text: string): Threshold[] {
  if (text.trim() === "") throw usage(`--slo takes a service level, such as ${SLO_EXAMPLE}`);
  const terms = parseThresholds([text], { transports: [], scenarios: [] }, "--slo");
  for (const { subject, operator, limit } of terms) {
    const never = (operator === "<" && limit <= 0) || ((operator === "<=" || operator === "==") && limit < 0);
    if (never)
      throw usage(
        `--slo: nothing can meet "${text.trim()}": ${subject.path} can never be ${operator} ${limit}; give a service level such as ${SLO_EXAMPLE}`,
      );
    const { better, latency } = metricAt(subject.path);
    const [wrong, side] = better === "lower" ? [">", "above"] : ["<", "below"];
    if (operator.startsWith(wrong) || (latency && operator === "=="))
      throw usage(
        `--slo: ${subject.path} is better the ${better}; limit it from ${side}, such as ${SLO_EXAMPLE}`,
      );
  }
  return terms;
}

/** "p99 > 10%" and the like: how much worse a figure may become. */
export function parseFailOn(texts: readonly string[], names: Names): Allowance[] {
  return texts.flatMap(split).map((text) => {
    const [, name, number] = FAIL_ON.exec(text) ?? [];
    if (name === undefined || number === undefined)
      throw usage(
        `--fail-on takes a metric and how much worse it may get, such as "p99 > 10%" or "websocket.notify.deliveryLatencyUs.p99 > 10%", not "${text}"`,
      );
    return { subject: parseSubject("--fail-on", name, names), limit: Number(number) / 100 };
  });
}

function thresholdOf(
  flag: string,
  subject: Subject,
  operator: Operator,
  number: number,
  unit: string,
): Threshold {
  const units = UNITS[metricAt(subject.path).unit] ?? PLAIN;
  const size = Object.hasOwn(units, unit)
    ? Object.entries(units).find(([name]) => name === unit)?.[1]
    : undefined;
  if (size === undefined) {
    const valid = Object.keys(units).filter((one) => one !== "" && one !== "µs");
    const takes = valid.length === 0 ? "no unit" : valid.join(", ");
    throw usage(`${subject.path} takes ${takes}, not "${unit === "" ? number : unit}", in ${flag}`);
  }
  return { subject, operator, limit: number * size };
}

/** `transport.scenario.metric`, each of the first two `*` for all, or the metric alone for all of both. */
function parseSubject(flag: string, text: string, { transports, scenarios }: Names): Subject {
  const alone = judged(flag, text);
  if (alone !== undefined) return { transport: "*", scenario: "*", path: alone };
  const [transport = "", scenario, ...rest] = text.split(".");
  // A path that is only mistyped at its end is still meant as a metric.
  const isPath = JUDGED_NAMES.some((path) => path.startsWith(`${transport}.`));
  if (rest.length === 0 || scenario === undefined || isPath)
    throw unknown(flag, "metric", text, JUDGED_NAMES);
  if (transport !== "*" && !transports.includes(transport))
    throw unknown(flag, "transport", transport, transports);
  if (scenario !== "*" && !scenarios.includes(scenario)) throw unknown(flag, "scenario", scenario, scenarios);
  const name = rest.join(".");
  const path = judged(flag, name);
  if (path === undefined) throw unknown(flag, "metric", name, JUDGED_NAMES);
  return { transport, scenario, path };
}

/** The metric's name; one that has no better direction is refused. */
function judged(flag: string, typed: string): string | undefined {
  const name = metricNamed(typed);
  const why = name === undefined ? undefined : metricAt(name).unjudged;
  if (why !== undefined) throw usage(`${flag}: ${name} has no better direction: ${why}`);
  return name;
}

function unknown(flag: string, what: string, name: string, known: readonly string[]) {
  if (known.length === 0)
    return usage(`${flag} applies to every transport and scenario; leave "${name}." out`);
  const where = what === "metric" ? "" : " in this run";
  return usage(`${flag}: no ${what} "${name}"${where}; did you mean ${nearest(name, known)}?`);
}

/** Several in one, by commas. */
function split(text: string): string[] {
  return text.split(",").filter((one, _index, all) => one.trim() !== "" || all.length === 1);
}
