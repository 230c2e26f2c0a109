import type { Plan } from "../../scenarios/plan.ts";
import type { Endpoint } from "../../transports/transport.ts";
import type { DeliveryCounts } from "../measurement/accounting.ts";
import type { EncodedLatency } from "../measurement/histogram.ts";
import type { ProcessSample } from "../measurement/process-sample.ts";

/*
 * What the orchestrator and its children say to one another, as structured clones over IPC. Every request is answered by
 * exactly one reply of the kind named after it, or by `failed`; a child that has failed exits.
 */

/** To the server process. */
export type ServerRequest =
  | {
      readonly kind: "serve";
      readonly transport: string;
      readonly secret: string;
      readonly maxBodyCharacters: number;
      readonly receiptWindow: number;
    }
  | { readonly kind: "sample" }
  | { readonly kind: "stop" };

export interface ServerSample {
  readonly process: ProcessSample;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly sockets: number;
  readonly sessions: number;
  readonly slowDisconnects: number;
  readonly dropped: number;
}

/** From the server process. */
export type ServerReply =
  | { readonly kind: "serving"; readonly endpoint: Endpoint }
  | { readonly kind: "sampled"; readonly sample: ServerSample }
  | { readonly kind: "stopped" }
  | Failed;

/** To a load process. */
export type LoadRequest =
  | { readonly kind: "connect"; readonly assignment: Assignment }
  /** `epochUs` is when the schedule begins, by the monotonic clock that all processes of the host share. */
  | { readonly kind: "start"; readonly epochUs: number }
  | { readonly kind: "sample" }
  | { readonly kind: "count" }
  | { readonly kind: "finish" };

export interface Assignment {
  readonly plan: Plan;
  /** This process runs the users whose index modulo `of` is `share`. */
  readonly share: number;
  readonly of: number;
  readonly transport: string;
  readonly endpoint: Endpoint;
  readonly secret: string;
}

/** From a load process. */
export type LoadReply =
  | { readonly kind: "connected"; readonly seconds: number; readonly connections: number }
  | { readonly kind: "started" }
  | { readonly kind: "sampled"; readonly sample: ProcessSample }
  | { readonly kind: "counted"; readonly counted: LoadCount }
  | { readonly kind: "finished"; readonly report: LoadReport }
  | Failed;

/** How far a load process is; cheap, asked for often while draining. */
export interface LoadCount {
  /** True when every publish of the plan that is this process's has been made and answered. */
  readonly sendsSettled: boolean;
  readonly publishes: number;
  /** Deliveries that the publishes made so far must bring, over all processes. */
  readonly expected: number;
  readonly delivered: number;
  readonly receiptsExpected: number;
  readonly receiptsReceived: number;
}

export interface LoadReport {
  readonly count: LoadCount;
  readonly deliveries: DeliveryCounts;
  readonly publishFailures: Readonly<Record<string, number>>;
  readonly readFailures: number;
  readonly foreignBodies: number;
  readonly reconnects: number;
  /** Clock time of the last first delivery; 0 when there was none. */
  readonly lastDeliveryUs: number;
  readonly deliveryLatency: EncodedLatency;
  readonly publishLatency: EncodedLatency;
  readonly receiptLatency: EncodedLatency;
  readonly sendLag: EncodedLatency;
}

/** To the gate process, which answers `gated` and exits. */
export interface GateRequest {
  readonly kind: "gate";
  readonly transport: string;
}

export type GateReply =
  | { readonly kind: "gated"; readonly passed: number; readonly failures: readonly string[] }
  | Failed;

export interface Failed {
  readonly kind: "failed";
  /** One line for people. */
  readonly reason: string;
}
