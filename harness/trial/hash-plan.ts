import { createHash } from "node:crypto";
import { type Plan, planSchema } from "../../scenarios/plan.ts";

/** SHA-256 of the plan as JSON with its keys in the schema's order. */
export function hashPlan(plan: Plan): string {
  return createHash("sha256")
    .update(JSON.stringify(planSchema.parse(plan)))
    .digest("hex");
}
