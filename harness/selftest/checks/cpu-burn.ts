import { medianOf } from "../../statistics/estimate.ts";
import { type Check, type CheckContext, findingOf } from "../check.ts";
import { DEFECTS } from "../defects.ts";
import { schedulerCpuUs } from "../kernel.ts";
import { carryOut, feedPlan } from "../trials.ts";

const TOLERANCE_US = 0.02 * DEFECTS.burnUs;
const ROUNDS = 2;

/** CPU time of the server in one trial. */
interface Reading {
  /** The lab's figure of the window. */
  readonly labUs: number;
  /** The scheduler's between two moments of silence just inside of its edges, where there is one. */
  readonly kernelUs: number | undefined;
}

export const cpuBurn: Check = {
  name: "cpu",
  proves: "all the CPU time that the server uses is in the server's figure",
  target: "500 ms burnt: found +- 2 %, and within 2 % of the kernel scheduler's figure",
  timed: true,
  run: async (context) => {
    const plain = [await serverCpu(context, "tcp")];
    const burning: Reading[] = [];
    let foundUs = Number.NaN;
    // In turns, so that what the machine does meanwhile falls on both; a miss is looked at once more.
    for (let round = 0; round < ROUNDS && !near(foundUs, DEFECTS.burnUs); round += 1) {
      burning.push(await serverCpu(context, "tcp:burn-500ms"));
      plain.push(await serverCpu(context, "tcp"));
      foundUs = labUs(burning) - labUs(plain);
    }
    const kernelUs = medianOf(burning.flatMap((one) => one.kernelUs ?? []));
    const agrees = Number.isNaN(kernelUs) || near(kernelUs, labUs(burning));
    const kernel = Number.isNaN(kernelUs) ? "no scheduler figure here" : `scheduler ${ms(kernelUs)}`;
    return findingOf(
      near(foundUs, DEFECTS.burnUs) && agrees,
      `${ms(foundUs)} ms more than without; in all ${ms(labUs(burning))}, ${kernel}`,
      {
        foundUs,
        burnUs: DEFECTS.burnUs,
        withUs: labUs(burning),
        withoutUs: labUs(plain),
        ...(Number.isNaN(kernelUs) ? {} : { schedulerUs: kernelUs }),
        rounds: burning.length,
      },
    );
  },
};

async function serverCpu(context: CheckContext, transport: string): Promise<Reading> {
  // Next to no load, so that the burn is not lost in the noise of it.
  const plan = feedPlan({ seed: context.seed, ratePerSecond: 4, measureMs: 1_500 });
  const edges: (number | undefined)[] = [];
  const read = async (pid: number) => void edges.push(schedulerCpuUs(pid));
  const { metrics } = await carryOut(context, transport, plan, {
    hooks: { onMeasure: read, onDrained: read },
  });
  const server = metrics.processes.find(({ role }) => role === "server");
  const [first, last] = edges;
  return {
    labUs: server ? server.cpuUserUs + server.cpuSystemUs : Number.NaN,
    kernelUs: first === undefined || last === undefined ? undefined : last - first,
  };
}

function labUs(readings: readonly Reading[]): number {
  return medianOf(readings.map((one) => one.labUs));
}

function near(us: number, expectedUs: number): boolean {
  return Math.abs(us - expectedUs) <= TOLERANCE_US;
}

function ms(us: number): string {
  return (us / 1_000).toFixed(1);
}
