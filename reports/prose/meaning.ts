import type { Results } from "../../harness/result/result.ts";
import { METRICS, metricsIn } from "../metrics/catalogue.ts";
import { type Cell, observed } from "../model/cell.ts";
import { SIZED_CONNECTIONS, sizingOf } from "../model/sizing.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import { serverPlace } from "./agent-site.ts";
import { leadOf } from "./answer.ts";
import { quantity, times } from "./format.ts";
import { listed } from "./text.ts";
import { clientBound } from "./whose-time.ts";

/** What a figure or verdict means for somebody who has to choose, and the rule that said so. */
export interface Note {
  readonly text: string;
  readonly rule: string;
}

/** A tail this many times the median is worth a note. */
const LONG_TAIL = 10;
/** Framing, handshake and heartbeats above this share of a delivery's bytes. */
const MUCH_OVERHEAD = 0.5;
/** Share of the time in which a server's event loop is busy, above which it is near its limit. */
const NEAR_LIMIT = 0.8;

type Rule = (scenario: ScenarioSummary, cells: readonly Cell[], results: Results) => Note[];

/** Every note that its rule finds a reason for; a scenario without one has none. */
export function meaningOf(scenario: ScenarioSummary, results: Results): Note[] {
  const cells = scenario.cells.filter((cell) => cell.candidate);
  return RULES.flatMap((rule) => rule(scenario, cells, results));
}

const leads: Rule = (scenario) =>
  metricsIn("pairs").flatMap((key) => {
    const lead = leadOf(scenario, key);
    return lead
      ? {
          text: `If ${METRICS[key].name} decides, ${lead.transport} is first: ${lead.text}.`,
          rule: "a transport alone on rank 1, its difference to every other ranked transport beyond the margin",
        }
      : [];
  });

const undecided: Rule = ({ verdicts }) => {
  const { pairs, ranks } = verdicts.deliveryP50;
  const first = [...ranks].filter(([, { best }]) => best === 1).map(([transport]) => transport);
  if (first.length < 2) return [];
  const among = pairs.filter(({ a, b }) => first.includes(a) && first.includes(b));
  const equal = among.every(({ verdict }) => verdict === "practically equal");
  return [
    {
      text: equal
        ? `${listed(first)} are practically equal in median delivery latency: choose among them by something else.`
        : `This run does not say which of ${listed(first)} has the lowest median delivery latency.`,
      rule: "several transports whose rank range begins at 1",
    },
  ];
};

const drained: Rule = ({ name }, _cells, { trials }) =>
  trials.some(({ scenario, metrics }) => scenario === name && metrics?.drained)
    ? [
        {
          text:
            "Latencies are those of a few subscribers in a process of their own, which has nothing else to do. The bytes of all other " +
            "subscribers were read from the socket without a client library; the lab only counted their messages.",
          rule: "a crowd that does nothing but receive the same notifications",
        },
      ]
    : [];

const clients: Rule = (scenario) => {
  const bound = clientBound(scenario);
  return bound
    ? [
        {
          text: `${bound.charAt(0).toUpperCase()}${bound.slice(1)}. Another server or transport would not change that part.`,
          rule: "wait and client together are more than half of the traced deliveries' latency",
        },
      ]
    : [];
};

const saturated: Rule = (_scenario, cells, results) =>
  cells
    .filter(({ state }) => state === "saturated")
    .map((cell) => ({
      text: `${cell.transport} did not carry this load on ${serverPlace(results) ?? "this machine"}: ${cell.problems.find(({ state }) => state === "saturated")?.text ?? "saturated"}. Its latency is that of a growing queue.`,
      rule: "a transport saturated in any launch or block",
    }));

const longTail: Rule = (_scenario, cells) =>
  cells.flatMap((cell) => {
    const [p50, p99] = [observed(cell, "deliveryP50"), observed(cell, "deliveryP99")];
    if (!p50 || !p99 || p99.value <= LONG_TAIL * p50.value) return [];
    return {
      text: `On ${cell.transport} one delivery in a hundred took ${quantity("micros", p99.value)} or longer, ${times(p99.value / p50.value)} its median: a time-out or an alarm must be set by the tail.`,
      rule: `p99 above ${LONG_TAIL}x p50`,
    };
  });

const unreliable: Rule = (_scenario, cells) =>
  cells.flatMap((cell) => {
    const lost = observed(cell, "lost")?.value ?? 0;
    const duplicated = observed(cell, "duplicated")?.value ?? 0;
    const reordered = observed(cell, "reordered")?.value ?? 0;
    const parts = [
      lost > 0 && `${lost.toLocaleString("en-US")} not delivered`,
      duplicated > 0 && `${duplicated.toLocaleString("en-US")} delivered twice`,
      reordered > 0 && `${reordered.toLocaleString("en-US")} out of order`,
    ].filter((part) => part !== false);
    if (parts.length === 0) return [];
    return {
      text: `On ${cell.transport} notifications were ${listed(parts)}, over the whole run: an application here has to cope with that.`,
      rule: "any delivery lost, duplicated or reordered",
    };
  });

const nearLimit: Rule = (_scenario, cells) =>
  cells.flatMap((cell) => {
    const busy = observed(cell, "serverLoop");
    if (!busy || busy.value <= NEAR_LIMIT || cell.state !== "completed") return [];
    return {
      text: `The event loop of the ${cell.transport} server was busy ${quantity("share", busy.value)} of the time: this load is near what one process carries.`,
      rule: `server event loop busy above ${quantity("share", NEAR_LIMIT)}`,
    };
  });

const memory: Rule = (scenario, _cells, results) => {
  const texts = sizingOf(scenario, results).flatMap(({ transport, lines }) => {
    const line = lines.find(({ name, value }) => name.startsWith("memory at") && value !== undefined);
    return line ? `${line.value} on ${transport}${line.extrapolated ? " (extrapolated)" : ""}` : [];
  });
  if (texts.length === 0) return [];
  return [
    {
      text: `${SIZED_CONNECTIONS.toLocaleString("en-US")} connections would take ${listed(texts)}; the arithmetic is under Sizing.`,
      rule: "memory per connection resolved (R2 of at least 0.9)",
    },
  ];
};

const overhead: Rule = ({ name }, cells, { anatomies }) =>
  cells.flatMap(({ transport }) => {
    const own = anatomies.find((one) => one.scenario === name && one.transport === transport);
    if (!own || "absent" in own) return [];
    const { in: received, out } = own.perDelivery;
    const sum = (
      key:
        | "framingBytesPerDelivery"
        | "handshakeBytesPerDelivery"
        | "heartbeatsBytesPerDelivery"
        | "bodyBytesPerDelivery"
        | "envelopeBytesPerDelivery"
        | "compressedBytesPerDelivery",
    ) => received[key] + out[key];
    const parts = [
      ["framing", sum("framingBytesPerDelivery")],
      ["handshakes", sum("handshakeBytesPerDelivery")],
      ["heartbeats", sum("heartbeatsBytesPerDelivery")],
    ] as const;
    const added = parts.reduce((all, [, bytes]) => all + bytes, 0);
    const all =
      added +
      sum("bodyBytesPerDelivery") +
      sum("envelopeBytesPerDelivery") +
      sum("compressedBytesPerDelivery");
    if (all === 0 || added / all <= MUCH_OVERHEAD) return [];
    const [largest] = [...parts].sort(([, a], [, b]) => b - a);
    return {
      text: `${quantity("share", added / all)} of what ${transport} sends per delivery is the protocol's own (${quantity("bytes", added)} of ${quantity("bytes", all)}), most of it ${largest?.[0] ?? "framing"}: that share falls as notifications grow.`,
      rule: `framing, handshakes and heartbeats above ${quantity("share", MUCH_OVERHEAD)} of all bytes sent`,
    };
  });

const RULES: readonly Rule[] = [
  leads,
  undecided,
  clients,
  drained,
  saturated,
  longTail,
  unreliable,
  nearLimit,
  memory,
  overhead,
];
