import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "../../core/errors.ts";
import type { ClockOffset } from "../measurement/clock-offset.ts";
import { PROTOCOL } from "../processes/protocol.ts";
import type { AgentFigures } from "../result/schema/agents.ts";
import { ownVersion } from "../run/environment.ts";
import type { LoadSite } from "../trial/site.ts";
import { openLines } from "./line.ts";
import { Member } from "./member.ts";
import type { Announcement } from "./messages.ts";
import { announced, connectNats, openBucket, whenLost } from "./nats.ts";

const LOOK_EVERY_MS = 200;

export interface AgentPoolOptions {
  readonly url: string;
  /** How many agents, one at least. */
  readonly count: number;
  /** This machine's address, as agents reach it. */
  readonly host: string;
  /** How long to wait until so many are there. */
  readonly patienceMs: number;
}

/** Agents that work for this process until it closes the pool. */
export interface AgentPool extends LoadSite {
  readonly size: number;
  close(): Promise<void>;
}

/** Claims so many agents, in the order of their names. Rejects with one line: `unreachable` without NATS, `unsupported` where an agent is too few or unlike. */
export async function openAgentPool({ url, count, host, patienceMs }: AgentPoolOptions): Promise<AgentPool> {
  const connection = await connectNats(url, "notif-lab controller");
  const members: Member[] = [];
  let closeLines: () => void = () => undefined;
  const close = async () => {
    await Promise.all(members.map((member) => member.release()));
    closeLines();
    await connection.drain().catch(() => connection.close());
  };
  try {
    const bucket = await openBucket(connection);
    const free = await awaited(() => announced(bucket), count, patienceMs);
    const lines = await openLines(host);
    closeLines = lines.close;
    const controller = { connection, lines, host, version: ownVersion(), protocol: PROTOCOL };
    for (const agent of free) members.push(await Member.claim(agent, controller));
    whenLost(connection, () => {
      for (const member of members) member.lose("can't be reached: the connection to NATS is gone");
    });
  } catch (error) {
    await close();
    throw error;
  }
  const boot = bootId();
  const memberOf = (number: number): Member => {
    const member = members[number % members.length];
    if (!member) throw new LabError("internal", "there is no agent");
    return member;
  };
  let before: readonly ClockOffset[] = [];
  let started: readonly Member[] = [];
  // One after the other: what is compared at the same time waits for the other.
  const compareClocks = async () => {
    const offsets: ClockOffset[] = [];
    for (const member of members) offsets.push(await member.compareClocks());
    return offsets;
  };
  const isHere = (member: Member) => boot !== "" && member.agent.boot === boot;
  return {
    host,
    size: members.length,
    begin: async () => {
      started = [];
      before = await compareClocks();
    },
    startLoad: (number) => {
      const member = memberOf(number);
      started = [...started, member];
      return member.startLoad(number);
    },
    isHere: (number) => isHere(memberOf(number)),
    messages: () => {
      const { inMsgs, outMsgs } = connection.stats();
      return inMsgs + outMsgs;
    },
    end: async () => {
      const after = await compareClocks();
      const each = members.map((member, index) => ({
        name: member.agent.name,
        cores: member.agent.cores,
        loadProcesses: started.filter((one) => one === member).length,
        here: isHere(member),
        ...boundOver(before[index], after[index]),
      }));
      return { each, latencyBoundUs: latencyBoundUs(each) };
    },
    close,
  };
}

/** Of the first offset, at any moment between the two: the clocks are taken to drift one way. */
export function boundOver(before?: ClockOffset, after?: ClockOffset) {
  if (!before || !after) throw new LabError("internal", "the clocks were not compared");
  const driftUs = after.offsetUs - before.offsetUs;
  const boundUs = Math.max(before.boundUs, Math.abs(driftUs) + after.boundUs);
  return { offsetUs: before.offsetUs, boundUs, driftUs };
}

/** How far off a latency is that begins by one of these clocks and ends by another. */
export function latencyBoundUs(
  each: readonly Pick<AgentFigures["each"][number], "boundUs" | "loadProcesses">[],
): number {
  const bounds = each.filter(({ loadProcesses }) => loadProcesses > 0).map(({ boundUs }) => boundUs);
  const [first = 0, second] = bounds.sort((a, b) => b - a);
  return second === undefined ? 0 : first + second;
}

async function awaited(
  look: () => Promise<Announcement[]>,
  count: number,
  patienceMs: number,
): Promise<Announcement[]> {
  for (const due = performance.now() + patienceMs; ; await sleep(LOOK_EVERY_MS)) {
    const free = await look();
    if (free.length >= count) return free.slice(0, count);
    if (performance.now() < due) continue;
    const names = free.length === 0 ? "" : ` (${free.map(({ name }) => name).join(", ")})`;
    throw new LabError(
      "unsupported",
      `${count} agents are asked for and ${free.length} free${names}; start more with: notif-lab agent --nats URL`,
    );
  }
}

/** Of this machine's start; empty where there is no /proc. */
export function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}
