import type { Plan } from "../../scenarios/plan.ts";
import type { Failed } from "../processes/messages.ts";
import type { ByteBreakdown } from "../result/schema/byte-breakdown.ts";
import type { TransportRef } from "../run/transports.ts";

/** To the breakdown process, which answers `dissected`, or `failed` with the reason. */
export interface BreakdownRequest {
  readonly kind: "dissect";
  readonly transport: TransportRef;
  readonly plan: Plan;
  /** Whether to look at silence too, which does not depend on the plan's traffic and takes the longest. */
  readonly idle: boolean;
}

export type BreakdownReply = { readonly kind: "dissected"; readonly breakdown: ByteBreakdown } | Failed;
