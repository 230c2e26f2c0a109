import type { Child } from "../processes/child.ts";
import type { LoadProcess } from "../processes/load-process.ts";
import type { ServerReply, ServerRequest } from "../processes/messages.ts";
import type { AgentFigures } from "../result/schema/agents.ts";

export type Server = Child<ServerRequest, ServerReply>;

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

/** Agents that run the load processes of a trial. */
export interface LoadSite {
  /** The address of this machine at which they reach the server. */
  readonly host: string;
  /** Compares all clocks with this process's; to be called before load processes start, which then count by this one's. */
  begin(): Promise<void>;
  /** Starts the load process of that number; the agents take turns. */
  startLoad(number: number): LoadProcess;
  /** Whether the load process of that number uses this machine's CPUs. */
  isHere(number: number): boolean;
  /** Messages that this process has sent and received over NATS up to now. */
  messages(): number;
  /** Compares the clocks once more, and tells of each agent what it did since begin(). */
  end(): Promise<Omit<AgentFigures, "natsMessages">>;
}
