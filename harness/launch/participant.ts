import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { HeartbeatSettings } from "../../core/heartbeat.ts";
import { seedOf } from "../../core/random.ts";
import type { Plan } from "../../scenarios/plan.ts";
import { nowUs } from "../measurement/clock.ts";
import { readHost } from "../measurement/host-noise.ts";
import { childrenOf } from "../measurement/other-process.ts";
import type { Assignment, LoadSlice, LoadTurn, ServerSlice } from "../processes/messages.ts";
import { partAt, partsOf } from "../processes/roles.ts";
import { asKnownToItsBuild, loadTransport, type TransportRef } from "../run/transports.ts";
import type { Fleet } from "../service/fleet.ts";
import { agentsAtWork, whereIs } from "../trial/agents-at-work.ts";
import { type Connected, connect } from "../trial/connecting.ts";
import type { Observation } from "../trial/observation.ts";
import { isDrainable, SILENT_HEARTBEAT, serve } from "../trial/serving.ts";
import { ANSWER_MS, type LoadSite, START_MS } from "../trial/site.ts";
import { TrialProcesses } from "../trial/trial-processes.ts";
import { sleepUntil } from "../trial/warm-up.ts";
import type { Excerpt } from "./excerpt.ts";
import { type WatchedProcess, watchSilence } from "./silence.ts";
import { LEAD_IN_MS, sliceMsOf } from "./slicing.ts";
import { type LaunchWarmUp, type QUICK_PARTS, warmUpBy } from "./warming.ts";

/** Longer than any launch, so that no heartbeat falls into one; what they cost, `idle` and the account of the bytes tell. */
export const LAUNCH_HEARTBEAT: HeartbeatSettings = SILENT_HEARTBEAT;
/** Of each transport: nothing is measured meanwhile but memory. */
const CONNECTS_PER_SECOND = 2_000;
/** The server's memory is read before, after this of its five steps, and at the end: to be still for it takes time. */
const WEIGHED_STEP = 3;

/** From the request to the first send. */
const START_LEAD_US = 8_000;
/** After the lead-in's last send, before it is asked for what is under way. */
const GAP_US = 15_000;
const POLL_MS = 6;
/** One interval for all: slices have histograms of their own. */
const ONE_INTERVAL = { widthMs: 86_400_000, intervals: 1 };

/** What a slice brought back, but for what is the same in all of them. */
export interface SliceObservation {
  readonly observed: Omit<Observation, "connectSeconds" | "connections" | "memorySteps" | "warmUp">;
  /** Which process of the others was not silent meanwhile. */
  readonly disturbance: string | undefined;
}

/** What all processes of a transport say of one slice that was scheduled. */
export interface ScheduledSlice {
  readonly server: ServerSlice;
  readonly loads: readonly LoadSlice[];
}

/** Where a scenario is served, and what its tokens are signed with. */
export type Site = Pick<Assignment, "plan" | "secret" | "endpoint" | "relayedEndpoint">;

/** What else there is to know of a participant. */
interface ParticipantOptions {
  /** Of pages that are to reach its servers, which then have no network of their own. */
  readonly origins?: readonly string[];
  /** Of a run that is watched. */
  readonly fleet?: Fleet | undefined;
  /** Who runs its load processes. */
  readonly agents?: LoadSite | undefined;
}

/** One transport's processes in a launch: they stand through it all, and are silent unless it is their turn. */
export class Participant {
  readonly transport: TransportRef;
  readonly #plans: readonly Plan[];
  readonly #processes: TrialProcesses;
  readonly #origins: readonly string[] | undefined;
  /** By scenario. */
  readonly #sites: Site[] = [];
  /** See TransportEntry.native; known once it is open. */
  native = false;
  /** Why it is out of the launch. */
  failure: string | undefined;

  constructor(
    transport: TransportRef,
    plans: readonly Plan[],
    { origins, fleet, agents }: ParticipantOptions = {},
  ) {
    this.transport = transport;
    this.#origins = origins;
    this.#plans = plans.map((plan) => ({
      ...plan,
      phases: {
        ...plan.phases,
        connectsPerSecond: Math.max(CONNECTS_PER_SECOND, plan.phases.connectsPerSecond),
      },
    }));
    this.#processes = new TrialProcesses(transport.name, {
      ...transport,
      among: origins !== undefined,
      pinned: false,
      fleet,
      agents,
      scenario: plans.length === 1 ? plans[0]?.scenario : undefined,
    });
  }

  /** Rejects when one of its processes is gone before its time. */
  get died(): Promise<never> {
    return this.#processes.died;
  }

  get processes(): readonly WatchedProcess[] {
    const { server, loads } = this.#processes;
    const own = [server, ...loads].flatMap(({ pid }, index) =>
      pid === undefined
        ? []
        : [{ name: `${this.transport.name}'s ${index === 0 ? "server" : "load process"}`, pid }],
    );
    const beside = server.pid === undefined ? [] : childrenOf(server.pid);
    return [
      ...own,
      ...beside.map((pid) => ({ name: `what ${this.transport.name}'s server runs beside itself`, pid })),
    ];
  }

  /** Serves all plans and prepares the load processes for them. */
  async open(loadProcesses: number): Promise<void> {
    const processes = this.#processes;
    const transport = asKnownToItsBuild(this.transport);
    this.native = (await loadTransport(transport)).native ?? false;
    const sites = this.#sites;
    const settings = { heartbeat: LAUNCH_HEARTBEAT, ...(this.#origins && { origins: this.#origins }) };
    const serving = (async () => {
      for (const plan of this.#plans) {
        const secret = randomBytes(32).toString("hex");
        const { endpoint } = await serve(processes, plan, transport, secret, settings);
        sites.push({ plan, secret, endpoint, relayedEndpoint: endpoint });
      }
    })();
    const parts = partsOf(this.#plans, loadProcesses, await isDrainable(transport));
    // Load processes start meanwhile, on CPUs of their own.
    await Promise.all([serving, processes.standing().then(() => processes.startLoads(parts))]);
    const common = { transport, heartbeat: LAUNCH_HEARTBEAT, ...ONE_INTERVAL };
    await Promise.all(
      processes.loads.map((load, number) => {
        const part = partAt(parts, number);
        const assignments = sites.map((site) => ({ ...site, ...common, part, number }));
        return load.ask({ kind: "prepare", assignments }, "prepared", START_MS);
      }),
    );
    await this.#sample(true);
  }

  /** To CPUs of their own, before the first slice: what comes before that uses all there are. */
  pin(): Promise<void> {
    return this.#processes.pin();
  }

  connect(scenario: number): Promise<Connected> {
    return connect(this.#processes, this.#planOf(scenario), scenario, (step) => step === WEIGHED_STEP);
  }

  /** By messages and not by time, so that a slow transport gets as many. */
  async warmUp(scenario: number, parts?: typeof QUICK_PARTS): Promise<LaunchWarmUp> {
    const plan = this.#planOf(scenario);
    const run = async (excerpt: Excerpt) => {
      const before = await this.#countOf(scenario);
      const { server: first } = await this.#sample();
      await this.#run(scenario, "warmup", excerpt);
      await this.#quiet(scenario, plan.phases.drainTimeoutMs);
      const { server: last } = await this.#sample();
      const after = await this.#countOf(scenario);
      const cpuUs =
        last.process.cpuUserUs +
        last.process.cpuSystemUs -
        first.process.cpuUserUs -
        first.process.cpuSystemUs;
      return cpuUs / Math.max(1, after.delivered - before.delivered);
    };
    const warmed = await warmUpBy(plan, run, parts);
    await this.#take(scenario);
    await this.#sample(true);
    return warmed;
  }

  /**
   * A lead-in that is not measured, silence until all of it is through, and the slice; then what is under way is waited for. The others
   * have the lead-in to come to rest in.
   */
  slice(scenario: number, seed: number, others: readonly WatchedProcess[]): Promise<SliceObservation> {
    const work = () => this.#slice(scenario, seed, others);
    const { fleet } = this.#processes;
    return fleet ? fleet.undisturbed(work) : work();
  }

  async #slice(scenario: number, seed: number, others: readonly WatchedProcess[]): Promise<SliceObservation> {
    const plan = this.#planOf(scenario);
    const lengthMs = sliceMsOf(plan);
    const leadIn = { seed: seedOf(seed, "lead-in"), lengthMs: LEAD_IN_MS };
    await sleepUntil((await this.#run(scenario, "warmup", leadIn)) + LEAD_IN_MS * 1_000 + GAP_US);
    await this.#quiet(scenario, plan.phases.drainTimeoutMs);
    const disturbance = watchSilence(others);
    const before = { ...(await this.#sample()), host: readHost(), cpu: process.cpuUsage() };
    const measureStartUs = await this.#run(scenario, "measure", { seed, lengthMs });
    await sleepUntil(measureStartUs + lengthMs * 1_000);
    const { due, delivered } = await this.#countOf(scenario);
    await this.#quiet(scenario, plan.phases.drainTimeoutMs);
    const after = { ...(await this.#sample(true)), host: readHost() };
    const cpu = process.cpuUsage(before.cpu);
    const disturbed = disturbance();
    const { trace } = await this.#processes.server.ask({ kind: "trace" }, "traced", ANSWER_MS);
    const reports = await this.#take(scenario);
    const observed = {
      native: this.native,
      plan: { ...plan, seed, phases: { ...plan.phases, measureMs: lengthMs } },
      measureStartUs,
      backlogAtEnd: Math.max(0, due - delivered),
      faults: [],
      intervalMs: lengthMs,
      server: { before: before.server, after: after.server, timeline: [], trace },
      loads: reports.flatMap((report, index) => {
        const [first, last] = [before.loads[index], after.loads[index]];
        return first && last ? [{ before: first, after: last, report }] : [];
      }),
      host: { before: before.host, after: after.host },
      ownCpuUs: cpu.user + cpu.system,
    };
    return { observed, disturbance: disturbed };
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
    { natsMessages, ...rest }: Pick<Observation, "host" | "ownCpuUs"> & { readonly natsMessages: number },
  ): SliceObservation["observed"] {
    const plan = this.#planOf(scenario);
    const sum = (of: (slice: LoadSlice) => number) => loads.reduce((total, one) => total + of(one), 0);
    const backlog = sum(({ counts: { end } }) => end.expected - end.delivered);
    const agents = agentsAtWork(this.#processes, natsMessages);
    return {
      native: this.native,
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

  /** Where others than its load processes connect. */
  siteOf(scenario: number): Site {
    const site = this.#sites[scenario];
    if (!site) throw new RangeError(`there is no scenario ${scenario} in this launch`);
    return site;
  }

  /** Has the plan's traffic for so long, of which nothing is kept; settles when that and the work beside it are over. */
  async accompany<T>(scenario: number, excerpt: Excerpt, beside: () => Promise<T>): Promise<T> {
    await this.#run(scenario, "warmup", excerpt);
    const done = await beside();
    await this.#quiet(scenario, this.#planOf(scenario).phases.drainTimeoutMs);
    await this.#take(scenario);
    return done;
  }

  /** Ends its processes; settles when they are gone. */
  async close(): Promise<void> {
    // To close its connections one by one would take longer than a slice. What a transport of one's own has started, it may have to end.
    await this.#processes.stop(this.transport.module === undefined ? 0 : undefined);
  }

  #planOf(scenario: number): Plan {
    const plan = this.#plans[scenario];
    if (!plan) throw new RangeError(`there is no scenario ${scenario} in this launch`);
    return plan;
  }

  /** Begins the excerpt; settles with the moment at which it begins. */
  async #run(scenario: number, phase: "warmup" | "measure", excerpt: Excerpt): Promise<number> {
    const epochUs = nowUs() + START_LEAD_US;
    await this.#processes.askLoads({ kind: "start", phase, epochUs, scenario, excerpt }, "started");
    return epochUs;
  }

  async #sample(rest = false) {
    const [{ sample: server }, loads] = await Promise.all([
      this.#processes.server.ask({ kind: "sample", rest }, "sampled", ANSWER_MS),
      this.#processes.askLoads({ kind: "sample", rest }, "sampled"),
    ]);
    return { server, loads: loads.map(({ sample }) => sample) };
  }

  async #take(scenario: number) {
    const taken = await this.#processes.askLoads({ kind: "take", scenario }, "taken", START_MS);
    return taken.map(({ report }) => report);
  }

  /** Of all load processes, measured or not. */
  async #countOf(scenario: number) {
    const counts = (await this.#processes.askLoads({ kind: "count", scenario }, "counted")).map(
      ({ counted }) => counted,
    );
    const sum = (of: (count: (typeof counts)[number]) => number) =>
      counts.reduce((total, count) => total + of(count), 0);
    return {
      settled: counts.every(({ sendsSettled }) => sendsSettled),
      due: sum((one) => one.expected + one.unmeasured.expected),
      delivered: sum((one) => one.delivered + one.unmeasured.delivered),
      receiptsAwaited: sum((one) => one.receiptsAwaited),
    };
  }

  /** Settles when nothing is under way, or when nothing has come for so long. */
  async #quiet(scenario: number, timeoutMs: number): Promise<void> {
    let deadline = performance.now() + timeoutMs;
    let last = "";
    for (;;) {
      const { settled, due, delivered, receiptsAwaited } = await this.#countOf(scenario);
      if (settled && delivered >= due && receiptsAwaited === 0) return;
      const state = `${delivered} ${receiptsAwaited}`;
      if (state !== last) {
        last = state;
        deadline = performance.now() + timeoutMs;
      }
      if (performance.now() > deadline) return;
      await sleep(POLL_MS);
    }
  }
}
