import type { Plan } from "../../scenarios/plan.ts";
import type { HostReading } from "../measurement/host-noise.ts";
import type { LoadReport, LoadSample, ServerInterval, ServerSample } from "../processes/messages.ts";
import type { Part } from "../processes/roles.ts";
import type { ServerTrace } from "../tracing/server-trace.ts";
import type { ClusterFigures } from "./cluster.ts";
import type { Connected } from "./connecting.ts";
import type { FaultMoment } from "./faults.ts";
import type { SharedLinkReadings } from "./shared-link.ts";
import type { AgentReading } from "./site.ts";
import type { WarmUp } from "./warm-up.ts";

/** What one trial brought back from its processes; times by the monotonic clock. */
export interface Observation extends Connected {
  readonly plan: Plan;
  readonly warmUp: WarmUp;
  /** When the measured schedule began. */
  readonly measureStartUs: number;
  readonly backlogAtEnd: number;
  /** From the first connection on, where the link has packet loss. */
  readonly droppedSegments?: number;
  /** Where all clients share one pipe. */
  readonly sharedLink?: SharedLinkReadings;
  /** When the plan's faults really began and ended, in its order. */
  readonly faults: readonly FaultMoment[];
  readonly intervalMs: number;
  readonly server: Edges<ServerSample> & {
    readonly timeline: readonly ServerInterval[];
    readonly trace: ServerTrace | undefined;
  };
  /** `agent`: which of the agents ran it, as `agents` lists them; `elsewhere`: on CPUs of another machine. */
  readonly loads: readonly (Edges<LoadSample> & {
    readonly report: LoadReport;
    readonly agent?: number;
    readonly part?: Part;
    readonly elsewhere?: boolean;
  })[];
  /** Where agents ran the load: what is known of each, where the server was, and what NATS carried in the measured time. */
  readonly agents?: {
    readonly each: readonly AgentReading[];
    readonly server: { readonly on: string; readonly host: string; readonly elsewhere: boolean };
    readonly natsMessages: number;
  };
  /** The server is not the lab's, and what is here for it is a process without work. */
  readonly external?: boolean;
  /** The server's sockets are not Node.js's, nor is what they hold; see TransportEntry.native. */
  readonly native?: boolean;
  /** What nodes and engines did, where the plan has them. */
  readonly cluster?: ClusterFigures;
  readonly host: Edges<HostReading>;
  /** CPU time that this process used in the measured time. */
  readonly ownCpuUs: number;
}

interface Edges<T> {
  readonly before: T;
  readonly after: T;
}
