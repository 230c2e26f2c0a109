import type { ReadyScenario } from "../../harness/run/queue.ts";
import { type Plan, planSchema } from "../../scenarios/plan.ts";
import { scenarios as builtIn } from "../../scenarios/registry.ts";
import { isMapping, parsePlaced, placedText } from "../config/placed-yaml.ts";
import { complaintsOf } from "../config/schema-issues.ts";
import { MOST_WRITTEN, readText } from "../output/read-text.ts";
import { systemReason, usage } from "../process/failure.ts";

/** Reads a scenario of one's own. Fails with one line, `file:line:column: what`, when it is none. */
export async function readScenarioFile(path: string): Promise<ReadyScenario> {
  let text: string;
  try {
    text = await readText(path, MOST_WRITTEN);
  } catch (error) {
    throw usage(`can't read ${path}: ${systemReason(error)}; "notif-lab init" writes an example`, error);
  }
  return parseScenarioFile(text, path);
}

/** A plan in YAML without what the run decides: `version`, `seed` and `loop`. `fileName` is what errors call it. */
export function parseScenarioFile(text: string, fileName: string): ReadyScenario {
  const { value, at, offset } = parsePlaced(text, fileName, "a file holds one scenario");
  if (!isMapping(value)) throw usage(`${at(0)}: a scenario is a mapping; "notif-lab init" writes an example`);
  const where = (path: readonly PropertyKey[]) => at(offset(path));
  for (const key of ["version", "seed", "loop"]) {
    if (key in value) throw usage(`${where([key])}: leave out ${key}; the run sets it`);
  }
  const { summary = "a scenario of one's own", ...rest } = value;
  if (typeof summary !== "string") throw usage(`${where(["summary"])}: summary: expected text`);
  const planOf = (seed: number) => ({ version: 1, seed, loop: "open", ...rest });
  const parsed = planSchema.safeParse(planOf(0));
  if (!parsed.success) {
    throw usage(placedText(complaintsOf(parsed.error.issues), { at, offset }), parsed.error);
  }
  const { scenario: name } = parsed.data;
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(name))
    throw usage(`${where(["scenario"])}: scenario: a name has lower-case letters, digits and dashes`);
  if (builtIn.some((one) => one.name === name))
    throw usage(`${where(["scenario"])}: scenario: ${name} is a built-in scenario; choose another name`);
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
