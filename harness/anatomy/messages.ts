import type { Plan } from "../../scenarios/plan.ts";
import type { Failed } from "../processes/messages.ts";
import type { Anatomy } from "../result/schema/anatomy.ts";
import type { TransportRef } from "../run/transports.ts";

/** To the anatomy process, which answers `dissected`, or `failed` with the reason. */
export interface AnatomyRequest {
  readonly kind: "dissect";
  readonly transport: TransportRef;
  readonly plan: Plan;
  /** Whether to look at silence too, which does not depend on the plan's traffic and takes the longest. */
  readonly idle: boolean;
}

export type AnatomyReply = { readonly kind: "dissected"; readonly anatomy: Anatomy } | Failed;
