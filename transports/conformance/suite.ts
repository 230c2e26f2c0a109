import type { Transport } from "../port/transport.ts";
import type { Check } from "./check.ts";
import { access } from "./checks/access.ts";
import { adversity } from "./checks/adversity.ts";
import { bounds } from "./checks/bounds.ts";
import { delivery } from "./checks/delivery.ts";
import { lifecycle } from "./checks/lifecycle.ts";
import { origins } from "./checks/origins.ts";
import { resumption } from "./checks/resumption.ts";

/** Every check, in order; names are unique. */
export const suite: readonly Check[] = [
  ...access,
  ...delivery,
  ...resumption,
  ...lifecycle,
  ...adversity,
  ...bounds,
  ...origins,
];

export interface ConformanceResult {
  readonly passed: number;
  /** One line a failed check: its name and what went wrong. */
  readonly failures: readonly string[];
}

/** The short form of the checks that a transport must pass before it is measured. Never rejects; checks run side by side. */
export async function runConformance(transport: Transport): Promise<ConformanceResult> {
  const checks = suite.filter((one) => one.short && (transport.supports.network || !one.network));
  const outcomes = await Promise.allSettled(checks.map((one) => one.run(transport)));
  const failures = outcomes.flatMap((outcome, index) =>
    outcome.status === "rejected" ? [`${checks[index]?.name}: ${firstLine(outcome.reason)}`] : [],
  );
  return { passed: checks.length - failures.length, failures };
}

function firstLine(reason: unknown): string {
  const text = reason instanceof Error ? reason.message : String(reason);
  return text.split("\n")[0] ?? "";
}
