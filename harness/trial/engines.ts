import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { LabError } from "../../core/errors.ts";
import type { Cluster } from "../../scenarios/cluster.ts";
import type { Endpoint } from "../../transports/port/transport.ts";
import { startBalancer } from "../engines/balancer.ts";
import type { Balancer } from "../engines/balancer-options.ts";
import { ask } from "../engines/control.ts";
import type { Engine } from "../engines/engine.ts";
import { type Redis, startRedis } from "../engines/redis.ts";
import { cpuUsedUs } from "../launch/silence.ts";
import type { SharedBackplane } from "../processes/messages.ts";
import { loadTransport, type TransportRef } from "../run/transports.ts";
import type { TrialSite } from "./site.ts";

/** What the engines did in the measured time. */
export interface EngineFigures {
  readonly backplane?: BackplaneUse & { readonly memoryBytes: number };
  readonly balancer?: { readonly cpuUs: number };
}

interface BackplaneUse {
  readonly cpuUs: number;
  readonly commands: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Notifications and receipts that it accepted. */
  readonly events: number;
}

const NOTHING: BackplaneUse = { cpuUs: 0, commands: 0, bytesIn: 0, bytesOut: 0, events: 0 };

type EnginesPlan = Omit<Cluster, "nodes">;

/** Redis and the balancer of one trial, in its network namespace. */
export class Engines {
  readonly #site: TrialSite;
  readonly #plan: EnginesPlan;
  #redis: Redis | undefined;
  #prefix = "";
  #password = "";
  #balancer: Balancer | undefined;
  /** What earlier processes of the backplane did in the measured time, less what the first had done before it. */
  #past = NOTHING;
  #balancerCpuUs = 0;

  constructor(site: TrialSite, plan: EnginesPlan) {
    this.#site = site;
    this.#plan = plan;
  }

  /** Where clients connect; undefined without a balancer. */
  get entry(): Endpoint | undefined {
    return this.#balancer?.endpoint;
  }

  /** `prefix`: what the keys of this trial begin with. Undefined where the plan has no backplane. */
  async startBackplane(prefix: string): Promise<SharedBackplane | undefined> {
    if (this.#plan.backplane === "none") return undefined;
    this.#prefix = prefix;
    // Where the trial has no network of its own, any user of the machine could connect.
    this.#password = randomBytes(16).toString("hex");
    this.#redis = await startRedis({ prefix: this.#site.beside(), password: this.#password });
    this.#redis.engine.died.catch((error) => this.#site.fail(error));
    return { url: this.#redis.url, prefix };
  }

  async startBalancer(transport: TransportRef, nodes: readonly Endpoint[]): Promise<void> {
    if (this.#plan.balancer === "none") return;
    const { balancing } = await loadTransport(transport);
    this.#balancer = await startBalancer(this.#plan.balancer, {
      nodes,
      balancing,
      settings: { sticky: this.#plan.sticky ?? true },
      prefix: this.#site.beside(),
    });
    this.#balancer.engine.died.catch((error) => this.#site.fail(error));
  }

  /** Kills Redis; restartBackplane() brings it back, empty. */
  async killBackplane(): Promise<void> {
    const { engine } = this.#backplane();
    this.#past = plus(this.#past, await this.#use());
    await engine.kill();
  }

  async restartBackplane(): Promise<void> {
    await this.#backplane().engine.restart();
  }

  pauseBackplane(): void {
    this.#backplane().engine.pause();
  }

  resumeBackplane(): void {
    this.#backplane().engine.resume();
  }

  async begin(): Promise<void> {
    if (this.#redis) this.#past = minus(NOTHING, await this.#use());
    this.#balancerCpuUs = cpuOf(this.#balancer?.engine);
  }

  async figures(): Promise<EngineFigures> {
    const used = this.#redis && plus(this.#past, await this.#use());
    const memoryBytes = this.#redis && field(await this.#info(), "used_memory");
    return {
      ...(used && memoryBytes !== undefined ? { backplane: { ...used, memoryBytes } } : {}),
      ...(this.#balancer ? { balancer: { cpuUs: cpuOf(this.#balancer?.engine) - this.#balancerCpuUs } } : {}),
    };
  }

  async stop(): Promise<void> {
    await Promise.all([this.#redis?.engine.stop(), this.#balancer?.engine.stop()]);
  }

  #backplane(): Redis {
    if (!this.#redis) throw new LabError("internal", "there is no backplane");
    return this.#redis;
  }

  async #use(): Promise<BackplaneUse> {
    const info = await this.#info();
    const position = await this.#ask(`GET ${this.#prefix}position`);
    return {
      cpuUs: 1e6 * (field(info, "used_cpu_user") + field(info, "used_cpu_sys")),
      commands: field(info, "total_commands_processed"),
      bytesIn: field(info, "total_net_input_bytes"),
      bytesOut: field(info, "total_net_output_bytes"),
      events: Number(/^\$\d+\r\n(\d+)/.exec(position)?.[1] ?? 0),
    };
  }

  #info(): Promise<string> {
    return this.#ask("INFO");
  }

  async #ask(command: string): Promise<string> {
    const text = `AUTH ${this.#password}\r\n${command}\r\n`;
    const answer = await ask(this.#backplane().engine.place.control, text, (so) => isWholeBulk(behindOk(so)));
    return behindOk(answer);
  }
}

/** What follows the answer to AUTH. */
function behindOk(answer: string): string {
  return answer.replace(/^\+OK\r\n/, "");
}

/** A bulk string of RESP that has come in whole, a null one, or an error. */
function isWholeBulk(answer: string): boolean {
  const length = /^\$(-?\d+)\r\n/.exec(answer);
  if (!length) return /^[-+:].*\r\n$/.test(answer);
  const bytes = Number(length[1]);
  return bytes < 0 || Buffer.byteLength(answer) >= length[0].length + bytes + 2;
}

function field(info: string, name: string): number {
  const value = new RegExp(`^${name}:([\\d.]+)`, "m").exec(info)?.[1];
  if (value === undefined) throw new LabError("internal", `Redis does not tell ${name}`);
  return Number(value);
}

function plus(a: BackplaneUse, b: BackplaneUse): BackplaneUse {
  return {
    cpuUs: a.cpuUs + b.cpuUs,
    commands: a.commands + b.commands,
    bytesIn: a.bytesIn + b.bytesIn,
    bytesOut: a.bytesOut + b.bytesOut,
    events: a.events + b.events,
  };
}

function minus(a: BackplaneUse, b: BackplaneUse): BackplaneUse {
  return plus(a, {
    cpuUs: -b.cpuUs,
    commands: -b.commands,
    bytesIn: -b.bytesIn,
    bytesOut: -b.bytesOut,
    events: -b.events,
  });
}

/** Of the process and its children: nginx works in those. */
function cpuOf(engine: Engine | undefined): number {
  const { pid } = engine ?? {};
  if (pid === undefined) return 0;
  return [pid, ...childrenOf(pid)].reduce((sum, one) => sum + (cpuUsedUs(one) ?? 0), 0);
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    return text.split(" ").filter(Boolean).map(Number);
  } catch {
    return []; // not Linux, or gone
  }
}
