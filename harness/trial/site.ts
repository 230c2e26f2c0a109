import type { HostReading } from "../measurement/host-noise.ts";
import type { LoadProcess, ServerProcess } from "../processes/load-process.ts";
import type { AgentFigures } from "../result/schema/agents.ts";

export type Server = ServerProcess;

/** How long a child may take to answer at once, and to do something that takes time. */
export const ANSWER_MS = 10_000;
export const START_MS = 20_000;

/** What nodes and engines need to know of the trial that they are part of. */
export interface TrialSite {
  /** The first server process, which has the trial's network namespace, where there is one. */
  readonly server: Server;
  /** Settles when that process is in its namespace. */
  standing(): Promise<void>;
  /** One more server process beside the first. */
  startServer(name: string): Server;
  /** What to put before a command so that it runs in the trial's network namespace. */
  beside(): readonly string[];
  /** Ends the trial: a process that it can't do without is gone. */
  fail(error: unknown): void;
}

/** What is known of an agent when a trial is over. */
export interface AgentReading {
  readonly name: string;
  readonly cores: number;
  readonly clockSync: string;
  readonly machine: AgentFigures["each"][number]["machine"];
  /** Whether it is the one that serves. */
  readonly serves: boolean;
  /** Whether it uses this machine's CPUs. */
  readonly here: boolean;
  /** Agents of the same machine have the same. */
  readonly boot: string;
  readonly offsetUs: number;
  readonly boundUs: number;
  readonly driftUs: number;
  readonly driftPpm: number;
  /** Of another machine: what it did from its first sample in the trial to its last. */
  readonly host?: { readonly before: HostReading; readonly after: HostReading };
}

/** Which of this machine's CPUs agents and their processes run on. */
export interface Placing {
  /** On any, while processes start, connect and warm up. */
  spread(): Promise<void>;
  /** Those that run load apart from what serves. */
  pin(): Promise<void>;
}

/** Agents that run the load processes of a trial, and its server if one of them serves. */
export interface LoadSite {
  /** The address of this machine at which they reach its server. */
  readonly host: string;
  /** Where they were started by this process, on its own machine. */
  readonly placing?: Placing | undefined;
  /** Takes others for those that are gone, and compares all clocks with this process's; to be called before any process of the trial starts. */
  begin(): Promise<void>;
  /** Compares the clocks once more; what is begun then goes by that, and bounds count from here on. */
  refer(): Promise<void>;
  /** Compares the clocks once more, to see how what went by the last comparison fared. */
  compareAgain(): Promise<void>;
  /** What is known of each agent since refer(), by the comparisons since. */
  known(): readonly AgentReading[];
  /** Starts the load process of that number; the agents take turns. */
  startLoad(number: number): LoadProcess;
  /** Absent where this machine serves. */
  readonly startServer?: (name: string) => ServerProcess;
  serverName(): string | undefined;
  /** Whether the server uses this machine's CPUs. */
  isServerHere(): boolean;
  /** Which of the agents has the load process of that number, as known() lists them. */
  agentOf(number: number): number;
  /** Whether the load process of that number uses this machine's CPUs. */
  isHere(number: number): boolean;
  /** Why one of the agents is gone; undefined while all are there. */
  lost(): string | undefined;
  /** Messages that this process has sent and received over NATS up to now. */
  messages(): number;
}
