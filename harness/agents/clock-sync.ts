import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Where it is asked what keeps this machine's clock. */
interface Sources {
  /** What `chronyc -c tracking` prints; undefined where there is none or no answer. */
  readonly chrony: () => string | undefined;
  /** Names of the processes that run. */
  readonly processes: () => readonly string[];
  /** Names of the clocks of network cards. */
  readonly hardwareClocks: () => readonly string[];
  readonly isTimesyncd: () => boolean;
}

const CHRONY_MS = 1_000;

const here: Sources = {
  chrony: () => {
    const { status, stdout } = spawnSync("chronyc", ["-c", "tracking"], {
      encoding: "utf8",
      timeout: CHRONY_MS,
    });
    return status === 0 ? stdout : undefined;
  },
  processes: () =>
    namesIn("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => textOf(`/proc/${pid}/comm`)?.trim() ?? []),
  hardwareClocks: () =>
    namesIn("/sys/class/ptp").flatMap((name) => textOf(`/sys/class/ptp/${name}/clock_name`)?.trim() ?? []),
  isTimesyncd: () => existsSync("/run/systemd/timesync/synchronized"),
};

const CHRONY = { name: 1, stratum: 2, offset: 4, rootDelay: 10, rootDispersion: 11, leap: 13 };
const PTP = ["ptp4l", "phc2sys"];

/**
 * What keeps this machine's clock, in words: chrony's state, systemd-timesyncd, PTP. It describes; latencies rest on the comparisons of agent and
 * controller alone.
 */
export function clockSync({ chrony, processes, hardwareClocks, isTimesyncd }: Sources = here): string {
  const running = processes();
  const ptp = PTP.filter((name) => running.includes(name));
  const cards = hardwareClocks();
  const found = [
    ofChrony(chrony()),
    isTimesyncd() && "systemd-timesyncd is synchronised",
    ptp.length > 0 && `PTP: ${ptp.join(" and ")} ${ptp.length === 1 ? "runs" : "run"}`,
    cards.length > 0 && `hardware clocks ${cards.join(", ")}`,
  ].filter((one) => typeof one === "string");
  return found.join("; ").slice(0, 300) || "nothing is known to keep the clock";
}

/** The offset is the clock's to the source's as chrony knows it; the root delay and dispersion bound what it can know. */
function ofChrony(tracking: string | undefined): string | undefined {
  if (tracking === undefined) return undefined;
  const fields = tracking.trim().split(",");
  const microseconds = (index: number) => Number(fields[index]) * 1_000_000;
  const offsetUs = microseconds(CHRONY.offset);
  const boundUs = microseconds(CHRONY.rootDelay) / 2 + microseconds(CHRONY.rootDispersion);
  if (!Number.isFinite(offsetUs) || !Number.isFinite(boundUs)) return "chrony runs";
  if (/not sync/i.test(fields[CHRONY.leap] ?? "")) return "chrony is not synchronised";
  return `chrony: ${Math.abs(offsetUs).toFixed(1)} us off ${fields[CHRONY.name]} (stratum ${fields[CHRONY.stratum]}), +- ${boundUs.toFixed(0)} us`;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // not Linux, or none of it there
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // gone meanwhile
  }
}
