import type { HeartbeatSettings } from "../../core/heartbeat.ts";
import type { Plan } from "../../scenarios/plan.ts";
import type { Phase } from "../../scenarios/schedule.ts";
import type { Endpoint, TlsIdentity } from "../../transports/port/transport.ts";
import type { Excerpt } from "../launch/excerpt.ts";
import type { DeliveryCounts } from "../measurement/accounting.ts";
import type { ClockLine } from "../measurement/clock.ts";
import type { LagTrend } from "../measurement/lag-trend.ts";
import type { RecordedLatency } from "../measurement/latency-recorder.ts";
import type { ProcessSample } from "../measurement/process-monitor.ts";
import type { SocketReading } from "../measurement/socket-meter.ts";
import type { Window } from "../measurement/window-series.ts";
import type { TransportRef } from "../run/transports.ts";
import type { ServiceState } from "../service/state.ts";
import type { ClientTrace } from "../tracing/client-trace.ts";
import type { Drained } from "../tracing/drain.ts";
import type { ServerTrace } from "../tracing/server-trace.ts";
import type { Part, Role } from "./roles.ts";

/*
 * What the orchestrator and its children say to one another, as structured clones over IPC. Every request is answered by
 * exactly one reply of the kind named after it, or by `failed`; a child that has failed exits.
 */

/** To the server process. */
export type ServerRequest =
  /** May be asked again: the process then has one more hub, at a place of its own. */
  | {
      readonly kind: "serve";
      readonly transport: TransportRef;
      readonly secret: string;
      readonly maxBodyCharacters: number;
      readonly receiptWindow: number;
      readonly replayWindow?: number | undefined;
      readonly maxBufferedBytes?: number | undefined;
      readonly heartbeat?: HeartbeatSettings | undefined;
      /** Made by the orchestrator, so that the library that makes it is not in the measured process. */
      readonly tls?: TlsIdentity | undefined;
      /** Of pages that are let in. */
      readonly origins?: readonly string[] | undefined;
      /** One in so many publishes is traced; 0 for none. */
      readonly traceEvery: number;
      /** Whether the process has a network namespace of its own, whose counters are then the trial's. */
      readonly ownNamespace: boolean;
      /** Where it listens; default 127.0.0.1. */
      readonly host?: string | undefined;
      /** Of a node of a cluster: the place that the balancer knows; default any free one. */
      readonly port?: number | undefined;
      /** Of a node of a cluster: the engine that all share, and what its keys begin with. */
      readonly backplane?: SharedBackplane | undefined;
      /** Of a run with metrics: the scenario, whose publishes are then timed until they are handed over. */
      readonly observedAs?: string | undefined;
    }
  /** Collects garbage, lets things settle, and reads memory. */
  | { readonly kind: "settle" }
  | SampleRequest
  /** Ends every connection and forgets all, and serves again at the same place after so long. */
  | { readonly kind: "restart"; readonly forMs: number }
  /** Begins the time line: a sample at the end of every interval from the epoch on. */
  | { readonly kind: "watch"; readonly epochUs: number; readonly widthMs: number; readonly intervals: number }
  | { readonly kind: "watched" }
  /** Who has a session there. */
  | { readonly kind: "users" }
  /** What was traced since the last time. */
  | { readonly kind: "trace" }
  /** Samples itself before and after each of these, at moments of the clock; nothing else may be asked until `collect`, but what is asked aside. */
  | { readonly kind: "schedule"; readonly turns: readonly ServerTurn[] }
  /** Answered when the last of them is over. */
  | { readonly kind: "collect" }
  | ClockRequest
  /** All that metrics tell, beside whatever else is asked, and in whatever state the process is. */
  | { readonly kind: "scrape" }
  | { readonly kind: "stop" };

/** The number of each user's node, by the user's index; -1 where it has none. */
export type NodeOf = readonly number[];

export interface SharedBackplane {
  readonly url: string;
  readonly prefix: string;
}

/** On an agent: the controller's clock as it is known now, which the process goes by from here on. */
interface ClockRequest {
  readonly kind: "clock";
  readonly line: ClockLine;
}

/** `rest`: what watches the process wakes it no more, until the next sample that does not say so. */
export interface SampleRequest {
  readonly kind: "sample";
  readonly rest?: boolean;
}

export interface ServerSample extends SocketReading {
  readonly process: ProcessSample;
  /** Publishes that the hub accepted, over all restarts. */
  readonly published: number;
  readonly sessions: number;
  readonly slowDisconnects: number;
  readonly mostHeldBytes: number;
  readonly dropped: number;
  /** IP bytes over the loopback interface of the process's own network namespace; undefined where it has none. */
  readonly wireBytes: number | undefined;
}

/** One interval of the server's time line; times and bytes are of the interval. */
export interface ServerInterval {
  readonly cpuUserUs: number;
  readonly cpuSystemUs: number;
  readonly rssBytes: number;
  /** Absent on a runtime that does not tell. */
  readonly loopUtilization?: number;
}

/** From the server process. */
export type ServerReply =
  | { readonly kind: "serving"; readonly endpoint: Endpoint }
  | { readonly kind: "settled"; readonly rssBytes: number; readonly heapAndExternalBytes: number }
  | { readonly kind: "sampled"; readonly sample: ServerSample }
  | { readonly kind: "restarted" }
  | { readonly kind: "watching" }
  | { readonly kind: "timeline"; readonly intervals: readonly ServerInterval[] }
  | { readonly kind: "users"; readonly users: readonly string[] }
  | { readonly kind: "traced"; readonly trace: ServerTrace | undefined }
  | { readonly kind: "scheduled" }
  | { readonly kind: "collected"; readonly slices: readonly ServerSlice[] }
  | { readonly kind: "clocked" }
  | { readonly kind: "scraped"; readonly state: ServiceState | undefined }
  | { readonly kind: "stopped" }
  | Failed;

/** To a load process. `scenario` is the place of an assignment in the list that was prepared; default the first. */
export type LoadRequest =
  | { readonly kind: "prepare"; readonly assignments: readonly Assignment[] }
  /** Connects more of its users, until this share (0 to 1) of them stands. */
  | { readonly kind: "connect"; readonly upTo: number; readonly scenario?: number }
  /**
   * `epochUs` is when the phase's schedule begins, by the monotonic clock that all processes of the host share. With an excerpt it is that
   * of the plan and not the whole phase.
   */
  | {
      readonly kind: "start";
      readonly phase: Phase;
      readonly epochUs: number;
      readonly scenario?: number;
      readonly excerpt?: Excerpt;
      /** Of several nodes: on which each user is, by its index. */
      readonly nodeOf?: NodeOf | undefined;
    }
  /** Ends a warm-up before its schedule does, and collects the garbage it left. */
  | { readonly kind: "halt" }
  | SampleRequest
  | { readonly kind: "count"; readonly scenario?: number }
  /** The account since the last time, which begins anew; the garbage is collected. */
  | { readonly kind: "take"; readonly scenario: number }
  /** What the warm-up's interval of that number was like. */
  | { readonly kind: "window"; readonly index: number }
  /** Its slices, at moments of the clock that lie ahead; nothing may be asked until `collect`. */
  | {
      readonly kind: "schedule";
      readonly turns: readonly LoadTurn[];
      /** Of each scenario: on which agent each user is, by its index. */
      readonly nodesOf?: readonly NodeOf[] | undefined;
    }
  /** Answered when the last of them is over. */
  | { readonly kind: "collect" }
  | ClockRequest
  | { readonly kind: "finish" };

/** When a process samples itself: shortly before the measured time, and when what that sent must have come. */
export interface ServerTurn {
  readonly measureUs: number;
  readonly takeUs: number;
}

/** A slice that is begun by the clock instead of by a request. */
export interface LoadTurn extends ServerTurn {
  readonly scenario: number;
  readonly seed: number;
  /** When its lead-in begins, and how long that is. */
  readonly leadInUs: number;
  readonly leadInMs: number;
  readonly lengthMs: number;
}

export interface ServerSlice {
  readonly before: ServerSample;
  readonly after: ServerSample;
  readonly trace: ServerTrace | undefined;
}

export interface LoadSlice {
  readonly before: LoadSample;
  readonly after: LoadSample;
  /** Before the measured time, at its end, and when the account was taken. */
  readonly counts: { readonly before: LoadCount; readonly end: LoadCount; readonly after: LoadCount };
  readonly report: LoadReport;
  /** How late the process came to what had a moment, at the most; microseconds. */
  readonly lateUs: number;
}

export interface Assignment {
  readonly plan: Plan;
  /** Which users this process runs, and how. */
  readonly part: Part;
  /** Of all load processes of the trial, from 0 on. */
  readonly number: number;
  readonly transport: TransportRef;
  readonly endpoint: Endpoint;
  /** Of a cluster without a balancer: every node, dealt out to the users in turn. */
  readonly nodes?: readonly Endpoint[] | undefined;
  /** Where the users that go through the relay connect. */
  readonly relayedEndpoint: Endpoint;
  readonly secret: string;
  /** Length of an interval of the time line, and how many there are. */
  readonly widthMs: number;
  readonly intervals: number;
  readonly heartbeat?: HeartbeatSettings;
}

/** From a load process. */
export type LoadReply =
  | { readonly kind: "prepared" }
  | { readonly kind: "connected"; readonly seconds: number; readonly connections: number }
  | { readonly kind: "started" }
  | { readonly kind: "halted" }
  | { readonly kind: "sampled"; readonly sample: LoadSample }
  | { readonly kind: "counted"; readonly counted: LoadCount }
  | { readonly kind: "window"; readonly window: Window }
  | { readonly kind: "taken"; readonly report: LoadReport }
  | { readonly kind: "finished"; readonly report: LoadReport }
  | { readonly kind: "scheduled" }
  | { readonly kind: "collected"; readonly slices: readonly LoadSlice[] }
  | { readonly kind: "clocked" }
  | Failed;

export interface LoadSample {
  readonly process: ProcessSample;
  /** Time its event loop turned without work, waiting for a send to be due. */
  readonly spunUs: number;
  /** TCP payload on its own sockets, as their servers would count it; where the server can't. */
  readonly tcp?: { readonly bytesIn: number; readonly bytesOut: number };
}

/** How far a load process is; cheap, asked for often while draining. */
export interface LoadCount {
  /** True when every publish of the phase that is this process's has been made and answered. */
  readonly sendsSettled: boolean;
  readonly publishes: number;
  /** Deliveries that the publishes made so far must bring, over all processes. */
  readonly expected: number;
  readonly delivered: number;
  readonly receiptsExpected: number;
  readonly receiptsReceived: number;
  /** The same of what is not measured, and the publishes of either kind whose receipts are not all back. */
  readonly unmeasured: { readonly expected: number; readonly delivered: number };
  readonly receiptsAwaited: number;
}

/** One time that a client lost its connection; by the monotonic clock. */
export interface Outage {
  readonly user: number;
  readonly lostUs: number;
  /** When all stood again; undefined when it never did. */
  readonly backUs: number | undefined;
  /** Whether the client was told that it missed something. */
  readonly missed: boolean;
}

export interface SubscriberAccount {
  readonly user: number;
  readonly delivered: number;
  /** Of these, those published before the client was back from an outage and received after. */
  readonly replayed: number;
  /** Whether the client was told, then or at its end, that some did not come. */
  readonly informed: boolean;
}

export interface LoadReport {
  readonly count: LoadCount;
  /** Of `count.expected`, what subscribers on each node must get, where users are told apart by nodes. */
  readonly expectedByNode?: readonly number[];
  readonly deliveries: DeliveryCounts;
  readonly publishFailures: Readonly<Record<string, number>>;
  readonly readFailures: number;
  readonly foreignBodies: number;
  readonly reconnects: number;
  readonly outages: readonly Outage[];
  /** What each subscriber got, where faults befall the plan. */
  readonly subscribers: readonly SubscriberAccount[];
  /** Deliveries to users that stand apart. */
  readonly apartDeliveries: number;
  /** From the first byte of a connection to its last subscription acknowledged. */
  readonly readyLatency: RecordedLatency;
  /** Clock time of the last measured send and of the last first delivery; 0 when there was none. */
  readonly lastSendUs: number;
  readonly lastDeliveryUs: number;
  /** Of the measured sends. */
  readonly lagTrend: LagTrend;
  /** Of all measured sends, see BodyWriter. */
  readonly sendsChecksum: number;
  readonly deliveryLatency: RecordedLatency;
  /** The same of those whose publisher was on the subscriber's node, and of those whose was not, where it is known. */
  readonly nodeLatency?: { readonly same: RecordedLatency; readonly other: RecordedLatency };
  readonly serviceLatency: RecordedLatency;
  readonly publishLatency: RecordedLatency;
  readonly receiptLatency: RecordedLatency;
  readonly sendLag: RecordedLatency;
  readonly trace: ClientTrace;
  readonly role: Role;
  /** Of probes and sinks: what was counted below the clients. */
  readonly drained?: Drained | undefined;
  readonly windows: readonly Window[];
  /** Publishes made in each interval. */
  readonly publishesByInterval: readonly number[];
}

/** To the process that checks conformance, which answers `conformed` and exits. */
export interface ConformanceRequest {
  readonly kind: "conformance";
  readonly transport: TransportRef;
}

export type ConformanceReply =
  | { readonly kind: "conformed"; readonly passed: number; readonly failures: readonly string[] }
  | Failed;

export interface Failed {
  readonly kind: "failed";
  /** One line for people. */
  readonly reason: string;
}
