import type { Results } from "../../harness/result/result.ts";
import { METRICS, type MetricKey } from "../metrics/catalogue.ts";
import { quantity } from "../prose/format.ts";
import { type Cell, observed } from "./cell.ts";
import { connectionsOf, type Other, othersIn } from "./same-process.ts";
import { type ScenarioSummary, summarize } from "./summary.ts";

const GIB = 1024 ** 3;
const MILLION = 1e6;
const HOURS_A_DAY = 24;
/** The number of connections that memory is given for. */
export const SIZED_CONNECTIONS = 10_000;
/** Deliveries a second that cores are given for. */
const SIZED_THROUGHPUT = 100_000;

/** One quantity for planning a server, worked out from measured figures, or why it can't be. */
export interface Sizing {
  readonly name: string;
  readonly value?: string;
  /** The arithmetic with its inputs, or the reason why there is no value. */
  readonly arithmetic: readonly (string | Input)[];
  /** The inputs lie outside of what was measured. */
  readonly extrapolated?: true;
}

/** A measured figure within the arithmetic: of a cell, the most of its trials, or what stands at these places of the results. */
export type Input = { readonly text: string } & (
  | { readonly cell: Cell; readonly key: MetricKey }
  | { readonly cell: Cell; readonly highest: "connections" }
  | { readonly path: string }
);

/** What one transport needs by one scenario's figures. */
export interface TransportSizing {
  readonly transport: string;
  readonly lines: readonly Sizing[];
}

/** Planning figures for the completed transports of a scenario. */
export function sizingOf(scenario: ScenarioSummary, results: Results): TransportSizing[] {
  return scenario.cells
    .filter((cell) => cell.state === "completed" && cell.candidate)
    .map((cell) => ({
      transport: cell.transport,
      lines: [
        connectionsPerGib(cell),
        memoryAt(cell, mostConnections(cell, results), othersIn(cell, scenario, results)),
        ...cpu(cell),
        idleBytesPerDay(cell, results),
      ].filter((line) => line !== undefined),
    }));
}

export interface MemorySlope {
  readonly bytes: number;
  readonly of: string;
  readonly input: Input;
}

/** The slope of resident memory, or of heap and external memory where only that is told from the noise. */
export function slopeOf(cell: Cell): MemorySlope | undefined {
  const rss = observed(cell, "rssPerConnection");
  if (rss && rss.value > 0)
    return { bytes: rss.value, of: "RSS", input: inputOf(cell, "rssPerConnection", rss.value) };
  const heap = observed(cell, "heapPerConnection");
  if (!heap || heap.value <= 0) return undefined;
  return {
    bytes: heap.value,
    of: "heap and external memory only",
    input: inputOf(cell, "heapPerConnection", heap.value),
  };
}

/** A figure of a cell as an input of arithmetic. */
export function inputOf(cell: Cell, key: MetricKey, value: number): Input {
  return { text: quantity(METRICS[key].unit, value), cell, key };
}

/** "100 of notify + 300 of chat" */
export function inputsOf(others: readonly Other[]): Sizing["arithmetic"] {
  return others.flatMap(({ scenario, cell, connections, isMeasured }, place): Sizing["arithmetic"] => {
    const text = whole(connections);
    const source: string | Input = isMeasured ? { text, cell, highest: "connections" } : text;
    return [...(place > 0 ? [" + "] : []), source, ` of ${scenario}`];
  });
}

function connectionsPerGib(cell: Cell): Sizing {
  const name = "connections per GiB";
  const slope = slopeOf(cell);
  if (!slope) return { name, arithmetic: [noSlope(cell)] };
  return {
    name,
    value: whole(GIB / slope.bytes),
    arithmetic: ["1 GiB / ", slope.input, ` a connection (slope of ${slope.of})`],
  };
}

function memoryAt(cell: Cell, measured: number, others: readonly Other[]): Sizing {
  const name = `memory at ${SIZED_CONNECTIONS.toLocaleString("en-US")} connections`;
  const slope = slopeOf(cell);
  const rss = observed(cell, "rss");
  if (!slope) return { name, arithmetic: [noSlope(cell)] };
  if (!rss) return { name, arithmetic: ["resident memory was not measured"] };
  const beyond = SIZED_CONNECTIONS - measured - connectionsOf(others);
  const size = rss.value + beyond * slope.bytes;
  if (size <= 0) return { name, arithmetic: ["the slope is steeper than all resident memory observed"] };
  const sign = beyond < 0 ? "-" : "+";
  return {
    name,
    value: quantity("bytes", size),
    arithmetic: [
      inputOf(cell, "rss", rss.value),
      " RSS with ",
      { text: whole(measured), cell, highest: "connections" },
      ...(others.length > 0 ? [" and ", ...inputsOf(others), " in the same process"] : []),
      ` ${sign} ${whole(Math.abs(beyond))} x `,
      slope.input,
      ` (slope of ${slope.of})`,
    ],
    ...(beyond > 0 ? { extrapolated: true } : {}),
  };
}

export function noSlope(cell: Cell): string {
  const kinds = [cell.figures.rssPerConnection.kind, cell.figures.heapPerConnection.kind];
  if (kinds.includes("unresolved"))
    return "unresolved: memory did not grow in a line with connections (R2 under 0.9)";
  return kinds.includes("observed")
    ? "unresolved: the slope is not above zero"
    : "not measured: no steps of connections";
}

/**
 * Server CPU of a delivery, for what a server takes in all: of the whole measured time, where the figure that launches are compared by is a
 * geometric mean over their slices, which is less.
 */
export function cpuInAll(
  cell: Cell,
): { readonly value: number; readonly inputs: Sizing["arithmetic"] } | undefined {
  const [user, system] = [observed(cell, "cpuUser"), observed(cell, "cpuSystem")];
  if (!user || !system) return undefined;
  return {
    value: user.value + system.value,
    inputs: [
      "(",
      inputOf(cell, "cpuUser", user.value),
      " user + ",
      inputOf(cell, "cpuSystem", system.value),
      " system)",
    ],
  };
}

function cpu(cell: Cell): Sizing[] {
  const figure = cpuInAll(cell);
  const perMillion = "CPU-seconds per million deliveries";
  const cores = `cores at ${SIZED_THROUGHPUT.toLocaleString("en-US")} deliveries a second`;
  if (!figure) return [{ name: perMillion, arithmetic: ["server CPU per delivery was not measured"] }];
  const { inputs } = figure;
  const measured = observed(cell, "deliveriesPerSecond")?.value ?? 0;
  return [
    {
      name: perMillion,
      value: digits(figure.value),
      arithmetic: [...inputs, " of server CPU per delivery x 1,000,000"],
    },
    {
      name: cores,
      value: digits((figure.value * SIZED_THROUGHPUT) / MILLION),
      arithmetic: [
        ...inputs,
        ` x ${SIZED_THROUGHPUT.toLocaleString("en-US")} a second, at the cost seen with `,
        { text: whole(measured), cell, key: "deliveriesPerSecond" },
        " a second",
      ],
      ...(SIZED_THROUGHPUT > measured ? { extrapolated: true } : {}),
    },
  ];
}

/** Measured in a scenario in which nothing is published, else derived from the heartbeats that the breakdown's pass recorded. */
export function idleBytesPerDay(cell: Cell, results: Results): Sizing {
  const name = "bytes per connection-day, idle";
  const elsewhere = summarize(results).flatMap(({ name: scenario, cells }) => {
    const own = cells.find((one) => one.transport === cell.transport && one.state === "completed");
    const figure = own && observed(own, "idleBytes");
    return figure ? [{ scenario, own, figure }] : [];
  });
  const [silent] = elsewhere;
  if (silent)
    return {
      name,
      value: quantity("bytes", silent.figure.value * HOURS_A_DAY),
      arithmetic: [
        inputOf(silent.own, "idleBytes", silent.figure.value),
        ` an hour measured in ${silent.scenario} x 24`,
      ],
    };
  for (const [place, one] of results.anatomies.entries()) {
    if (one.transport !== cell.transport || "absent" in one || one.idle.state === "absent") continue;
    const { in: received, out } = one.idle.derived.idleBytesPerConnectionHour;
    const path = `/anatomies/${place}/idle/derived/idleBytesPerConnectionHour`;
    return {
      name,
      value: quantity("bytes", (received + out) * HOURS_A_DAY),
      arithmetic: [
        "(",
        { text: quantity("bytes", received), path: `${path}/in` },
        " in + ",
        { text: quantity("bytes", out), path: `${path}/out` },
        " out) an hour x 24, derived from recorded heartbeats at their default pace",
      ],
    };
  }
  return {
    name,
    arithmetic: [
      "not measured: neither an idle scenario nor a byte breakdown pass of this transport's silence",
    ],
  };
}

/** The most connections that the server's memory was measured with. */
function mostConnections({ places }: Cell, { trials }: Results): number {
  return Math.max(0, ...places.map((place) => trials[place]?.metrics?.connections ?? 0));
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** Three significant digits, to a millionth. */
export function digits(value: number): string {
  const decimals = value > 0 ? Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(value)))) : 0;
  return value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}
