import { createHash } from "node:crypto";
import type { Plan } from "../../../scenarios/plan.ts";
import { type PlannedSend, schedule } from "../../../scenarios/schedule.ts";
import { createBodyWriter } from "../../measurement/body.ts";
import { type Check, findingOf } from "../check.ts";

const PROCESSES = [1, 2, 3];

export const scheduleCheck: Check = {
  name: "schedule",
  proves: "one seed gives one schedule and the same texts, however many processes share the users",
  target: "identical for every scenario that publishes; another seed differs",
  timed: false,
  run: async ({ plans }) => {
    // Where nothing is published there is nothing to schedule.
    const publishing = plans.filter(({ traffic }) => traffic.length > 0);
    const scenarios = publishing.map((plan) => {
      const other = { ...plan, seed: plan.seed + 1 };
      const checksums = PROCESSES.map((of) => checksumOf(plan, of));
      return {
        sends: [...schedule(plan, "measure")].length,
        repeats:
          hashOf(plan) === hashOf(structuredClone(plan)) &&
          checksums.every((checksum) => checksum === checksums[0]),
        // Evenly spaced sends of one publisher are the same by any seed; their texts are not.
        differs: checksums[0] !== checksumOf(other, 1),
      };
    });
    const good = scenarios.filter(({ sends, repeats, differs }) => sends > 0 && repeats && differs).length;
    const sends = scenarios.reduce((sum, one) => sum + one.sends, 0);
    return findingOf(
      publishing.length > 0 && good === publishing.length,
      `${good} of ${publishing.length} scenarios, ${sends} sends by 1, 2 and 3 processes`,
      { scenarios: publishing.length, identical: good, sends },
    );
  },
};

function hashOf(plan: Plan): string {
  const hash = createHash("sha256");
  for (const phase of ["warmup", "measure"] as const)
    for (const send of schedule(plan, phase)) hash.update(JSON.stringify(send));
  return hash.digest("hex");
}

/** The sum of what `of` processes write, each the sends of its own users, as load processes do. */
function checksumOf(plan: Plan, of: number): number {
  let sum = 0;
  for (let share = 0; share < of; share += 1) {
    const writer = createBodyWriter(plan.seed);
    const sequences = new Map<string, number>();
    for (const send of schedule(plan, "measure")) {
      if (send.publisher % of !== share) continue;
      const key = `${send.publisher} ${send.channel}`;
      const sequence = sequences.get(key) ?? 0;
      sequences.set(key, sequence + 1);
      write(writer, send, sequence);
    }
    sum = (sum + writer.checksum) % Number.MAX_SAFE_INTEGER;
  }
  return sum;
}

function write(
  writer: ReturnType<typeof createBodyWriter>,
  { dueUs, publisher, channel, payloadCharacters }: PlannedSend,
  sequence: number,
): void {
  writer.write(
    { measured: true, publisher, sequence, intendedUs: dueUs, lagUs: 0 },
    { plannedUs: dueUs, channel, characters: payloadCharacters },
  );
}
