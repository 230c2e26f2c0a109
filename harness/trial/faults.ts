import { LabError } from "../../core/errors.ts";
import type { Fault, Plan } from "../../scenarios/plan.ts";
import { nowUs } from "../measurement/clock.ts";
import type { ClusterProcesses } from "./cluster.ts";
import { ANSWER_MS } from "./site.ts";
import { sleepUntil } from "./sleep-until.ts";
import type { TrialProcesses } from "./trial-processes.ts";

/** A fault as it really happened; by the monotonic clock. */
export interface FaultMoment {
  readonly fault: Fault;
  readonly beganUs: number;
  /** When what was broken worked again; the beginning for a fault without length. */
  readonly endedUs: number;
}

/** Does to a trial's processes what the plan says, each fault in its order, and settles when the last is over. */
export async function playFaults(
  processes: TrialProcesses,
  plan: Plan,
  epochUs: number,
): Promise<FaultMoment[]> {
  const moments: FaultMoment[] = [];
  for (const fault of [...(plan.faults ?? [])].sort((a, b) => a.atMs - b.atMs)) {
    await sleepUntil(epochUs + fault.atMs * 1_000, processes.over);
    const beganUs = nowUs();
    await play(processes, fault, beganUs);
    moments.push({ fault, beganUs, endedUs: "forMs" in fault ? nowUs() : beganUs });
  }
  return moments;
}

async function play(processes: TrialProcesses, fault: Fault, beganUs: number): Promise<void> {
  switch (fault.kind) {
    case "link-cut":
      await askRelay(processes, "cut");
      await sleepUntil(beganUs + fault.forMs * 1_000, processes.over);
      return askRelay(processes, fault.connections === "kept" ? "heal-keep" : "heal-reset");
    case "link-stall":
      await askRelay(processes, "stall");
      await sleepUntil(beganUs + fault.forMs * 1_000, processes.over);
      return askRelay(processes, "unstall");
    case "link-reset":
      return askRelay(processes, "reset");
    case "server-restart":
      await (processes.cluster?.serverOf(fault.node ?? 0) ?? processes.server).ask(
        { kind: "restart", forMs: fault.forMs },
        "restarted",
        ANSWER_MS + fault.forMs,
      );
      return;
    case "server-pause": {
      const { pid } = processes.server;
      if (pid === undefined) throw new LabError("internal", "the server process has no process id");
      process.kill(pid, "SIGSTOP");
      try {
        await sleepUntil(beganUs + fault.forMs * 1_000, processes.over);
      } finally {
        process.kill(pid, "SIGCONT");
      }
      return;
    }
    case "node-death": {
      const cluster = clusterOf(processes);
      await cluster.killNode(fault.node);
      await sleepUntil(beganUs + fault.forMs * 1_000, processes.over);
      return cluster.startNode(fault.node);
    }
    case "node-start":
      return clusterOf(processes).startNode(fault.node);
    case "backplane-restart": {
      const { engines } = clusterOf(processes);
      await engines.killBackplane();
      await sleepUntil(beganUs + fault.forMs * 1_000, processes.over);
      return engines.restartBackplane();
    }
    case "backplane-pause": {
      const { engines } = clusterOf(processes);
      engines.pauseBackplane();
      try {
        await sleepUntil(beganUs + fault.forMs * 1_000, processes.over);
      } finally {
        engines.resumeBackplane();
      }
    }
  }
}

function clusterOf({ cluster }: TrialProcesses): ClusterProcesses {
  if (!cluster) throw new LabError("internal", "the trial has no nodes");
  return cluster;
}

async function askRelay(
  processes: TrialProcesses,
  fault: "cut" | "heal-keep" | "heal-reset" | "stall" | "unstall" | "reset",
): Promise<void> {
  if (!processes.relay) throw new LabError("internal", `there is no relay to ${fault}`);
  await processes.relay.ask({ kind: "fault", fault }, "done", ANSWER_MS);
}
