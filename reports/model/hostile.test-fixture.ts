import { type Results, resultsSchema } from "../../harness/result/result.ts";
import { breakdownOf, latencyOf, metricsOf, resultsOf, unwell } from "./results.test-fixture.ts";

/** What breaks out of HTML, XML, Markdown, CSV, a label, a terminal or a formula where it is not taken as text. */
export const HOSTILE = `=cmd|'/C calc'!A0,"\r\n</script><script>alert(1)</script>]]><!--<img src=x onerror="alert(1)">&\\"'\u0000\u001b[31m\u009b\u202e\ud800\n| [a](javascript:b) \`\`\` # HELP x{y="z"} 1`;

/** Every string that a results file can carry, hostile; sound by the schema. */
export function hostileResults(): Results {
  const results = resultsOf({
    transports: [HOSTILE, `websocket:${HOSTILE}`, "sse", `-${HOSTILE}`],
    scenarios: [HOSTILE, "notify", "fan-out"],
    blocks: 2,
    trial: (trial) => ({
      ...(trial.block === 1 && trial.transport !== "sse" ? unwell(trial, "failed", HOSTILE) : trial),
      notes: [HOSTILE],
      planHash: HOSTILE,
    }),
  });
  // Names that every object has something under.
  const renamed = (name: string) => ({ notify: "constructor", "fan-out": "__proto__" })[name] ?? name;
  return resultsSchema.parse({
    ...results,
    trials: results.trials.map((one) => ({ ...one, scenario: renamed(one.scenario) })),
    command: HOSTILE,
    anatomies: [
      { ...breakdownOf("sse", 400), scenario: HOSTILE },
      { transport: HOSTILE, scenario: HOSTILE, absent: HOSTILE },
    ],
    scenarios: results.scenarios.map((one) => ({
      ...one,
      name: renamed(one.name),
      summary: HOSTILE,
      params: { [HOSTILE]: 1 },
    })),
    environment: {
      ...results.environment,
      ...{ notifLab: HOSTILE, node: HOSTILE, v8: HOSTILE, platform: HOSTILE, kernel: HOSTILE, arch: HOSTILE },
      ...{ cpuModel: HOSTILE, clock: HOSTILE, gitRevision: HOSTILE, packages: { [HOSTILE]: HOSTILE } },
    },
  });
}

/** Documents that the schema lets through and nobody expects, by what is odd about them. */
export function oddResults(): Readonly<Record<string, Results>> {
  const most = Number.MAX_SAFE_INTEGER;
  const sized = (factor: number) =>
    resultsOf({
      blocks: 3,
      trial: (trial) => ({
        ...trial,
        seed: 0x7fff_ffff,
        metrics: { ...metricsOf(factor), serverRssBytes: most, lost: most, deliveriesPerSecond: 1e308 },
      }),
    });
  const { deliveryLatencyUs, tcpBytesPerDelivery, serverCpuUsPerDelivery, ...few } = metricsOf(1);
  return {
    "huge numbers": {
      ...sized(1),
      trials: sized(1).trials.map((one) => ({
        ...one,
        metrics: { ...metricsOf(1), deliveryLatencyUs: latencyOf(1e300, 3_000) },
      })),
    },
    "vanishing numbers": {
      ...sized(1),
      trials: sized(1).trials.map((one) => ({
        ...one,
        metrics: { ...metricsOf(1), deliveryLatencyUs: latencyOf(5e-324, 3_000) },
      })),
    },
    "all zero": resultsOf({
      blocks: 3,
      trial: (trial) => ({
        ...trial,
        metrics: { ...metricsOf(1), deliveryLatencyUs: latencyOf(0, 3_000), serverCpuUsPerDelivery: 0 },
      }),
    }),
    "more blocks than anybody ran": { ...resultsOf({ blocks: 2 }), blocks: 1_000 },
    "missing metrics": resultsOf({ trial: (trial) => ({ ...trial, metrics: few }) }),
    "no trials": resultsOf({ trial: () => undefined }),
    "no transports": { ...resultsOf(), transports: [] },
    "no scenarios": { ...resultsOf(), scenarios: [] },
    "a transport twice": { ...resultsOf({ blocks: 2 }), transports: ["sse", "sse", "sse"] },
    "trials of transports that nobody asked for": { ...resultsOf(), transports: ["mqtt"] },
    unfinished: (({ finishedAt, ...rest }) => rest)(resultsOf({ blocks: 2 })),
  };
}
