import { readFile } from "node:fs/promises";
import { isMap, isNode, isScalar, LineCounter, parseDocument } from "yaml";
import type { ReadyScenario } from "../harness/queue.ts";
import { type Plan, planSchema } from "../scenarios/plan.ts";
import { scenarios as builtIn } from "../scenarios/registry.ts";
import { systemReason, usage } from "./failure.ts";
import { type Complaint, complaintsOf, pathText } from "./schema-issues.ts";

/** As many errors as one line has room for. */
const MOST_TOLD = 5;

/** Reads a scenario of one's own. Fails with one line, `file:line:column: what`, when it is none. */
export async function readScenarioFile(path: string): Promise<ReadyScenario> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw usage(`can't read ${path}: ${systemReason(error)}; "notif-lab init" writes an example`, error);
  }
  return parseScenarioFile(text, path);
}

/** A plan in YAML without what the run decides: `version`, `seed` and `loop`. `fileName` is what errors call it. */
export function parseScenarioFile(text: string, fileName: string): ReadyScenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${fileName}:${Math.max(1, line)}:${Math.max(1, col)}`;
  };
  const [broken] = [...document.errors, ...document.warnings];
  if (broken) {
    const several = broken.code === "MULTIPLE_DOCS";
    const what = several ? "a file holds one scenario; here a second document begins" : broken.message;
    throw usage(`${at(broken.pos[0])}: ${what}`, broken);
  }
  let value: unknown;
  try {
    // Aliases that multiply to fill the memory are refused.
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw usage(`${at(0)}: ${systemReason(error)}`, error);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw usage(`${at(0)}: a scenario is a mapping; "notif-lab init" writes an example`);
  const offset = (path: readonly PropertyKey[], unknownKey?: string): number => {
    for (let length = path.length; length > 0; length -= 1) {
      const parent = document.getIn(path.slice(0, length - 1), true);
      const whole = length === path.length && unknownKey !== undefined && isMap(parent);
      const key = whole
        ? parent.items.find((one) => isScalar(one.key) && one.key.value === unknownKey)?.key
        : null;
      const node = key ?? document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return node.range[0];
    }
    return 0;
  };
  const where = (path: readonly PropertyKey[]) => at(offset(path));
  for (const key of ["version", "seed", "loop"]) {
    if (key in value) throw usage(`${where([key])}: leave out ${key}, the run decides it`);
  }
  const { summary = "a scenario of one's own", ...rest } = value as Record<string, unknown>;
  if (typeof summary !== "string") throw usage(`${where(["summary"])}: summary: expected text`);
  const planOf = (seed: number) => ({ version: 1, seed, loop: "open", ...rest });
  const parsed = planSchema.safeParse(planOf(0));
  if (!parsed.success) {
    const placed = complaintsOf(parsed.error.issues).map((one) => ({
      ...one,
      at: offset(one.path, one.unknownKey),
    }));
    placed.sort((a, b) => a.at - b.at);
    const told = placed.slice(0, MOST_TOLD).map((one) => `${at(one.at)}: ${inWords(one)}`);
    const more = placed.length > MOST_TOLD ? [`and ${placed.length - MOST_TOLD} more`] : [];
    throw usage([...told, ...more].join("; "), parsed.error);
  }
  const { scenario: name } = parsed.data;
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(name))
    throw usage(`${where(["scenario"])}: scenario: a name has lower-case letters, digits and dashes`);
  if (builtIn.some((one) => one.name === name))
    throw usage(`${where(["scenario"])}: scenario: ${name} is the lab's own; choose another name`);
  return { name, summary, params: paramsOf(parsed.data), plan: (seed) => planSchema.parse(planOf(seed)) };
}

function inWords({ path, text }: Complaint): string {
  return path.length === 0 ? text : `${pathText(path)}: ${text}`;
}

/** What reports say of it; the plan itself is the truth. */
function paramsOf({ groups, traffic, phases }: Plan): Record<string, number> {
  return {
    connections: groups.reduce((sum, group) => sum + group.users, 0),
    rate: traffic.reduce((sum, one) => sum + one.ratePerSecond, 0),
    payload: Math.max(0, ...traffic.map((one) => one.payloadCharacters)),
    duration: phases.measureMs / 1_000,
    warmup: phases.warmupMs / 1_000,
  };
}
