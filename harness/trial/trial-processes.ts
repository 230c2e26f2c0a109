import { readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "../../core/errors.ts";
import type { Link } from "../../scenarios/link.ts";
import type { Plan } from "../../scenarios/plan.ts";
import { usersOf } from "../../scenarios/users.ts";
import type { Endpoint } from "../../transports/port/transport.ts";
import { childrenOf } from "../measurement/other-process.ts";
import { type Affinity, divideProcessors, moveToProcessors, onProcessors } from "../processes/affinity.ts";
import { Child } from "../processes/child.ts";
import { LOAD_OPTIONS, type LoadProcess } from "../processes/load-process.ts";
import type { LoadReply, LoadRequest, LoadSample, ServerSample } from "../processes/messages.ts";
import { inNamespaceOf, inNewNamespace, whyNoNamespace } from "../processes/namespace.ts";
import type { RelayReply, RelayRequest } from "../processes/relay-messages.ts";
import { type Part, usersOfPart } from "../processes/roles.ts";
import type { TransportRef } from "../run/transports.ts";
import type { Fleet, Station } from "../service/fleet.ts";
import type { ClusterProcesses } from "./cluster.ts";
import { together } from "./node-samples.ts";
import { ANSWER_MS, type LoadSite, type Server, START_MS, type TrialSite } from "./site.ts";

type Relay = Child<RelayRequest, RelayReply>;

const STANDING_POLL_MS = 3;

/** The processes of one trial: in a network namespace of their own, server and load on CPUs of their own, where the machine allows it. */
export class TrialProcesses implements TrialSite, Station {
  readonly transport: string;
  /** Undefined where they serve several. */
  readonly scenario: string | undefined;
  /** Of the run, where it is watched. */
  readonly fleet: Fleet | undefined;
  readonly ownNamespace: boolean;
  readonly server: Server;
  readonly loads: LoadProcess[] = [];
  /** What each of them does, in the same order. */
  readonly parts: Part[] = [];
  /** Between clients and server, where the plan has a link or link faults. */
  relay: Relay | undefined;
  /** Where the plan has several nodes or engines: `server` is then its node 0. */
  cluster: ClusterProcesses | undefined;
  /** Rejects when one of them is gone before its time. */
  readonly died: Promise<never>;
  /** Who runs its load processes, where this process does not. */
  readonly agents: LoadSite | undefined;
  /** Where its server serves, once it does. */
  endpoint: Endpoint | undefined;
  /** Aborted when they are stopped: whoever waits for a moment of theirs waits no longer. */
  readonly over: AbortSignal;
  readonly #ending = new AbortController();
  readonly #runtime: TransportRef["runtime"];
  readonly #build: string | undefined;
  #isPinned: boolean;
  #onDeath: (error: unknown) => void = () => undefined;

  /**
   * `build`: the folder of another build whose processes they are to be. `among`: they are to reach what runs beside the trial, and be
   * reached. `pinned: false`: they take whatever CPU is free until pin(). `agents`: who runs the load processes, which then reach the server
   * from outside.
   */
  constructor(
    transport: string,
    {
      build,
      runtime,
      among = false,
      pinned = true,
      agents,
      fleet,
      scenario,
    }: {
      readonly build?: string;
      readonly runtime?: TransportRef["runtime"];
      readonly among?: boolean;
      readonly pinned?: boolean;
      readonly agents?: LoadSite | undefined;
      readonly fleet?: Fleet | undefined;
      readonly scenario?: string | undefined;
    } = {},
  ) {
    this.transport = transport;
    this.over = this.#ending.signal;
    this.fleet = fleet;
    this.scenario = scenario;
    this.#build = build;
    this.#runtime = runtime;
    this.#isPinned = pinned;
    this.agents = agents;
    this.ownNamespace = !among && agents === undefined && whyNoNamespace() === undefined;
    this.died = new Promise((_, reject) => {
      this.#onDeath = reject;
    });
    this.died.catch(() => undefined);
    const name = `the ${transport} server`;
    this.server =
      agents?.startServer?.(name) ??
      new Child("server", name, {
        build,
        runtime: this.#runtime,
        exposesGc: true,
        prefix: [...this.#pinned("server"), ...(this.ownNamespace ? inNewNamespace : [])],
      });
    this.server.died.catch((error) => this.#onDeath(error));
  }

  /** By node, as they stand now. */
  get servers(): readonly (Server | undefined)[] {
    return this.cluster?.places ?? [this.server];
  }

  /** Tells who watches the run that they are about to serve. */
  join(): void {
    if (!this.over.aborted) this.fleet?.add(this);
  }

  /** Settles when the server process is in its namespace, where it is to have one of its own. */
  async standing(): Promise<void> {
    const { pid } = this.server;
    const shared = this.ownNamespace ? readlinkSync("/proc/self/ns/net") : "";
    for (const end = performance.now() + START_MS; this.ownNamespace; await sleep(STANDING_POLL_MS)) {
      if (performance.now() > end) throw new LabError("timeout", "the server process did not start");
      try {
        if (readlinkSync(`/proc/${pid}/ns/net`) !== shared) return;
      } catch {
        // It is gone, which whoever waits for it is told.
      }
    }
  }

  /** Once the server's namespace stands. */
  startLoads(parts: readonly Part[]): void {
    for (const [index, part] of parts.entries()) {
      const load: LoadProcess =
        this.agents?.startLoad(index) ??
        new Child<LoadRequest, LoadReply>("load", `load process ${index + 1}`, {
          build: this.#build,
          nodeOptions: LOAD_OPTIONS,
          prefix: [...this.#pinned("load"), ...this.beside()],
        });
      load.died.catch((error) => this.#onDeath(error));
      this.loads.push(load);
      this.parts.push(part);
    }
  }

  /** One more server process beside the first. */
  startServer(name: string): Server {
    const server: Server = new Child("server", name, {
      build: this.#build,
      runtime: this.#runtime,
      exposesGc: true,
      prefix: [...this.#pinned("server"), ...this.beside()],
    });
    server.died.catch((error) => this.fail(error));
    return server;
  }

  /** What to put before a command so that it runs in the trial's network namespace, where it has one. */
  beside(): readonly string[] {
    const { pid } = this.server;
    return this.ownNamespace && pid !== undefined ? inNamespaceOf(pid) : [];
  }

  /** Ends the trial: a process that it can't do without is gone. */
  fail(error: unknown): void {
    this.#onDeath(error);
  }

  /** Where clients that go through the relay connect. */
  async startRelay(link: Link | undefined, seed: number, endpoint: Endpoint): Promise<Endpoint> {
    const { hostname, port } = new URL(endpoint.url);
    const relay: Relay = new Child("relay", "the relay", {
      prefix: [...this.#pinned("load"), ...this.beside()],
    });
    relay.died.catch((error) => this.#onDeath(error));
    this.relay = relay;
    const target = { host: hostname, port: Number(port) };
    const started = await relay.ask({ kind: "relay", target, link, seed }, "relaying", START_MS);
    return { ...endpoint, url: endpoint.url.replace(`:${port}`, `:${started.port}`) };
  }

  /** Server and load processes to CPUs of their own, where they began without. */
  async pin(): Promise<void> {
    const affinity = divideProcessors();
    if (this.#isPinned || typeof affinity === "string") return;
    this.#isPinned = true;
    const move = async ({ pid }: { readonly pid: number | undefined }, role: keyof Affinity) =>
      pid === undefined ? undefined : moveToProcessors(pid, affinity[role]);
    // What the server runs beside itself stays with it.
    const beside = this.server.pid === undefined ? [] : childrenOf(this.server.pid);
    await Promise.all([
      move(this.server, "server"),
      ...beside.map((pid) => move({ pid }, "server")),
      ...this.loads.map((load) => move(load, "load")),
    ]);
  }

  #pinned(role: keyof Affinity): readonly string[] {
    const affinity = divideProcessors();
    return typeof affinity === "string" || !this.#isPinned ? [] : onProcessors(affinity[role]);
  }

  /** Of the plan's users, by their index, the agent that has them; undefined where there are no agents. */
  agentOf(plan: Plan): number[] | undefined {
    const { agents } = this;
    if (!agents) return undefined;
    const agentOf = usersOf(plan).map(() => -1);
    for (const [number, part] of this.parts.entries())
      for (const { index } of usersOfPart(plan, part)) agentOf[index] = agents.agentOf(number);
    return agentOf;
  }

  /** The reply of every load process to the same request. */
  askLoads<K extends LoadReply["kind"]>(
    request: LoadRequest,
    kind: K,
    timeoutMs = ANSWER_MS,
  ): Promise<Extract<LoadReply, { kind: K }>[]> {
    return Promise.all(this.loads.map((load) => load.ask(request, kind, timeoutMs)));
  }

  /** The same of those whose part it is. */
  askSome<K extends LoadReply["kind"]>(
    which: (part: Part) => boolean,
    request: LoadRequest,
    kind: K,
    timeoutMs = ANSWER_MS,
  ): Promise<Extract<LoadReply, { kind: K }>[]> {
    const some = this.loads.filter((_, index) => {
      const part = this.parts[index];
      return part !== undefined && which(part);
    });
    return Promise.all(some.map((load) => load.ask(request, kind, timeoutMs)));
  }

  async sample(): Promise<{ readonly server: ServerSample; readonly loads: readonly LoadSample[] }> {
    const [server, loads] = await Promise.all([
      this.sampleServer(),
      this.askLoads({ kind: "sample" }, "sampled"),
    ]);
    return { server, loads: loads.map((one) => one.sample) };
  }

  /** Of all nodes together. */
  async sampleServer(): Promise<ServerSample> {
    if (this.cluster) return together(await this.cluster.sample());
    return (await this.server.ask({ kind: "sample" }, "sampled", ANSWER_MS)).sample;
  }

  /** The server's memory when it is still: of all nodes together. */
  async settleServer(): Promise<{ readonly rssBytes: number; readonly heapAndExternalBytes: number }> {
    const servers = this.cluster?.servers ?? [this.server];
    const settled = await Promise.all(
      servers.map((server) => server.ask({ kind: "settle" }, "settled", START_MS)),
    );
    const sum = (of: (one: (typeof settled)[number]) => number) =>
      settled.reduce((total, one) => total + of(one), 0);
    return {
      rssBytes: sum((one) => one.rssBytes),
      heapAndExternalBytes: sum((one) => one.heapAndExternalBytes),
    };
  }

  /** Ends all, by force after so long; settles when they are gone. */
  async stop(graceMs?: number): Promise<void> {
    this.#ending.abort();
    this.fleet?.remove(this);
    const nodes = this.cluster?.servers.filter((one) => one !== this.server) ?? [];
    const children = [this.server, ...nodes, ...this.loads, ...(this.relay ? [this.relay] : [])];
    await Promise.all(children.map((child) => child.stop(graceMs)));
    await this.cluster?.stopEngines();
  }
}
