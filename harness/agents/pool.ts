import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "../../core/errors.ts";
import { PROTOCOL } from "../processes/protocol.ts";
import { ownVersion } from "../run/environment.ts";
import type { AgentReading, LoadSite, Placing } from "../trial/site.ts";
import { announced } from "./announced.ts";
import type { Bus, Directory } from "./bus.ts";
import { type Lines, openLines } from "./line.ts";
import { bootId } from "./machine.ts";
import { type Controller, Member } from "./member.ts";
import type { Announcement, ComparedClock } from "./messages.ts";

const LOOK_EVERY_MS = 200;
/** How long a trial waits until an agent that is gone, or another, is free. */
const REJOIN_MS = 10_000;

export interface AgentPoolOptions {
  /** Closed with the pool. */
  readonly bus: Bus;
  /** How many agents run the load, one at least. */
  readonly count: number;
  /** The agent that serves, by its name, or `any`; undefined where this machine does. */
  readonly server?: string | undefined;
  /** This machine's address, as agents reach it. */
  readonly host: string;
  /** How long to wait until so many are there. */
  readonly patienceMs: number;
  readonly placing?: Placing | undefined;
  /** Default: until an agent that is gone comes back. */
  readonly rejoinMs?: number;
  readonly waitForCalls?: (host: string) => Promise<Lines>;
}

/** Agents that work for this process until it closes the pool. */
export interface AgentPool extends LoadSite {
  /** Of those that run load. */
  readonly size: number;
  close(): Promise<void>;
}

/** Claims so many agents, in the order of their names. Rejects with one line: `unsupported` where an agent is too few or unlike. */
export async function openAgentPool(options: AgentPoolOptions): Promise<AgentPool> {
  const { bus, count, server, host, patienceMs, waitForCalls = openLines } = options;
  const { rejoinMs = REJOIN_MS } = options;
  const members: Member[] = [];
  let lines: Lines | undefined;
  const close = async () => {
    for (const member of members) member.release();
    lines?.close();
    await bus.close();
  };
  const servers = server === undefined ? 0 : 1;
  try {
    const directory = await bus.directory();
    const fits = (agent: Announcement, isServer: boolean) =>
      isServer
        ? agent.serves !== undefined && (server === "any" || agent.name === server)
        : agent.serves === undefined;
    lines = await waitForCalls(host);
    const controller = { bus, lines, host, version: ownVersion(), protocol: PROTOCOL, node: process.version };
    const free = await awaited(directory, patienceMs, (all) => {
      const load = all.filter((one) => fits(one, false)).slice(0, count);
      const serving = all.filter((one) => fits(one, true)).slice(0, servers);
      if (load.length < count) return tooFew(load, count);
      return serving.length < servers ? noServer(server) : [...load, ...serving];
    });
    members.push(...(await Promise.all(free.map((agent) => Member.claim(agent, controller)))));
    return poolOf(members, { ...options, close, rejoin });

    async function rejoin(): Promise<void> {
      for (const [place, member] of members.entries())
        if (member.lost !== undefined) members[place] = await back(member, place, controller);
    }
    async function back(gone: Member, place: number, by: Controller): Promise<Member> {
      gone.release();
      const [agent] = await awaited(directory, rejoinMs, (all) => {
        const fitting = all.filter((one) => fits(one, place >= count));
        const [found] = [...fitting.filter(({ name }) => name === gone.agent.name), ...fitting];
        return found ? [found] : `${gone.lost}; nobody else was free within ${rejoinMs / 1_000} s`;
      });
      if (!agent) throw new LabError("internal", "nobody came back");
      return Member.claim(agent, by);
    }
  } catch (error) {
    await close();
    throw error;
  }
}

interface PoolParts extends AgentPoolOptions {
  readonly close: () => Promise<void>;
  readonly rejoin: () => Promise<void>;
}

/** The first `count` of the members run load; the one after them, if there is one, serves. */
function poolOf(
  members: readonly Member[],
  { bus, count, host, placing, close, rejoin }: PoolParts,
): AgentPool {
  const boot = bootId();
  const isHere = (member: Member) => boot !== "" && member.agent.boot === boot;
  const memberAt = (place: number): Member => {
    const member = members[place];
    if (!member) throw new LabError("internal", "there is no such agent");
    return member;
  };
  const serving = members[count] && (() => memberAt(count));
  let before: readonly ComparedClock[] = [];
  /** What the comparisons since then found. */
  let found: readonly (readonly ComparedClock[])[] = [];
  const compareClocks = async () => {
    const clocks: ComparedClock[] = [];
    // One after the other: what is compared at the same time waits for the other.
    for (const member of members) clocks.push(await member.compareClocks());
    return clocks;
  };
  const refer = async () => {
    before = await compareClocks();
    found = [];
  };
  return {
    host,
    size: count,
    placing,
    begin: async () => {
      await rejoin();
      for (const member of members) member.forgetHost();
      await refer();
    },
    refer,
    compareAgain: async () => {
      found = [...found, await compareClocks()];
    },
    startLoad: (number) => memberAt(number % count).startLoad(number),
    ...(serving ? { startServer: (name: string) => serving().startServer(name) } : {}),
    serverName: () => serving?.().agent.name,
    isServerHere: () => serving === undefined || isHere(serving()),
    agentOf: (number) => number % count,
    isHere: (number) => isHere(memberAt(number % count)),
    lost: () => members.find(({ lost }) => lost !== undefined)?.lost,
    messages: () => bus.messages(),
    known: () =>
      members.map((member, place): AgentReading => {
        const { name, cores, clockSync, machine, boot: ofMachine } = member.agent;
        const first = before[place];
        if (!first) throw new LabError("internal", "the clocks were not compared");
        return {
          name,
          cores,
          clockSync,
          machine,
          serves: place >= count,
          here: isHere(member),
          boot: ofMachine,
          ...boundOver(
            first,
            found.flatMap((clocks) => clocks[place] ?? []),
          ),
          ...(member.host && !isHere(member) ? { host: member.host } : {}),
        };
      }),
    close,
  };
}

/**
 * How well the agent's clock was known from the first comparison to the last: what processes went by was off by no more than what any later comparison
 * found, and its bound. Between two of them the clock is taken to drift one way, unless an exchange in between contradicts it.
 */
export function boundOver(first: ComparedClock, later: readonly ComparedClock[]) {
  const last = later.at(-1) ?? first;
  const boundUs = Math.max(
    first.boundUs,
    ...later.flatMap(({ heldUs, boundUs: bound, strayUs }) => [Math.abs(heldUs) + bound, strayUs]),
  );
  const driftUs = later.reduce((sum, { heldUs }) => sum - heldUs, 0);
  return { offsetUs: first.offsetUs, boundUs, driftUs, driftPpm: last.rate * 1_000_000 };
}

function tooFew(free: readonly Announcement[], count: number): string {
  const names = free.length === 0 ? "" : ` (${free.map(({ name }) => name).join(", ")})`;
  return `${count} agents are asked for and ${free.length} free${names}; start more with: notif-lab agent --nats URL`;
}

function noServer(server: string | undefined): string {
  const which = server === "any" ? "no agent that serves is free" : `no agent ${server} that serves is free`;
  return `${which}; start one with: notif-lab agent --serve --nats URL`;
}

/** Looks until `choose` returns agents. Rejects with `unsupported` and what it says instead when that takes too long. */
async function awaited(
  directory: Directory,
  patienceMs: number,
  choose: (all: readonly Announcement[]) => readonly Announcement[] | string,
): Promise<readonly Announcement[]> {
  for (const due = performance.now() + patienceMs; ; await sleep(LOOK_EVERY_MS)) {
    const chosen = choose(await announced(directory).catch(() => []));
    if (typeof chosen !== "string") return chosen;
    if (performance.now() >= due) throw new LabError("unsupported", chosen);
  }
}
