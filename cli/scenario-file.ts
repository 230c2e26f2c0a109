import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { isNode, LineCounter, parseDocument } from "yaml";
import type { ReadyScenario } from "../harness/queue.ts";
import { type Plan, planSchema } from "../scenarios/plan.ts";
import { scenarios as builtIn } from "../scenarios/registry.ts";
import { systemReason, usage } from "./failure.ts";

/** Reads a scenario of one's own. Fails with one line, `file:line:column: what`, when it is none. */
export async function readScenarioFile(path: string): Promise<ReadyScenario> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw usage(`can't read ${path}: ${systemReason(error)}; "notif-lab init" writes an example`, error);
  }
  return parseScenarioFile(text, basename(path));
}

/** A plan in YAML without what the run decides: `version`, `seed` and `loop`. */
export function parseScenarioFile(text: string, fileName: string): ReadyScenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${fileName}:${Math.max(1, line)}:${Math.max(1, col)}`;
  };
  const [broken] = [...document.errors, ...document.warnings];
  if (broken) throw usage(`${at(broken.pos[0])}: ${broken.message}`, broken);
  let value: unknown;
  try {
    // Aliases that multiply to fill the memory are refused.
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw usage(`${at(0)}: ${systemReason(error)}`, error);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw usage(`${at(0)}: a scenario is a mapping; "notif-lab init" writes an example`);
  const where = (path: readonly PropertyKey[]): string => {
    for (let length = path.length; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return at(node.range[0]);
    }
    return at(0);
  };
  for (const key of ["version", "seed", "loop"]) {
    if (key in value) throw usage(`${where([key])}: leave out ${key}, the run decides it`);
  }
  const { summary = "a scenario of one's own", ...rest } = value as Record<string, unknown>;
  if (typeof summary !== "string") throw usage(`${where(["summary"])}: summary: expected text`);
  const planOf = (seed: number) => ({ version: 1, seed, loop: "open", ...rest });
  const parsed = planSchema.safeParse(planOf(0));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const named = issue?.path.map(String).join(".") || "the scenario";
    throw usage(`${where(issue?.path ?? [])}: ${named}: ${issue?.message}`, parsed.error);
  }
  const { scenario: name } = parsed.data;
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(name))
    throw usage(`${where(["scenario"])}: scenario: a name has lower-case letters, digits and dashes`);
  if (builtIn.some((one) => one.name === name))
    throw usage(`${where(["scenario"])}: scenario: ${name} is the lab's own; choose another name`);
  return { name, summary, params: paramsOf(parsed.data), plan: (seed) => planSchema.parse(planOf(seed)) };
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
