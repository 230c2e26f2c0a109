import type { Results } from "../../harness/result/result.ts";
import { quantity } from "../prose/format.ts";
import { type Cell, observed } from "./cell.ts";
import { digits, idleBytesPerDay, inputOf, type Sizing, type TransportSizing } from "./sizing.ts";
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
export function serviceSizing({ cells, params }: ScenarioSummary, results: Results): TransportSizing[] {
  const { rate = 0 } = params;
  return cells
    .filter((cell) => cell.candidate && cell.state === "completed")
    .map((cell) => ({
      transport: cell.transport,
      lines: [
        processors(cell, rate),
        memory(cell, params),
        bandwidth(cell, rate),
        idleBytesPerDay(cell, results),
      ],
    }));
}

/** Each notification has one recipient. */
function processors(cell: Cell, rate: number): Sizing {
  const name = `CPUs at ${perSecond(rate)}`;
  const figure = observed(cell, "cpu");
  if (!figure) return { name, arithmetic: ["server CPU per delivery was not measured"] };
  return {
    name,
    value: digits((figure.value * rate) / MICROS),
    arithmetic: [inputOf(cell, "cpu", figure.value), ` of server CPU per delivery x ${perSecond(rate)}`],
  };
}

function memory(cell: Cell, { connections = 0 }: ScenarioSummary["params"]): Sizing {
  const name = `memory with ${connections.toLocaleString("en-US")} connected`;
  const figure = observed(cell, "rss");
  if (!figure) return { name, arithmetic: ["resident memory was not measured"] };
  return {
    name,
    value: quantity("bytes", figure.value),
    arithmetic: [
      inputOf(cell, "rss", figure.value),
      " RSS of the server process as measured, Node.js included",
    ],
  };
}

function bandwidth(cell: Cell, rate: number): Sizing {
  const name = `bandwidth at ${perSecond(rate)}`;
  const figure = observed(cell, "bytes");
  if (!figure) return { name, arithmetic: ["TCP payload per delivery was not measured"] };
  return {
    name,
    value: `${digits((figure.value * rate * BITS) / MEGA)} Mbit/s`,
    arithmetic: [
      inputOf(cell, "bytes", figure.value),
      ` of TCP payload per delivery, both ways, publish and receipt included, x ${perSecond(rate)} x 8`,
    ],
  };
}

function perSecond(rate: number): string {
  return `${rate.toLocaleString("en-US")} a second`;
}
