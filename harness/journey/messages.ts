import type { Failed } from "../processes/messages.ts";
import type { Journey } from "../result/schema/journey.ts";
import type { TransportRef } from "../run/transports.ts";

/** To the breakdown process, which answers `recorded`, or `failed` with the reason. */
export interface JourneyRequest {
  readonly kind: "record";
  readonly transport: TransportRef;
  readonly body: string;
}

export type JourneyReply = { readonly kind: "recorded"; readonly journey: Journey } | Failed;
