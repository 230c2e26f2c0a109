import type { Plan } from "../../scenarios/plan.ts";
import type { Part } from "../processes/roles.ts";
import type { MemoryStep } from "./memory-slope.ts";
import { START_MS } from "./site.ts";
import type { TrialProcesses } from "./trial-processes.ts";

/** The number of steps in which users connect, with the server's memory read after each. */
const CONNECT_STEPS = 5;

/** The users are connected. */
export interface Connected {
  readonly connections: number;
  readonly connectSeconds: number;
  readonly memorySteps: readonly MemoryStep[];
}

/** Connects the plan's users in steps, with the server's memory read before and after each, or after those that are named. */
export async function connect(
  processes: TrialProcesses,
  { groups, phases }: Plan,
  scenario = 0,
  weighed = (_step: number) => true,
): Promise<Connected> {
  const users = groups.reduce((sum, group) => sum + group.users, 0);
  const timeoutMs = START_MS + (10_000 * users) / phases.connectsPerSecond;
  const memorySteps = [await settled(processes, 0)];
  let connections = 0;
  let connectSeconds = 0;
  const steps = phases.connectsAtOnce === undefined ? CONNECT_STEPS : 1;
  for (let step = 1; step <= steps; step += 1) {
    const ask = async (which: (part: Part) => boolean, upTo: number) => {
      const request = { kind: "connect", upTo: upTo / steps, scenario } as const;
      const some = await processes.askSome(which, request, "connected", timeoutMs);
      connectSeconds += Math.max(0, ...some.map((one) => one.seconds));
      return some.reduce((sum, one) => sum + one.connections, 0);
    };
    if (processes.parts.some(({ drained }) => drained)) {
      // Probes subscribe in the middle of each step's sinks, so that they stand for all places in a fan-out.
      await ask(({ role }) => role !== "probes", step - 0.5);
      const probes = await ask(({ role }) => role === "probes", step);
      connections = probes + (await ask(({ role }) => role !== "probes", step));
    } else connections = await ask(() => true, step);
    if (weighed(step) || step === steps) memorySteps.push(await settled(processes, connections));
  }
  return { connections, connectSeconds, memorySteps };
}

async function settled(processes: TrialProcesses, connections: number): Promise<MemoryStep> {
  return { connections, ...(await processes.settleServer()) };
}
