import { LabError } from "../../core/errors.ts";
import type { Cluster } from "../../scenarios/cluster.ts";
import type { Engine } from "../../transports/engines/engine.ts";
import type { Endpoint } from "../../transports/port/transport.ts";
import { startBalancer } from "../engines/balancer.ts";
import { type Balancer, inPlaceOf } from "../engines/balancer-options.ts";
import { childrenOf, cpuUsedUs } from "../measurement/other-process.ts";
import type { SharedBackplane } from "../processes/messages.ts";
import { loadTransport, type TransportRef } from "../run/transports.ts";
import type { TrialSite } from "./site.ts";
import { startTrialRedis, type TrialRedis, visitTrialRedis } from "./trial-redis.ts";

/** What the engines did in the measured time. */
export interface EngineFigures {
  readonly backplane?: BackplaneUse & { readonly memoryBytes?: number | undefined };
  readonly balancer?: { readonly cpuUs: number };
}

/** What Redis counts; undefined where it does not tell. */
interface BackplaneUse {
  readonly cpuUs: number | undefined;
  readonly commands: number | undefined;
  readonly bytesIn: number | undefined;
  readonly bytesOut: number | undefined;
  /** Notifications and receipts that it accepted. */
  readonly events: number | undefined;
}

const NOTHING: BackplaneUse = { cpuUs: 0, commands: 0, bytesIn: 0, bytesOut: 0, events: 0 };

type EnginesPlan = Omit<Cluster, "nodes">;

/** Redis and the balancer of one trial: in its network namespace, or those that stood before it. */
export class Engines {
  readonly #site: TrialSite;
  readonly #plan: EnginesPlan;
  #redis: TrialRedis | undefined;
  #prefix = "";
  #balancer: Balancer | undefined;
  #ownEntry: Endpoint | undefined;
  /** What earlier processes of the backplane did in the measured time, less what the first had done before it. */
  #past = NOTHING;
  #balancerCpuUs = 0;

  constructor(site: TrialSite, plan: EnginesPlan) {
    this.#site = site;
    this.#plan = plan;
  }

  /** Where clients connect; undefined without a balancer. */
  get entry(): Endpoint | undefined {
    return this.#balancer?.endpoint ?? this.#ownEntry;
  }

  /** `prefix`: what the keys of this trial begin with. Undefined where the plan has no backplane. */
  async startBackplane(prefix: string): Promise<SharedBackplane | undefined> {
    const { backplane, redisAt } = this.#plan;
    if (backplane === "none") return undefined;
    this.#prefix = prefix;
    this.#redis = await (redisAt === undefined
      ? startTrialRedis(this.#site.beside())
      : visitTrialRedis(redisAt, prefix));
    this.#redis.engine?.died.catch((error) => this.#site.fail(error));
    return { url: this.#redis.url, prefix };
  }

  async startBalancer(transport: TransportRef, nodes: readonly Endpoint[]): Promise<void> {
    const { balancer, own, sticky = true } = this.#plan;
    if (balancer === "none") return;
    if (balancer === "own") {
      this.#ownEntry = own && inPlaceOf(nodes, new URL(own.address).host);
      return;
    }
    const { balancing } = await loadTransport(transport);
    this.#balancer = await startBalancer(balancer, {
      nodes,
      balancing,
      settings: { sticky },
      prefix: this.#site.beside(),
    });
    this.#balancer.engine.died.catch((error) => this.#site.fail(error));
  }

  /** Kills Redis; restartBackplane() brings it back, empty. */
  async killBackplane(): Promise<void> {
    const engine = this.#ownRedis();
    this.#past = plus(this.#past, await this.#use());
    await engine.kill();
  }

  async restartBackplane(): Promise<void> {
    await this.#ownRedis().restart();
  }

  pauseBackplane(): void {
    this.#ownRedis().pause();
  }

  resumeBackplane(): void {
    this.#ownRedis().resume();
  }

  async begin(): Promise<void> {
    if (this.#redis) this.#past = minus(NOTHING, await this.#use());
    this.#balancerCpuUs = cpuOf(this.#balancer?.engine);
  }

  async figures(): Promise<EngineFigures> {
    const used = this.#redis && plus(this.#past, await this.#use());
    const memoryBytes = field(await this.#redis?.info(), "used_memory");
    return {
      ...(used ? { backplane: { ...used, memoryBytes } } : {}),
      ...(this.#balancer ? { balancer: { cpuUs: cpuOf(this.#balancer?.engine) - this.#balancerCpuUs } } : {}),
    };
  }

  /** Once the nodes are gone, which else leave more in a Redis that goes on. */
  async stop(): Promise<void> {
    await Promise.all([this.#redis?.end(), this.#balancer?.engine.stop()]);
  }

  #ownRedis(): Engine {
    const { engine } = this.#redis ?? {};
    if (!engine) throw new LabError("internal", "there is no backplane of the lab's own");
    return engine;
  }

  async #use(): Promise<BackplaneUse> {
    const info = await this.#redis?.info();
    const position = await this.#redis?.get(`${this.#prefix}position`);
    const [user, system] = [field(info, "used_cpu_user"), field(info, "used_cpu_sys")];
    return {
      cpuUs: user === undefined || system === undefined ? undefined : 1e6 * (user + system),
      commands: field(info, "total_commands_processed"),
      bytesIn: field(info, "total_net_input_bytes"),
      bytesOut: field(info, "total_net_output_bytes"),
      events: Number(position ?? 0),
    };
  }
}

function field(info: string | undefined, name: string): number | undefined {
  const value = new RegExp(`^${name}:([\\d.]+)`, "m").exec(info ?? "")?.[1];
  return value === undefined ? undefined : Number(value);
}

function plus(a: BackplaneUse, b: BackplaneUse, sign = 1): BackplaneUse {
  const sum = (of: keyof BackplaneUse) => {
    const [first, second] = [a[of], b[of]];
    return first === undefined || second === undefined ? undefined : first + sign * second;
  };
  return {
    cpuUs: sum("cpuUs"),
    commands: sum("commands"),
    bytesIn: sum("bytesIn"),
    bytesOut: sum("bytesOut"),
    events: sum("events"),
  };
}

function minus(a: BackplaneUse, b: BackplaneUse): BackplaneUse {
  return plus(a, b, -1);
}

/** Of the process and its children: nginx works in those. */
function cpuOf(engine: Engine | undefined): number {
  const { pid } = engine ?? {};
  if (pid === undefined) return 0;
  return [pid, ...childrenOf(pid)].reduce((sum, one) => sum + (cpuUsedUs(one) ?? 0), 0);
}
