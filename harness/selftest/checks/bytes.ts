import { setTimeout as sleep } from "node:timers/promises";
import { defaultTransports } from "../../../transports/registry.ts";
import type { ServerSample } from "../../processes/messages.ts";
import { type Check, type CheckContext, findingOf } from "../check.ts";
import { type KernelBytes, readKernelBytes, whyNoKernelBytes } from "../kernel.ts";
import { carryOut, notifyPlan } from "../trials.ts";

const ATTEMPTS = 3;

export const bytes: Check = {
  name: "bytes",
  proves: "the server's count of TCP payload equals the kernel's, and all transports get the same load",
  target: "equal to ss -tin, to the byte, on every transport; one checksum of texts",
  timed: true,
  run: async (context) => {
    const reason = whyNoKernelBytes();
    if (reason) return { verdict: "not possible", reason };
    const found = [];
    for (const { name } of defaultTransports) found.push({ name, ...(await compare(context, name)) });
    const differing = found.filter(({ lab, kernel }) => !equal(lab, kernel));
    const checksums = new Set(found.map(({ checksum }) => checksum)).size;
    const total = found.reduce((sum, { kernel }) => sum + kernel.bytesIn + kernel.bytesOut, 0);
    const measured =
      differing.length === 0
        ? `${total} bytes on ${found.length} transports, all equal; ${checksums} checksum`
        : `differ: ${differing.map(difference).join("; ")}`;
    return findingOf(differing.length === 0 && checksums === 1, measured, {
      defaultTransports: found.length,
      transportsThatDiffer: differing.length,
      kernelBytes: total,
      checksums,
    });
  },
};

/** Both readings of one transport's server, taken when nothing is under way; a heartbeat between them is a reason to read again. */
async function compare(context: CheckContext, transport: string) {
  const { seed } = context;
  const plan = notifyPlan({ seed, users: 8, ratePerSecond: 40, warmupMs: 200, measureMs: 800 });
  let reading: { lab: ServerSample; kernel: KernelBytes } | undefined;
  const trial = await carryOut(context, transport, plan, {
    hooks: {
      onDrained: async (pid, sample, sampleAgain) => {
        reading = { lab: sample, kernel: readKernelBytes(pid) };
        for (let again = 1; again < ATTEMPTS && !equal(reading.lab, reading.kernel); again += 1) {
          await sleep(100);
          reading = { lab: await sampleAgain(), kernel: readKernelBytes(pid) };
        }
      },
    },
  });
  if (!reading) throw new Error(`the trial of ${transport} ended before its bytes were read`);
  return { ...reading, checksum: trial.metrics.sendsChecksum };
}

/** The lab's and the kernel's, with the sockets that were open, since a socket that only one of them knows is one reason. */
function difference({ name, lab, kernel }: { name: string; lab: ServerSample; kernel: KernelBytes }): string {
  return (
    `${name} (in ${lab.openBytesIn} and ${kernel.bytesIn}, out ${lab.openBytesOut} and ${kernel.bytesOut}, ` +
    `on ${lab.sockets} and ${kernel.sockets} sockets)`
  );
}

function equal(lab: ServerSample, kernel: KernelBytes): boolean {
  return (
    kernel.sockets > 0 &&
    lab.sockets === kernel.sockets &&
    lab.openBytesIn === kernel.bytesIn &&
    lab.openBytesOut === kernel.bytesOut
  );
}
