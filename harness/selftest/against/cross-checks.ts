import { planSchema } from "../../../scenarios/plan.ts";
import { jwtIssuer } from "../../../transports/session/jwt.ts";
import { medianOf } from "../../statistics/estimate.ts";
import { type Check, findingOf } from "../check.ts";
import { type Answers, fire } from "./autocannon.ts";
import { type Served, withServer } from "./publisher.ts";
import { type HttpTransport, openSession } from "./session.ts";

const CHANNEL = "topic/nobody";
const CHARACTERS = 64;
const RATE = 1_000;
const MEASURE_MS = 3_000;
/** As fast as they are answered, so that what is measured is compiled. */
const WARMUP = 3_000;
const REQUESTS = (RATE * MEASURE_MS) / 1_000;
const TOLERANCE = 0.25;
const TOLERANCE_US = 150;

/** The HTTP transports' publish endpoint as the lab and as autocannon see it. */
export const crossChecks: readonly Check[] = [crossCheck("sse"), crossCheck("long-polling")];

function crossCheck(transport: HttpTransport): Check {
  return {
    name: transport,
    proves: `autocannon and the lab find the same publish latency and answer bytes on ${transport}`,
    target: "median within 25 % or 150 us of autocannon's; bytes equal",
    timed: true,
    run: ({ seed, signal, report }) =>
      withServer(transport, planOf(seed), signal, async (served) => {
        report("a warm-up by autocannon");
        await shoot(transport, served, { amount: WARMUP }, signal);
        const half = { amount: REQUESTS / 2, connectionRate: RATE };
        report("autocannon");
        const first = await shoot(transport, served, half, signal);
        report("the lab's own publisher");
        const labUs = await served.publishLatencyP50Us();
        // Half before and half after, so that a server that still gets faster favours neither.
        report("autocannon");
        const second = await shoot(transport, served, half, signal);
        const latenciesUs = [...first.latenciesUs, ...second.latenciesUs];
        const otherUs = medianOf(latenciesUs);
        const labBytes = first.meteredBytes + second.meteredBytes;
        const autocannonBytes = first.bytes + second.bytes;
        const ratio = labUs / otherUs;
        const near = Math.abs(ratio - 1) <= TOLERANCE || Math.abs(labUs - otherUs) <= TOLERANCE_US;
        return findingOf(
          near && labBytes === autocannonBytes,
          `${ratio.toFixed(2)}x: ${Math.round(labUs)} and ${Math.round(otherUs)} us; ${labBytes} and ${autocannonBytes} bytes`,
          {
            labP50Us: labUs,
            autocannonP50Us: otherUs,
            ratio,
            requests: latenciesUs.length,
            labBytes,
            autocannonBytes,
          },
        );
      }),
  };
}

/** Publishes with autocannon in a session of its own, and reads the server's socket meter before and after. */
async function shoot(
  transport: HttpTransport,
  { endpoint, secret, sample }: Served,
  shots: { readonly amount: number; readonly connectionRate?: number },
  signal: AbortSignal,
): Promise<Answers & { readonly meteredBytes: number }> {
  const session = await openSession(transport, endpoint.url, jwtIssuer(secret)("autocannon"), signal);
  try {
    const before = await sample();
    const answers = await fire(
      {
        ...shots,
        url: `${endpoint.url}/publish`,
        method: "POST",
        headers: { "x-session": session.id, "content-type": "application/json" },
        body: JSON.stringify({ channel: CHANNEL, body: "a".repeat(CHARACTERS) }),
      },
      signal,
    );
    return { ...answers, meteredBytes: (await sample()).bytesOut - before.bytesOut };
  } finally {
    session.close();
  }
}

/**
 * One publisher in the shape of autocannon's own rate limit: each second's requests at its beginning, on one connection, each after the
 * answer to the one before. Evenly spaced ones would find the server asleep more often, and be slower for it.
 */
function planOf(seed: number) {
  return planSchema.parse({
    version: 1,
    scenario: "selftest",
    seed,
    loop: "closed",
    groups: [{ name: "publisher", users: 1, follows: [], marksRead: false }],
    traffic: [
      {
        from: "publisher",
        to: { topic: CHANNEL },
        arrivals: { burstOf: RATE },
        ratePerSecond: RATE,
        payloadCharacters: CHARACTERS,
      },
    ],
    phases: {
      connectsPerSecond: 100,
      warmupMs: (1_000 * WARMUP) / RATE,
      settleMs: 0,
      measureMs: MEASURE_MS,
      drainTimeoutMs: 1_000,
    },
  });
}
