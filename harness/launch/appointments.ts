import type { Plan } from "../../scenarios/plan.ts";
import type { LoadSlice, LoadTurn, ServerSlice } from "../processes/messages.ts";
import { agentsAtWork, whereIs } from "../trial/agents-at-work.ts";
import type { Observation } from "../trial/observation.ts";
import { ANSWER_MS, START_MS } from "../trial/site.ts";
import type { TrialProcesses } from "../trial/trial-processes.ts";
import type { SliceObservation } from "./slicing.ts";

/** What all processes of a transport say of one slice that was scheduled. */
export interface ScheduledSlice {
  readonly server: ServerSlice;
  readonly loads: readonly LoadSlice[];
}

/** A participant's slices that are told beforehand, as moments of a clock. */
export class Appointments {
  readonly #processes: TrialProcesses;
  readonly #plans: readonly Plan[];

  constructor(processes: TrialProcesses, plans: readonly Plan[]) {
    this.#processes = processes;
    this.#plans = plans;
  }

  /** Tells its processes when their slices are, which lie ahead; settles when all know. Nothing may be asked until collect(). */
  async schedule(turns: readonly LoadTurn[]): Promise<void> {
    const processes = this.#processes;
    const nodesOf = this.#plans.flatMap((plan) => {
      const nodeOf = processes.agentOf(plan);
      return nodeOf ? [nodeOf] : [];
    });
    const ofServer = turns.map(({ measureUs, takeUs }) => ({ measureUs, takeUs }));
    await Promise.all([
      processes.server.ask({ kind: "schedule", turns: ofServer }, "scheduled", ANSWER_MS),
      processes.askLoads({ kind: "schedule", turns, nodesOf }, "scheduled"),
    ]);
  }

  /** The slices that were scheduled, when all are over, in their order. */
  async collect(): Promise<readonly ScheduledSlice[]> {
    const processes = this.#processes;
    const [{ slices: servers }, loads] = await Promise.all([
      processes.server.ask({ kind: "collect" }, "collected", START_MS),
      processes.askLoads({ kind: "collect" }, "collected", START_MS),
    ]);
    return servers.map((server, index) => ({
      server,
      loads: loads.flatMap(({ slices }) => slices[index] ?? []),
    }));
  }

  /** What a slice that was scheduled brought back, as if it had been asked for. */
  observe(
    { scenario, seed, measureUs, lengthMs }: LoadTurn,
    { server, loads }: ScheduledSlice,
    {
      natsMessages,
      ...rest
    }: Pick<Observation, "host" | "ownCpuUs" | "native"> & { readonly natsMessages: number },
  ): SliceObservation["observed"] {
    const plan = this.#plans[scenario];
    if (!plan) throw new RangeError(`there is no scenario ${scenario} in this launch`);
    const sum = (of: (slice: LoadSlice) => number) => loads.reduce((total, one) => total + of(one), 0);
    const backlog = sum(({ counts: { end } }) => end.expected - end.delivered);
    const agents = agentsAtWork(this.#processes, natsMessages);
    return {
      plan: { ...plan, seed, phases: { ...plan.phases, measureMs: lengthMs } },
      measureStartUs: measureUs,
      backlogAtEnd: Math.max(0, backlog),
      faults: [],
      intervalMs: lengthMs,
      server: { ...server, timeline: [] },
      loads: loads.map(({ before, after, report }, index) => ({
        before,
        after,
        report,
        ...whereIs(this.#processes, index),
      })),
      ...(agents ? { agents } : {}),
      ...rest,
    };
  }
}
