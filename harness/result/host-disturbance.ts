import type { Metrics } from "./result.ts";

/** The limits of what else a machine may do during a trial; docs/method.md gives the reason of each. */
export const HOST_LIMITS = {
  /** Share of the time in which some task waited for a CPU; of CPU time that the hypervisor gave to others. */
  cpuPressure: 0.5,
  steal: 0.02,
  /** CPUs used by other programs, and that as a share of the machine's. */
  otherCpus: 0.25,
  otherShare: 0.1,
} as const;

const percent = (share: number) => `${Math.round(share * 100)} %`;

/** What else a machine of so many cores did, where it was too much. */
export function hostDisturbance({ host }: Pick<Metrics, "host">, cores: number): string | undefined {
  const others = Math.max(HOST_LIMITS.otherCpus, HOST_LIMITS.otherShare * cores);
  if (host.otherCpus > others)
    return `other programs used ${host.otherCpus.toFixed(2)} CPUs meanwhile; close them and run again`;
  if ((host.steal ?? 0) > HOST_LIMITS.steal)
    return `the hypervisor gave ${percent(host.steal ?? 0)} of the CPU time to others; run again at a quieter time`;
  if ((host.cpuPressure ?? 0) > HOST_LIMITS.cpuPressure)
    return `tasks waited for a CPU ${percent(host.cpuPressure ?? 0)} of the time; lower the load`;
  return undefined;
}

/** Whether the machine is in the way of a trial's figures. */
export function isDisturbed(
  {
    state,
    metrics,
  }: {
    readonly state: string;
    readonly metrics?: (Pick<Metrics, "host"> & { readonly sliced?: unknown }) | undefined;
  },
  cores: number,
): boolean {
  if (state !== "invalid" || metrics === undefined) return false;
  // In slices tasks wait for those of their own transport.
  const host = metrics.sliced ? { ...metrics.host, cpuPressure: 0 } : metrics.host;
  return hostDisturbance({ host }, cores) !== undefined;
}
