import { LabError } from "../../../core/errors.ts";
import { seedOf } from "../../../core/random.ts";
import { Participant } from "../../launch/participant.ts";
import type { Split } from "../../result/result.ts";
import { medianOf } from "../../statistics/estimate.ts";
import { splitOf } from "../../tracing/split.ts";
import { type Check, type CheckContext, judged } from "../check.ts";
import { FAULTS } from "../faults.ts";
import { feedPlan, refOf } from "../trials.ts";

const TOLERANCE_US = 2;
const ROUNDS = 15;
const ATTEMPTS = 2;
/** The server takes 300 us for each, so that the load process, which publishes too, waits when the delivery comes. */
const PLAIN = "tcp:burn-300us";
const IN_CLIENT = "tcp:burn-300us-receive-20us";
const IN_SERVER = "tcp:burn-320us";

/** How far the parts of a delivery moved from those of the plain transport. */
interface Moved {
  readonly clientUs: number;
  readonly serverUs: number;
}

export const clientDelay: Check = {
  name: "client-delay",
  proves:
    "time that a client spends on a delivery is told as the client's, and time that the server spends as the server's",
  target: "20 us burnt in one moves its part by 20 +- 2 us, and the other's by less than 2",
  timed: true,
  run: async (context) => {
    let found = await compared(context);
    // What the machine did meanwhile may have been too much; a miss is looked at once more.
    for (let attempt = 1; attempt < ATTEMPTS && !found.passed; attempt += 1) found = await compared(context);
    const { passed, inClient, inServer } = found;
    const told = ({ clientUs, serverUs }: Moved) => `client ${signed(clientUs)}, server ${signed(serverUs)}`;
    return judged(passed, `in the client: ${told(inClient)}; in the server: ${told(inServer)} us`, {
      burntUs: FAULTS.burntUs,
      clientMovedByClientUs: inClient.clientUs,
      serverMovedByClientUs: inClient.serverUs,
      clientMovedByServerUs: inServer.clientUs,
      serverMovedByServerUs: inServer.serverUs,
      rounds: ROUNDS,
    });
  },
};

async function compared(context: CheckContext) {
  const splits = await inTurns(context);
  const inClient = moved(splits, IN_CLIENT);
  const inServer = moved(splits, IN_SERVER);
  const near = (us: number, target: number) => Math.abs(us - target) <= TOLERANCE_US;
  const passed =
    near(inClient.clientUs, FAULTS.burntUs) &&
    near(inClient.serverUs, 0) &&
    near(inServer.serverUs, FAULTS.burntUs) &&
    near(inServer.clientUs, 0);
  return { passed, inClient, inServer };
}

/** Slices of all three in turns, in processes that all stand, so that what the machine does falls on each of them. */
async function inTurns({ seed, signal, report }: CheckContext): Promise<Map<string, Split[]>> {
  const plan = feedPlan({ seed, ratePerSecond: 400, measureMs: 500 });
  const names = [PLAIN, IN_CLIENT, IN_SERVER];
  const participants = names.map((name) => new Participant(refOf(name), [plan]));
  const splits = new Map(names.map((name) => [name, [] as Split[]]));
  const work = async () => {
    for (const participant of participants) {
      report(`${participant.transport.name} connects and warms up`);
      await participant.open(1);
      await participant.connect(0, (step) => step());
      await participant.warmUp(0);
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      report(`round ${round + 1} of ${ROUNDS}, ${names.length} slices`);
      // Each of them is first, second and third equally often.
      const order = [
        ...participants.slice(round % names.length),
        ...participants.slice(0, round % names.length),
      ];
      for (const participant of order) {
        const { server, loads } = await participant.slice(0, seedOf(seed, "client-delay", round));
        const split = splitOf(
          server.trace,
          loads.map((load) => load.report.trace),
        );
        if (!split) throw new LabError("internal", "nothing was traced");
        splits.get(participant.transport.name)?.push(split);
      }
    }
  };
  let onAbort = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => void reject(signal.reason);
  });
  aborted.catch(() => undefined);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    signal.throwIfAborted();
    await Promise.race([work(), aborted, ...participants.map(({ died }) => died)]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    await Promise.all(participants.map((participant) => participant.close()));
  }
  return splits;
}

/** By the median over rounds, each against the plain transport's slice of the same round. */
function moved(splits: ReadonlyMap<string, readonly Split[]>, name: string): Moved {
  const plain = splits.get(PLAIN) ?? [];
  const by = (of: (split: Split) => number) =>
    medianOf(
      (splits.get(name) ?? []).flatMap((split, round) => {
        const other = plain[round];
        return other ? of(split) - of(other) : [];
      }),
    );
  return { clientUs: by((one) => one.waitUs + one.clientUs), serverUs: by((one) => one.serverUs) };
}

function signed(us: number): string {
  return `${us < 0 ? "-" : "+"}${Math.abs(us).toFixed(1)}`;
}
