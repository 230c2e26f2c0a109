import { type Check, type CheckContext, judged } from "../check.ts";
import { FAULTS } from "../faults.ts";
import { schedulerCpuUs } from "../kernel.ts";
import { carryOut, feedPlan } from "../trials.ts";

const TOLERANCE = 0.02;

export const cpuBurn: Check = {
  name: "cpu",
  proves: "CPU time that the server really uses is found in the server's figure, all of it",
  target: "500 ms burnt: found +- 2 %, and as the kernel's scheduler has it +- 2 %",
  timed: true,
  run: async (context) => {
    const before = await serverCpu(context, "tcp");
    const burnt = await serverCpu(context, "tcp:burn-500ms");
    const after = await serverCpu(context, "tcp");
    // The one before and the one after: what the machine does to both, slowly, is halved away.
    const foundUs = burnt.labUs - (before.labUs + after.labUs) / 2;
    const within = (us: number) => Math.abs(us / FAULTS.burnUs - 1) <= TOLERANCE;
    const { kernelUs } = burnt;
    const kernelAgrees =
      kernelUs === undefined || Math.abs(kernelUs - burnt.labUs) <= TOLERANCE * FAULTS.burnUs;
    const kernel = kernelUs === undefined ? "no scheduler figure here" : `scheduler ${ms(kernelUs)}`;
    return judged(
      within(foundUs) && kernelAgrees,
      `${ms(foundUs)} ms more than without; in all ${ms(burnt.labUs)}, ${kernel}`,
      {
        foundUs,
        burnUs: FAULTS.burnUs,
        labUs: burnt.labUs,
        withoutBeforeUs: before.labUs,
        withoutAfterUs: after.labUs,
        ...(kernelUs === undefined ? {} : { schedulerUs: kernelUs }),
      },
    );
  },
};

/** The lab's figure of the window, and the scheduler's between two moments of silence just inside of its edges. */
async function serverCpu(context: CheckContext, wire: string) {
  // Next to no load, so that the burn is not lost in the noise of it.
  const plan = feedPlan({ seed: context.seed, ratePerSecond: 4, measureMs: 1_500 });
  const edges: (number | undefined)[] = [];
  const read = async (pid: number) => void edges.push(schedulerCpuUs(pid));
  const { metrics } = await carryOut(context, wire, plan, {
    hooks: { onMeasure: read, onDrained: read },
  });
  const server = metrics.processes.find(({ role }) => role === "server");
  const [first, last] = edges;
  return {
    labUs: server ? server.cpuUserUs + server.cpuSystemUs : Number.NaN,
    kernelUs: first === undefined || last === undefined ? undefined : last - first,
  };
}

function ms(us: number): string {
  return (us / 1_000).toFixed(1);
}
