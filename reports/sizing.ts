import type { Results } from "../harness/result.ts";
import { type Cell, observed } from "./cell.ts";
import { quantity } from "./format.ts";
import { type ScenarioSummary, summarize } from "./summary.ts";
import { isCandidate } from "./wires.ts";

const GIB = 1024 ** 3;
const MILLION = 1e6;
const HOURS_A_DAY = 24;
/** The number of connections that memory is given for. */
export const SIZED_CONNECTIONS = 10_000;
/** Deliveries a second that cores are given for. */
export const SIZED_RATE = 100_000;

/** One quantity for planning a server, worked out from measured figures, or why it can't be. */
export interface Sizing {
  readonly name: string;
  readonly value?: string;
  /** The arithmetic with its inputs, or the reason why there is no value. */
  readonly arithmetic: string;
  /** The inputs lie outside of what was measured. */
  readonly extrapolated?: true;
}

/** What one wire needs by one scenario's figures. */
export interface WireSizing {
  readonly transport: string;
  readonly lines: readonly Sizing[];
}

/** Planning figures for the completed wires of a scenario. */
export function sizingOf(scenario: ScenarioSummary, results: Results): WireSizing[] {
  return scenario.cells
    .filter((cell) => cell.state === "completed" && isCandidate(cell.transport))
    .map((cell) => ({
      transport: cell.transport,
      lines: [
        connectionsPerGib(cell),
        memoryAt(cell, mostConnections(cell, results)),
        ...cpu(cell),
        idleBytesPerDay(cell, results),
      ].filter((line) => line !== undefined),
    }));
}

/** The slope of resident memory, or of heap and external memory where only that is told from the noise. */
function slopeOf(cell: Cell): { readonly bytes: number; readonly of: string } | undefined {
  const rss = observed(cell, "rssPerConnection");
  if (rss && rss.value > 0) return { bytes: rss.value, of: "RSS" };
  const heap = observed(cell, "heapPerConnection");
  return heap && heap.value > 0 ? { bytes: heap.value, of: "heap and external memory only" } : undefined;
}

function connectionsPerGib(cell: Cell): Sizing {
  const name = "connections per GiB";
  const slope = slopeOf(cell);
  if (!slope) return { name, arithmetic: noSlope(cell) };
  return {
    name,
    value: whole(GIB / slope.bytes),
    arithmetic: `1 GiB / ${quantity("bytes", slope.bytes)} a connection (slope of ${slope.of})`,
  };
}

function memoryAt(cell: Cell, measured: number): Sizing {
  const name = `memory at ${SIZED_CONNECTIONS.toLocaleString("en-US")} connections`;
  const slope = slopeOf(cell);
  const rss = observed(cell, "rss");
  if (!slope) return { name, arithmetic: noSlope(cell) };
  if (!rss) return { name, arithmetic: "resident memory was not measured" };
  const beyond = SIZED_CONNECTIONS - measured;
  const size = rss.value + beyond * slope.bytes;
  if (size <= 0) return { name, arithmetic: "the slope is steeper than all resident memory observed" };
  const sign = beyond < 0 ? "-" : "+";
  return {
    name,
    value: quantity("bytes", size),
    arithmetic:
      `${quantity("bytes", rss.value)} RSS with ${whole(measured)} ${sign} ${whole(Math.abs(beyond))} x ` +
      `${quantity("bytes", slope.bytes)} (slope of ${slope.of})`,
    ...(beyond > 0 ? { extrapolated: true } : {}),
  };
}

function noSlope(cell: Cell): string {
  const kinds = [cell.figures.rssPerConnection.kind, cell.figures.heapPerConnection.kind];
  if (kinds.includes("unresolved"))
    return "unresolved: memory did not grow in a line with connections (R2 under 0.9)";
  return kinds.includes("observed")
    ? "unresolved: the slope is not above zero"
    : "not measured: no steps of connections";
}

function cpu(cell: Cell): Sizing[] {
  const figure = observed(cell, "cpu");
  const perMillion = "CPU-seconds per million deliveries";
  const cores = `cores at ${SIZED_RATE.toLocaleString("en-US")} deliveries a second`;
  if (!figure) return [{ name: perMillion, arithmetic: "server CPU per delivery was not measured" }];
  const inputs = quantity("micros", figure.value);
  const rate = observed(cell, "deliveriesPerSecond")?.value ?? 0;
  return [
    {
      name: perMillion,
      value: digits(figure.value),
      arithmetic: `${inputs} of server CPU per delivery x 1,000,000`,
    },
    {
      name: cores,
      value: digits((figure.value * SIZED_RATE) / MILLION),
      arithmetic: `${inputs} x ${SIZED_RATE.toLocaleString("en-US")} a second, at the cost seen with ${whole(rate)} a second`,
      ...(SIZED_RATE > rate ? { extrapolated: true } : {}),
    },
  ];
}

/** Measured in a scenario in which nothing is published, else derived from the heartbeats that the anatomy's pass recorded. */
function idleBytesPerDay(cell: Cell, results: Results): Sizing {
  const name = "bytes per connection-day, idle";
  const elsewhere = summarize(results).flatMap(({ name: scenario, cells }) => {
    const figure = cells
      .filter((one) => one.transport === cell.transport && one.state === "completed")
      .map((one) => observed(one, "idleBytes"))
      .find((one) => one !== undefined);
    return figure ? [{ scenario, figure }] : [];
  });
  const [silent] = elsewhere;
  if (silent)
    return {
      name,
      value: quantity("bytes", silent.figure.value * HOURS_A_DAY),
      arithmetic: `${quantity("bytes", silent.figure.value)} an hour measured in ${silent.scenario} x 24`,
    };
  for (const one of results.anatomies) {
    if (one.transport !== cell.transport || "absent" in one || one.idle.state === "absent") continue;
    const { in: received, out } = one.idle.derived.idleBytesPerConnectionHour;
    return {
      name,
      value: quantity("bytes", (received + out) * HOURS_A_DAY),
      arithmetic: `(${quantity("bytes", received)} in + ${quantity("bytes", out)} out) an hour x 24, derived from recorded heartbeats at their default pace`,
    };
  }
  return {
    name,
    arithmetic: "not measured: neither an idle scenario nor an anatomy pass of this wire's silence",
  };
}

/** The most connections that the server's memory was measured with. */
function mostConnections({ places }: Cell, { trials }: Results): number {
  return Math.max(0, ...places.map((place) => trials[place]?.metrics?.connections ?? 0));
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** Three significant digits. */
function digits(value: number): string {
  const decimals = value > 0 ? Math.min(3, Math.max(0, 2 - Math.floor(Math.log10(value)))) : 0;
  return value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}
