import type { LoadReport } from "../processes/messages.ts";

/** What sinks counted, held against the probes; more bodies than there were publishes came twice. */
export function drainedOf(reports: readonly LoadReport[], publishes: number) {
  const probes = reports.flatMap(({ role, drained }) => (role === "probes" && drained ? [drained] : []));
  const sinks = reports.flatMap(({ role, drained }) => (role === "sinks" && drained ? [drained] : []));
  if (probes.length + sinks.length === 0) return undefined;
  const bodies = sinks.flatMap((one) => one.bodies);
  const bytes = sinks.flatMap((one) => one.bytes);
  const ofProbes = new Set(probes.flatMap((one) => one.bytes));
  const complete = probes.flatMap((one) => one.bodies).every((count) => count === publishes);
  const unlike = bytes.filter(
    (count, index) => complete && bodies[index] === publishes && ofProbes.size > 0 && !ofProbes.has(count),
  );
  return {
    figures: {
      probes: probes.reduce((total, one) => total + one.bodies.length, 0),
      sinks: bodies.length,
      deliveries: bodies.reduce((total, count) => total + Math.min(count, publishes), 0),
      unlike: unlike.length,
    },
    beyond: bodies.reduce((total, count) => total + Math.max(0, count - publishes), 0),
  };
}
