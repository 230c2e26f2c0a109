import type { Results } from "../../harness/result/result.ts";
import { quantity } from "../prose/format.ts";
import { type Cell, observed } from "./cell.ts";
import { connectionsOf, othersIn } from "./same-process.ts";
import {
  cpuInAll,
  digits,
  idleBytesPerDay,
  inputOf,
  inputsOf,
  noSlope,
  type Sizing,
  slopeOf,
  type TransportSizing,
} from "./sizing.ts";
import type { ScenarioSummary } from "./summary.ts";

/** The scenario that stands for a whole service, whose report begins with a sheet about it. */
const SERVICE = "seed";
const MICROS = 1e6;
const BITS = 8;
const MEGA = 1e6;

/** The service that a run measured; undefined of a run without. */
export function serviceIn(summary: readonly ScenarioSummary[]): ScenarioSummary | undefined {
  return summary.find(({ name }) => name === SERVICE);
}

/** What the whole service takes on each transport that completed it, worked out from its figures. */
export function serviceSizing(service: ScenarioSummary, results: Results): TransportSizing[] {
  const { rate = 0 } = service.params;
  return service.cells
    .filter((cell) => cell.candidate && cell.state === "completed")
    .map((cell) => ({
      transport: cell.transport,
      lines: [
        processors(cell, rate),
        memory(cell, service, results),
        bandwidth(cell, service),
        idleBytesPerDay(cell, results),
      ],
    }));
}

/** Each notification has one recipient. */
function processors(cell: Cell, rate: number): Sizing {
  const name = `CPUs at ${perSecond(rate)}`;
  const figure = cpuInAll(cell);
  if (!figure) return { name, arithmetic: ["server CPU per delivery was not measured"] };
  return {
    name,
    value: digits((figure.value * rate) / MICROS),
    arithmetic: [...figure.inputs, ` of server CPU per delivery x ${perSecond(rate)}`],
  };
}

/** Of the service alone: what the same process held for other scenarios is taken off. */
function memory(cell: Cell, service: ScenarioSummary, results: Results): Sizing {
  const { connections = 0 } = service.params;
  const name = `memory with ${connections.toLocaleString("en-US")} connected`;
  const figure = observed(cell, "rss");
  if (!figure) return { name, arithmetic: ["resident memory was not measured"] };
  const rss = inputOf(cell, "rss", figure.value);
  const others = othersIn(cell, service, results);
  if (others.length === 0)
    return {
      name,
      value: quantity("bytes", figure.value),
      arithmetic: [rss, " RSS of all processes of the server as measured, the runtime included"],
    };
  const slope = slopeOf(cell);
  const beside = ["the same process held the connections of other scenarios (", ...inputsOf(others), ")"];
  if (!slope) return { name, arithmetic: [...beside, `, and what these take is ${noSlope(cell)}`] };
  const bytes = figure.value - connectionsOf(others) * slope.bytes;
  if (bytes <= 0) return { name, arithmetic: [...beside, ", by the slope more than all of its memory"] };
  return {
    name,
    value: quantity("bytes", bytes),
    arithmetic: [
      rss,
      " RSS as measured - (",
      ...inputsOf(others),
      ") in the same process x ",
      slope.input,
      ` (slope of ${slope.of})`,
    ],
  };
}

function bandwidth(cell: Cell, { params: { rate = 0 }, replicate }: ScenarioSummary): Sizing {
  const heartbeats = replicate === "launch" ? ", heartbeats not" : "";
  const name = `bandwidth at ${perSecond(rate)}`;
  const figure = observed(cell, "bytes");
  if (!figure) return { name, arithmetic: ["TCP payload per delivery was not measured"] };
  return {
    name,
    value: `${digits((figure.value * rate * BITS) / MEGA)} Mbit/s`,
    arithmetic: [
      inputOf(cell, "bytes", figure.value),
      ` of TCP payload per delivery, both ways, publish and receipt included${heartbeats}, x ${perSecond(rate)} x 8`,
    ],
  };
}

function perSecond(rate: number): string {
  return `${rate.toLocaleString("en-US")} a second`;
}
