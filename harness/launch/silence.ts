import { cpuUsedUs } from "../measurement/other-process.ts";

/** The most of a CPU that a silent process of the run may use in another one's slice. */
export const SILENT_SHARE = 0.02;

export interface WatchedProcess {
  readonly name: string;
  readonly pid: number;
}

/** Begins to watch the processes; what it returns tells the one that used most, as a share of the time since, if that is too much. */
export function watchSilence(silent: readonly WatchedProcess[]): () => string | undefined {
  const beganMs = performance.now();
  const before = silent.map(({ pid }) => cpuUsedUs(pid));
  return () => {
    const elapsedUs = (performance.now() - beganMs) * 1_000;
    const shares = silent.map(({ name, pid }, index) => {
      const [first, last] = [before[index], cpuUsedUs(pid)];
      return { name, share: first === undefined || last === undefined ? 0 : (last - first) / elapsedUs };
    });
    const [most] = shares.sort((a, b) => b.share - a.share);
    if (!most || most.share <= SILENT_SHARE) return undefined;
    return `${most.name}, which should have been silent, used ${(most.share * 100).toFixed(1)} % of a CPU`;
  };
}
