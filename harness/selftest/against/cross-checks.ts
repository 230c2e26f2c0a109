import { planSchema } from "../../../scenarios/plan.ts";
import { jwtIssuer } from "../../../transports/jwt.ts";
import { medianOf } from "../../statistics/estimate.ts";
import { type Check, judged } from "../check.ts";
import { fire } from "./autocannon.ts";
import { withServer } from "./publisher.ts";

const CHANNEL = "topic/nobody";
const CHARACTERS = 64;
const RATE = 200;
const MEASURE_MS = 4_000;
/** As fast as they are answered, so that what is measured is compiled. */
const WARMUP = 2_000;
const REQUESTS = (RATE * MEASURE_MS) / 1_000;
const TOLERANCE = 0.25;
const TOLERANCE_US = 150;

/** The HTTP wires' publish endpoint as the lab and as autocannon see it. */
export const crossChecks: readonly Check[] = ["sse", "long-polling"].map(crossCheck);

function crossCheck(wire: string): Check {
  return {
    name: wire,
    proves: `autocannon finds the publish latency and the answers' bytes of ${wire} that the lab finds`,
    target: "median within 25 % or 150 us of autocannon's; bytes equal",
    timed: true,
    run: ({ seed, signal, report }) =>
      withServer(wire, planOf(seed), signal, async ({ endpoint, secret, sample, publishLatencyP50Us }) => {
        const target = {
          url: `${endpoint.url}/publish`,
          method: "POST" as const,
          headers: {
            authorization: `Bearer ${jwtIssuer(secret)("autocannon")}`,
            "content-type": "application/json",
          },
          body: JSON.stringify({ channel: CHANNEL, body: "a".repeat(CHARACTERS) }),
        };
        report("a warm-up by autocannon");
        await fire({ ...target, amount: WARMUP }, signal);
        report("autocannon");
        const before = await sample();
        const first = await fire({ ...target, connectionRate: RATE, amount: REQUESTS / 2 }, signal);
        const after = await sample();
        report("the lab's own publisher");
        const labUs = await publishLatencyP50Us();
        // Half before and half after, so that a server that still gets faster favours neither.
        report("autocannon");
        const second = await fire({ ...target, connectionRate: RATE, amount: REQUESTS / 2 }, signal);
        const latenciesUs = [...first.latenciesUs, ...second.latenciesUs];
        const otherUs = medianOf(latenciesUs);
        const meteredBytes = after.bytesOut - before.bytesOut;
        const { bytes } = first;
        const near = Math.abs(labUs / otherUs - 1) <= TOLERANCE || Math.abs(labUs - otherUs) <= TOLERANCE_US;
        return judged(
          near && meteredBytes === bytes,
          `${(labUs / otherUs).toFixed(2)}x: ${Math.round(labUs)} and ${Math.round(otherUs)} us; ${meteredBytes} and ${bytes} bytes`,
          {
            labP50Us: labUs,
            autocannonP50Us: otherUs,
            ratio: labUs / otherUs,
            requests: latenciesUs.length,
            labBytes: meteredBytes,
            autocannonBytes: bytes,
          },
        );
      }),
  };
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
      warmupMs: 1_000,
      settleMs: 0,
      measureMs: MEASURE_MS,
      drainTimeoutMs: 1_000,
    },
  });
}
