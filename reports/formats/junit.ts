import type { Results, Trial } from "../../harness/result/result.ts";
import { stateWord } from "../model/cell.ts";
import { type Allowance, regressionRulings } from "../model/regressions.ts";
import { type Ruling, type Threshold, thresholdRulings } from "../model/thresholds.ts";
import { plain } from "../prose/text.ts";
import { type Element, element, xmlDocument } from "./xml.ts";

/** What a run must keep to; a report without any asserts nothing of its figures. */
export interface Rules {
  readonly thresholds: readonly Threshold[];
  /** What the allowances are held against. */
  readonly baseline?: Results;
  readonly allowances: readonly Allowance[];
}

const NO_RULES: Rules = { thresholds: [], allowances: [] };

/** A case as the format knows it: it passed unless it has an outcome. */
interface Case {
  readonly name: string;
  readonly classname: string;
  readonly seconds: number;
  readonly outcome?: {
    readonly kind: "failure" | "error" | "skipped";
    readonly type: string;
    readonly text: string;
  };
  /** What a reader of a passed case should know nevertheless. */
  readonly output: readonly string[];
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

/**
 * The run as JUnit XML, as CI servers read it: a suite of thresholds, one of regressions against a baseline, and one a scenario with
 * a case for every trial. A missed rule is a failure and a failed trial an error; a trial that is invalid, was skipped or never ran
 * is skipped with its reason. A saturated trial passes: that a transport can't carry the load is a finding, told in its output.
 */
export function renderJunit(results: Results, rules: Rules = NO_RULES): string {
  const suites = [
    rulingSuite("thresholds", thresholdRulings(rules.thresholds, results)),
    rulingSuite(
      "regressions",
      rules.baseline ? regressionRulings(rules.allowances, rules.baseline, results) : [],
    ),
    ...results.scenarios.map(({ name }) => scenarioSuite(name, results)),
  ].filter(({ cases }) => cases.length > 0);
  return xmlDocument(
    element("testsuites", { name: "notif-lab", ...totalsOf(suites.flatMap(({ cases }) => cases)) }, [
      ...suites.map((suite) => suiteElement(suite, results)),
    ]),
  );
}

function rulingSuite(name: string, rulings: readonly Ruling[]): Suite {
  return {
    name,
    cases: rulings.map(({ rule, problem, excuse }) => ({
      name: rule,
      classname: name,
      seconds: 0,
      output: excuse === undefined ? [] : [excuse],
      ...(problem === undefined ? {} : { outcome: { kind: "failure", type: name, text: problem } }),
    })),
  };
}

function scenarioSuite(scenario: string, { trials, transports, blocks }: Results): Suite {
  return {
    name: scenario,
    cases: transports.flatMap((transport) => {
      const own = trials.filter((one) => one.scenario === scenario && one.transport === transport);
      const standing = new Map(own.map((trial) => [trial.block, trial]));
      const cases = [...standing.values()]
        .sort((a, b) => a.block - b.block)
        .map((trial) =>
          trialCase(
            trial,
            own.filter((one) => one.block === trial.block && one !== trial),
          ),
        );
      const missing = blocks - standing.size;
      return missing > 0 ? [...cases, missingCase(scenario, transport, missing)] : cases;
    }),
  };
}

function trialCase(trial: Trial, replaced: readonly Trial[]): Case {
  const { state, reason = "" } = trial;
  return {
    name: `block ${trial.block + 1}`,
    classname: `${trial.scenario}.${trial.transport}`,
    seconds: trial.seconds,
    ...outcomeOf(state, reason),
    output: [
      ...(state === "saturated" ? [`saturated: ${reason}`] : []),
      ...replaced.map((one) => `attempt ${one.attempt} was ${one.state}: ${one.reason ?? ""}`),
      ...trial.notes,
    ],
  };
}

function outcomeOf(state: Trial["state"], reason: string): Pick<Case, "outcome"> {
  if (state === "failed") return { outcome: { kind: "error", type: state, text: reason } };
  if (state === "invalid" || state === "skipped")
    return { outcome: { kind: "skipped", type: state, text: `${stateWord(state)}: ${reason}` } };
  return {};
}

/** One for all of them: a damaged file can claim any number. */
function missingCase(scenario: string, transport: string, blocks: number): Case {
  return {
    name: "blocks not run",
    classname: `${scenario}.${transport}`,
    seconds: 0,
    output: [],
    outcome: { kind: "skipped", type: "missing", text: `${blocks} of the planned blocks did not run` },
  };
}

function suiteElement({ name, cases }: Suite, { startedAt, command, environment }: Results): Element {
  const properties = { command, notifLab: environment.notifLab, node: environment.node };
  return element("testsuite", { name, ...totalsOf(cases), timestamp: startedAt.replace(/(\.\d+)?Z$/, "") }, [
    element(
      "properties",
      {},
      Object.entries(properties).map(([key, value]) => element("property", { name: key, value })),
    ),
    ...cases.map(caseElement),
  ]);
}

function caseElement({ name, classname, seconds, outcome, output }: Case): Element {
  return element("testcase", { name, classname, time: seconds.toFixed(3) }, [
    ...(outcome
      ? [element(outcome.kind, { type: outcome.type, message: outcome.text }, [plain(outcome.text)])]
      : []),
    ...(output.length > 0 ? [element("system-out", {}, [output.map(plain).join("\n")])] : []),
  ]);
}

function totalsOf(cases: readonly Case[]): Readonly<Record<string, string>> {
  const count = (kind: string) => String(cases.filter(({ outcome }) => outcome?.kind === kind).length);
  return {
    tests: String(cases.length),
    failures: count("failure"),
    errors: count("error"),
    skipped: count("skipped"),
    time: cases.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3),
  };
}
