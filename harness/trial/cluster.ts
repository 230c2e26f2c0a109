import { randomBytes } from "node:crypto";
import { LabError } from "../../core/errors.ts";
import type { Cluster } from "../../scenarios/cluster.ts";
import type { Plan } from "../../scenarios/plan.ts";
import { usersOf } from "../../scenarios/users.ts";
import type { Endpoint } from "../../transports/port/transport.ts";
import { hostOf } from "../engines/balancer-options.ts";
import { cpuUsedUs } from "../measurement/other-process.ts";
import type { NodeOf, ServerRequest, ServerSample } from "../processes/messages.ts";
import { loadTransport } from "../run/transports.ts";
import { type EngineFigures, Engines } from "./engines.ts";
import { departed, sinceServing, together, usedUp } from "./node-samples.ts";
import { reachEveryNode } from "./reach.ts";
import { ANSWER_MS, type Server, START_MS, type TrialSite } from "./site.ts";

export type ServeRequest = Extract<ServerRequest, { kind: "serve" }>;

/** What nodes and engines did in the measured time. */
export interface ClusterFigures extends EngineFigures {
  /** Sessions of each node, at the beginning and at the end. */
  readonly sessionsBefore: readonly number[];
  readonly sessionsAfter: readonly number[];
}

/** A place of the cluster, known to the balancer, and the process that serves there, if one does. */
interface Node {
  server: Server | undefined;
  endpoint: Endpoint | undefined;
  /** Of a process that began in the measured time: what it had used when it served. */
  atFirst: ServerSample | undefined;
  /** What the processes that served there before used and counted. */
  readonly past: ServerSample[];
}

/** The server processes of a trial with several nodes, and the engines that they share and stand behind. */
export class ClusterProcesses {
  readonly engines: Engines;
  readonly #site: TrialSite;
  #request: ServeRequest;
  readonly #nodes: Node[];
  readonly #ports: readonly number[] | undefined;
  #sessionsBefore: readonly number[] = [];
  #measuring = false;

  constructor(site: TrialSite, { nodes, ...plan }: Cluster, request: ServeRequest) {
    this.#site = site;
    this.#request = request;
    this.engines = new Engines(site, plan);
    this.#ports = plan.own?.nodePorts;
    this.#nodes = Array.from({ length: nodes }, () => ({
      server: undefined,
      endpoint: undefined,
      atFirst: undefined,
      past: [],
    }));
    const [first] = this.#nodes;
    if (first) first.server = site.server;
  }

  /** Starts engines and nodes, but for the nodes that are `absent`. Rejects with the first failure; what runs then is to be stopped. */
  async start(absent: ReadonlySet<number>): Promise<void> {
    // Engines join the namespace of node 0's process, which has to have its own by then.
    await this.#site.standing();
    const backplane = await this.engines.startBackplane(`notif-lab:${randomBytes(4).toString("hex")}:`);
    this.#request = { ...this.#request, backplane };
    await Promise.all(
      this.#nodes.map((_, number) => (absent.has(number) ? undefined : this.startNode(number))),
    );
    // A node that joins later serves where the balancer looks for it; the others say where they are.
    if (!this.#ports) for (const number of absent) await this.#reserve(number);
    await this.engines.startBalancer(
      this.#request.transport,
      this.#nodes.flatMap(({ endpoint }) => endpoint ?? []),
    );
    if (this.#ports) await this.#reachThroughOwn();
  }

  /** Where clients connect: one place, or each node in turn. */
  get entry(): { readonly endpoint: Endpoint; readonly nodes: readonly Endpoint[] | undefined } {
    const nodes = this.#nodes.flatMap(({ server, endpoint }) => (server && endpoint ? [endpoint] : []));
    const [first] = nodes;
    if (!first) throw new LabError("internal", "no node serves");
    const { entry } = this.engines;
    return entry ? { endpoint: entry, nodes: undefined } : { endpoint: first, nodes };
  }

  /** By node: the process that serves there, if one does. */
  get places(): readonly (Server | undefined)[] {
    return this.#nodes.map(({ server }) => server);
  }

  /** The processes that serve. */
  get servers(): readonly Server[] {
    return this.#nodes.flatMap(({ server }) => server ?? []);
  }

  /** Begins to serve at the node's place, in a process of its own unless it is node 0. */
  async startNode(number: number): Promise<void> {
    const node = this.#node(number);
    node.server ??= this.#site.startServer(`node ${number}`);
    const port = node.endpoint ? Number(new URL(node.endpoint.url).port) : this.#ports?.[number];
    const request = port === undefined ? this.#request : { ...this.#request, port };
    node.endpoint = (await node.server.ask(request, "serving", START_MS)).endpoint;
    node.atFirst = this.#measuring ? await sampleOf(node.server) : undefined;
  }

  /** Kills the node's process; what it used and counted up to now stays in the account. */
  async killNode(number: number): Promise<void> {
    const node = this.#node(number);
    const { server } = node;
    if (!server || server === this.#site.server)
      throw new LabError("internal", `node ${number} can't be killed`);
    const sample = await sampleOf(server);
    const { pid } = server;
    // What it used after that is read when it uses nothing more.
    if (pid !== undefined) process.kill(pid, "SIGSTOP");
    const used = usedUp(sample, pid === undefined ? undefined : cpuUsedUs(pid));
    node.server = undefined;
    node.past.push(departed(sinceServing(used, node.atFirst)));
    await server.stop(0);
  }

  serverOf(number: number): Server {
    const { server } = this.#node(number);
    if (!server) throw new LabError("internal", `node ${number} does not run`);
    return server;
  }

  /** Every node, what its dead processes used included. */
  async sample(): Promise<readonly ServerSample[]> {
    const samples = await Promise.all(
      this.#nodes.map(async ({ server, past, atFirst }) => {
        const all = [...past, ...(server ? [sinceServing(await sampleOf(server), atFirst)] : [])];
        return all.length === 0 ? [] : [together(all)];
      }),
    );
    return samples.flat();
  }

  /** The measured time begins: what engines did before is not counted. */
  async begin(): Promise<void> {
    this.#sessionsBefore = await this.#sessions();
    this.#measuring = true;
    await this.engines.begin();
  }

  /** On which node each of the users is; undefined where that may change meanwhile, or there is one node alone. */
  async nodeOf({ faults = [], ...plan }: Plan): Promise<NodeOf | undefined> {
    if (this.#nodes.length < 2 || faults.length > 0) return undefined;
    const of = new Map<string, number>();
    await Promise.all(
      this.#nodes.map(async ({ server }, number) => {
        const { users } = (await server?.ask({ kind: "users" }, "users", ANSWER_MS)) ?? { users: [] };
        for (const user of users) of.set(user, number);
      }),
    );
    return usersOf(plan).map(({ id }) => of.get(id) ?? -1);
  }

  async figures(): Promise<ClusterFigures> {
    const sessionsAfter = await this.#sessions();
    const { backplane, ...engines } = await this.engines.figures();
    const { onRedis } = await loadTransport(this.#request.transport);
    return {
      sessionsBefore: this.#sessionsBefore,
      sessionsAfter,
      ...engines,
      // A library does not count what it carries.
      ...(backplane ? { backplane: onRedis ? { ...backplane, events: undefined } : backplane } : {}),
    };
  }

  stopEngines(): Promise<void> {
    return this.engines.stop();
  }

  async #sessions(): Promise<number[]> {
    return Promise.all(
      this.#nodes.map(async ({ server }) => (server ? (await sampleOf(server)).sessions : 0)),
    );
  }

  /** A balancer that the lab did not start may not know yet that the nodes serve, or may not know them at all. */
  async #reachThroughOwn(): Promise<void> {
    const { entry } = this.engines;
    if (!entry) throw new LabError("internal", "there is no way to the nodes");
    const { transport, secret } = this.#request;
    await reachEveryNode(await loadTransport(transport), entry, secret, async () => {
      const sessions = await this.#sessions();
      return this.#nodes.flatMap(({ server, endpoint }, number) =>
        server && endpoint && sessions[number] === 0 ? [hostOf(endpoint)] : [],
      );
    });
  }

  /** Finds the node a place by serving there for a moment. */
  async #reserve(number: number): Promise<void> {
    await this.startNode(number);
    const node = this.#node(number);
    await node.server?.stop(0);
    node.server = undefined;
  }

  #node(number: number): Node {
    const node = this.#nodes[number];
    if (!node) throw new LabError("internal", `there is no node ${number}`);
    return node;
  }
}

async function sampleOf(server: Server): Promise<ServerSample> {
  return (await server.ask({ kind: "sample" }, "sampled", ANSWER_MS)).sample;
}
