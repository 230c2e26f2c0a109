import { LabError } from "../../../core/errors.ts";
import { seedOf } from "../../../core/random.ts";
import { Participant } from "../../launch/participant.ts";
import { medianOf } from "../../statistics/estimate.ts";
import { intendedOf } from "../../tracing/chosen.ts";
import type { ClientTrace } from "../../tracing/client-trace.ts";
import { matchedOf, type Parts } from "../../tracing/split.ts";
import { type Check, type CheckContext, findingOf } from "../check.ts";
import { type Burnt, burntIn, DEFECTS } from "../defects.ts";
import { feedPlan, refOf } from "../trials.ts";

const TOLERANCE_US = 2;
const RATE = 500;
const ROUNDS = 30;
const ATTEMPTS = 2;

/** How far the parts of a delivery moved from those of deliveries for which nothing was burnt. */
interface Moved {
  readonly clientUs: number;
  readonly serverUs: number;
}

export const clientDelay: Check = {
  name: "client-delay",
  proves:
    "time that a client spends on a delivery is attributed to the client, and time that the server spends to the server",
  target: "20 us burnt in one moves its part by 20 +- 2 us, and the other's by less than 2",
  timed: true,
  run: async (context) => {
    let found = await compared(context);
    // What the machine did meanwhile may have been too much; a miss is looked at once more.
    for (let attempt = 1; attempt < ATTEMPTS && !found.passed; attempt += 1) found = await compared(context);
    const { passed, inClient, inServer } = found;
    const movedText = ({ clientUs, serverUs }: Moved) =>
      `client ${signed(clientUs)}, server ${signed(serverUs)}`;
    return findingOf(
      passed,
      `in the client: ${movedText(inClient)}; in the server: ${movedText(inServer)} us`,
      {
        burntUs: DEFECTS.burntUs,
        clientMovedByClientUs: inClient.clientUs,
        serverMovedByClientUs: inClient.serverUs,
        clientMovedByServerUs: inServer.clientUs,
        serverMovedByServerUs: inServer.serverUs,
        deliveries: found.deliveries,
      },
    );
  },
};

async function compared(context: CheckContext) {
  const { nowhere, server, client } = await measured(context);
  // By medians, which what happens to the machine now and then does not move.
  const moved = (parts: readonly Parts[]): Moved => ({
    clientUs: medianClientUs(parts) - medianClientUs(nowhere),
    serverUs: medianServerUs(parts) - medianServerUs(nowhere),
  });
  const [inClient, inServer] = [moved(client), moved(server)];
  const near = (us: number, target: number) => Math.abs(us - target) <= TOLERANCE_US;
  const passed =
    near(inClient.clientUs, DEFECTS.burntUs) &&
    near(inClient.serverUs, 0) &&
    near(inServer.serverUs, DEFECTS.burntUs) &&
    near(inServer.clientUs, 0);
  return {
    passed,
    inClient,
    inServer,
    deliveries: nowhere.length + server.length + client.length,
  };
}

/**
 * Notification by notification in turns, in the same two processes, so that what processes differ in and what the machine does falls on all
 * alike. The server takes 300 us for each, so that the load process, which publishes too, waits when the delivery comes.
 */
async function measured({ seed, signal, report }: CheckContext): Promise<Record<Burnt, readonly Parts[]>> {
  const plan = feedPlan({ seed, ratePerSecond: RATE, measureMs: 500 });
  const participant = new Participant(refOf("tcp:burn-in-turns"), [plan]);
  const parts: Record<Burnt, Parts[]> = { nowhere: [], server: [], client: [] };
  const work = async () => {
    await participant.open(1);
    await participant.connect(0);
    await participant.warmUp(0);
    for (let round = 0; round < ROUNDS; round += 1) {
      report(`slice ${round + 1} of ${ROUNDS}`);
      const { observed } = await participant.slice(0, seedOf(seed, "client-delay", round), []);
      const { server, loads } = observed;
      if (!server.trace) throw new LabError("internal", "nothing was traced");
      for (const burnt of BURNT) {
        const traces = loads.map((load) => only(load.report.trace, burnt));
        parts[burnt].push(...matchedOf(server.trace, traces).parts);
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
    await Promise.race([work(), aborted, participant.died]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    await participant.close();
  }
  return parts;
}

const BURNT = ["nowhere", "server", "client"] as const;

/** The deliveries for which time was burnt there. */
function only(trace: ClientTrace, burnt: Burnt): ClientTrace {
  const chosen = (_: number, index: number) => burntIn(intendedOf(trace.keys[index] ?? 0)) === burnt;
  return {
    ...trace,
    keys: trace.keys.filter(chosen),
    dueUs: trace.dueUs.filter(chosen),
    readUs: trace.readUs.filter(chosen),
    receivedUs: trace.receivedUs.filter(chosen),
    connections: trace.connections.filter(chosen),
  };
}

function medianClientUs(parts: readonly Parts[]): number {
  return medianOf(parts.map(({ waitUs, clientUs }) => waitUs + clientUs));
}

function medianServerUs(parts: readonly Parts[]): number {
  return medianOf(parts.map(({ serverUs }) => serverUs));
}

function signed(us: number): string {
  return `${us < 0 ? "-" : "+"}${Math.abs(us).toFixed(1)}`;
}
