import { randomBytes } from "node:crypto";
import { seedOf } from "../../core/random.ts";
import type { Plan } from "../../scenarios/plan.ts";
import { readHost } from "../measurement/host-noise.ts";
import { childrenOf } from "../measurement/other-process.ts";
import { SILENT_HEARTBEAT } from "../measurement/silent-heartbeat.ts";
import type { Assignment } from "../processes/messages.ts";
import { partAt, partsOf } from "../processes/roles.ts";
import { asKnownToItsBuild, loadTransport, type TransportRef } from "../run/transports.ts";
import type { Fleet } from "../service/fleet.ts";
import { type Connected, connect } from "../trial/connecting.ts";
import { isDrainable, serve } from "../trial/serving.ts";
import { ANSWER_MS, type LoadSite, START_MS } from "../trial/site.ts";
import { sleepUntil } from "../trial/sleep-until.ts";
import { TrialProcesses } from "../trial/trial-processes.ts";
import { Appointments } from "./appointments.ts";
import { Crew } from "./crew.ts";
import type { Excerpt } from "./excerpt.ts";
import { type WatchedProcess, watchSilence } from "./silence.ts";
import { LEAD_IN_MS, type SliceObservation, sliceMsOf } from "./slicing.ts";
import { type LaunchWarmUp, type QUICK_PARTS, warmUpBy } from "./warming.ts";

/** Of each transport: nothing is measured meanwhile but memory. */
const CONNECTS_PER_SECOND = 2_000;
/** The server's memory is read before, after this of its five steps, and at the end: to be still for it takes time. */
const WEIGHED_STEP = 3;

/** After the lead-in's last send, before it is asked for what is under way. */
const GAP_US = 15_000;
/** One interval for all: slices have histograms of their own. */
const ONE_INTERVAL = { widthMs: 86_400_000, intervals: 1 };

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
  readonly #crew: Crew;
  readonly appointments: Appointments;
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
    this.#crew = new Crew(this.#processes);
    this.appointments = new Appointments(this.#processes, this.#plans);
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
    const settings = { heartbeat: SILENT_HEARTBEAT, ...(this.#origins && { origins: this.#origins }) };
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
    const common = { transport, heartbeat: SILENT_HEARTBEAT, ...ONE_INTERVAL };
    await Promise.all(
      processes.loads.map((load, number) => {
        const part = partAt(parts, number);
        const assignments = sites.map((site) => ({ ...site, ...common, part, number }));
        return load.ask({ kind: "prepare", assignments }, "prepared", START_MS);
      }),
    );
    await this.#crew.sample(true);
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
      const before = await this.#crew.countOf(scenario);
      const { server: first } = await this.#crew.sample();
      await this.#crew.run(scenario, "warmup", excerpt);
      await this.#crew.quiet(scenario, plan.phases.drainTimeoutMs);
      const { server: last } = await this.#crew.sample();
      const after = await this.#crew.countOf(scenario);
      const cpuUs =
        last.process.cpuUserUs +
        last.process.cpuSystemUs -
        first.process.cpuUserUs -
        first.process.cpuSystemUs;
      return cpuUs / Math.max(1, after.delivered - before.delivered);
    };
    const warmed = await warmUpBy(plan, run, parts);
    await this.#crew.take(scenario);
    await this.#crew.sample(true);
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
    const { over } = this.#processes;
    const ledInUs = (await this.#crew.run(scenario, "warmup", leadIn)) + LEAD_IN_MS * 1_000;
    await sleepUntil(ledInUs + GAP_US, over);
    await this.#crew.quiet(scenario, plan.phases.drainTimeoutMs);
    const disturbance = watchSilence(others);
    const before = { ...(await this.#crew.sample()), host: readHost(), cpu: process.cpuUsage() };
    const measureStartUs = await this.#crew.run(scenario, "measure", { seed, lengthMs });
    await sleepUntil(measureStartUs + lengthMs * 1_000, over);
    const { due, delivered } = await this.#crew.countOf(scenario);
    await this.#crew.quiet(scenario, plan.phases.drainTimeoutMs);
    const after = { ...(await this.#crew.sample(true)), host: readHost() };
    const cpu = process.cpuUsage(before.cpu);
    const disturbed = disturbance();
    const { trace } = await this.#processes.server.ask({ kind: "trace" }, "traced", ANSWER_MS);
    const reports = await this.#crew.take(scenario);
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

  /** Where others than its load processes connect. */
  siteOf(scenario: number): Site {
    const site = this.#sites[scenario];
    if (!site) throw new RangeError(`there is no scenario ${scenario} in this launch`);
    return site;
  }

  /** Has the plan's traffic for so long, of which nothing is kept; settles when that and the work beside it are over. */
  async accompany<T>(scenario: number, excerpt: Excerpt, beside: () => Promise<T>): Promise<T> {
    await this.#crew.run(scenario, "warmup", excerpt);
    const done = await beside();
    await this.#crew.quiet(scenario, this.#planOf(scenario).phases.drainTimeoutMs);
    await this.#crew.take(scenario);
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
}
