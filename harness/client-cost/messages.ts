import type { Endpoint } from "../../transports/port/transport.ts";
import type { Failed } from "../processes/messages.ts";
import type { ClientCost } from "../result/schema/client-cost.ts";
import type { TransportRef } from "../run/transports.ts";

/** To the examiner, which answers `weighed`, or `failed` with the reason. */
export interface ClientCostRequest {
  readonly kind: "weigh";
  readonly transport: TransportRef;
}

export type ClientCostReply = { readonly kind: "weighed"; readonly cost: ClientCost } | Failed;

/** To the process of the subscribers. */
export type ReaderRequest =
  | {
      readonly kind: "read";
      readonly transport: TransportRef;
      readonly endpoint: Endpoint;
      readonly token: string;
      readonly channel: string;
      readonly readers: number;
    }
  | { readonly kind: "use" };

export type ReaderReply =
  | { readonly kind: "reading" }
  | { readonly kind: "used"; readonly cpuUs: number; readonly events: number }
  | Failed;
