import { expect, test } from "vitest";
import { HOSTILE, hostileResults, oddResults } from "../model/hostile.test-fixture.ts";
import { metricsOf, resultsOf, unwell } from "../model/results.test-fixture.ts";
import { renderJunit } from "./junit.ts";
import { element, xmlDocument } from "./xml.ts";

interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Node[];
  text: string;
}

/** Well-formed XML 1.0 as far as these documents use it; anything else throws. */
function parsed(xml: string): Node {
  const [declaration = ""] = /^<\?xml version="1\.0" encoding="UTF-8"\?>\n/.exec(xml) ?? [];
  if (declaration === "") throw new Error("no declaration");
  if (/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u.test(xml))
    throw new Error("a character that XML can't carry");
  const top: Node = { name: "", attributes: {}, children: [], text: "" };
  const open = [top];
  const token = /<\/([\w-]+)>|<([\w-]+)((?: [\w-]+="[^"<>]*")*)(\/?)>|([^<>]+)/y;
  token.lastIndex = declaration.length;
  while (token.lastIndex < xml.length) {
    const at = token.lastIndex;
    const [, end, name, attributes = "", empty, text] = token.exec(xml) ?? [];
    const parent = open.at(-1);
    if (!parent) throw new Error("after the end");
    if (end !== undefined) {
      if (open.pop()?.name !== end) throw new Error(`</${end}> closes another element`);
    } else if (name !== undefined) {
      const pairs = [...attributes.matchAll(/ ([\w-]+)="([^"]*)"/g)].map(([, key, value = ""]) => [
        key,
        read(value),
      ]);
      if (new Set(pairs.map(([key]) => key)).size < pairs.length) throw new Error("an attribute twice");
      const node: Node = { name, attributes: Object.fromEntries(pairs), children: [], text: "" };
      parent.children.push(node);
      if (empty === "") open.push(node);
    } else if (text !== undefined) parent.text += read(text);
    else throw new Error(`no markup at ${at}: ${xml.slice(at, at + 40)}`);
  }
  const [root, second] = top.children;
  if (open.length !== 1 || !root || second) throw new Error("not one whole root element");
  return root;
}

function read(text: string): string {
  if (/&(?!#\d+;)/.test(text)) throw new Error(`a bare ampersand in ${text}`);
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
}

const casesOf = (suite: Node | undefined) =>
  (suite?.children ?? []).filter(({ name }) => name === "testcase");
const p50 = (limit: number, transport = "*") => ({
  subject: { transport, scenario: "*", path: "deliveryLatencyUs.p50" },
  operator: "<" as const,
  limit,
});

test("each figure that a threshold names is a case, and a missed one a failure with what was measured", () => {
  const results = resultsOf({ transports: ["sse", "grpc"] });
  const root = parsed(renderJunit(results, { thresholds: [p50(1_200)], allowances: [] }));
  const suite = root.children.find((one) => one.attributes.name === "thresholds");
  expect(suite?.attributes).toMatchObject({ tests: "2", failures: "1", errors: "0", skipped: "0" });
  const [sse, grpc] = casesOf(suite);
  expect(sse?.attributes.name).toBe("sse.notify.deliveryLatencyUs.p50 < 1.20 ms");
  expect(sse?.children).toEqual([]);
  expect(grpc?.children[0]?.name).toBe("failure");
  expect(grpc?.children[0]?.attributes.message).toMatch(/is not met: measured 1\.\d\d ms$/);
  expect(root.attributes).toMatchObject({ tests: "4", failures: "1" });
});

test("a regression against the baseline is a failure, what kept within it passes", () => {
  const run = (sse: number) =>
    resultsOf({
      transports: ["sse", "grpc"],
      blocks: 4,
      trial: (trial) => ({
        ...trial,
        metrics: metricsOf((trial.transport === "sse" ? sse : 1) * (1 + trial.block / 100)),
      }),
    });
  const allowances = [{ subject: p50(0).subject, limit: 0.1 }];
  const root = parsed(renderJunit(run(1.5), { thresholds: [], baseline: run(1), allowances }));
  const [sse, grpc] = casesOf(root.children.find((one) => one.attributes.name === "regressions"));
  expect(sse?.attributes.name).toBe("sse.notify.deliveryLatencyUs.p50 at most 10 % worse");
  expect(sse?.children[0]?.attributes.message).toMatch(/is 50 % worse: .* before, .* now/);
  expect(grpc?.children).toEqual([]);
});

test("a trial is a case: failed is an error, invalid, skipped and not run are skipped, saturated tells and passes", () => {
  const states = { sse: "failed", grpc: "invalid", mqtt: "skipped", websocket: "saturated" } as const;
  const results = resultsOf({
    transports: ["sse", "grpc", "mqtt", "websocket", "tcp"],
    blocks: 2,
    trial: (trial) => {
      if (trial.block === 1) return trial.transport === "tcp" ? undefined : trial;
      const state = Object.entries(states).find(([transport]) => transport === trial.transport)?.[1];
      return state ? unwell(trial, state, `because of ${state}`) : trial;
    },
  });
  const [suite] = parsed(renderJunit(results)).children;
  expect(suite?.attributes).toMatchObject({
    name: "notify",
    tests: "10",
    failures: "0",
    errors: "1",
    skipped: "3",
  });
  const outcomes = casesOf(suite).map(({ attributes, children: [child] }) =>
    [attributes.classname, attributes.name, child?.name, child?.attributes.message ?? child?.text].join("|"),
  );
  expect(outcomes).toEqual([
    "notify.sse|block 1|error|because of failed",
    "notify.sse|block 2||",
    "notify.grpc|block 1|skipped|invalid: because of invalid",
    "notify.grpc|block 2||",
    "notify.mqtt|block 1|skipped|not measured: because of skipped",
    "notify.mqtt|block 2||",
    "notify.websocket|block 1|system-out|saturated: because of saturated",
    "notify.websocket|block 2||",
    "notify.tcp|block 1||",
    "notify.tcp|blocks not run|skipped|1 of the planned blocks did not run",
  ]);
});

test("a second attempt stands for its block and tells what became of the first", () => {
  const base = resultsOf({ transports: ["sse"] });
  const [trial] = base.trials;
  if (!trial) throw new Error("no trial");
  const again = { ...trial, attempt: 2 };
  const root = parsed(renderJunit({ ...base, trials: [unwell(trial, "invalid", "busy"), again] }));
  const [only, second] = casesOf(root.children[0]);
  expect(second).toBeUndefined();
  expect(only?.children[0]?.text).toBe("attempt 1 was invalid: busy");
});

test.each([["hostile", hostileResults()] as const, ...Object.entries(oddResults())])(
  "%s results make well-formed XML whose counts are those of its cases",
  (_what, results) => {
    const root = parsed(renderJunit(results, { thresholds: [p50(2_000)], allowances: [] }));
    expect(root.name).toBe("testsuites");
    const cases = root.children.flatMap(casesOf);
    expect(root.attributes.tests).toBe(String(cases.length));
    for (const suite of root.children) {
      const many = (kind: string) =>
        casesOf(suite).filter(({ children }) => children.some(({ name }) => name === kind)).length;
      const { tests, failures, errors, skipped } = suite.attributes;
      expect([tests, failures, errors, skipped].map(Number)).toEqual([
        casesOf(suite).length,
        many("failure"),
        many("error"),
        many("skipped"),
      ]);
    }
  },
);

test("text that XML can carry comes back as it was; the rest is a space", () => {
  const root = parsed(xmlDocument(element("a", { b: `<>&"' 😀` }, ["]]>\u0000\ufffe\ud800 x"])));
  expect(root).toMatchObject({ attributes: { b: `<>&"' 😀` }, text: "]]>    x" });
  expect(parsed(renderJunit(hostileResults())).children[0]?.attributes.name).toContain("<img src=x");
  expect(HOSTILE).toContain("<img src=x");
});
