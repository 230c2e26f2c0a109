/** How a wire looks everywhere: Okabe-Ito colours, which hold for the common colour-blindnesses, and a marker of its own. */
export interface Look {
  readonly color: string;
  /** By Chart.js's name. */
  readonly marker: Marker;
  /** A variant keeps its wire's colour and marker, hollow and dashed. */
  readonly hollow: boolean;
  readonly dash: readonly number[];
}

export type Marker =
  | "circle"
  | "triangle"
  | "rect"
  | "rectRot"
  | "cross"
  | "star"
  | "crossRot"
  | "rectRounded";

const GREY = "#808080";
const WIRES: Readonly<Record<string, { color: string; marker: Marker }>> = {
  websocket: { color: "#0072B2", marker: "circle" },
  socketio: { color: "#E69F00", marker: "triangle" },
  sse: { color: "#009E73", marker: "rect" },
  "long-polling": { color: "#D55E00", marker: "rectRot" },
  grpc: { color: "#CC79A7", marker: "cross" },
  mqtt: { color: "#56B4E9", marker: "star" },
};
const FLOORS: typeof WIRES = {
  tcp: { color: GREY, marker: "crossRot" },
  loopback: { color: GREY, marker: "rectRounded" },
};
const DASHES = [
  [6, 4],
  [2, 3],
  [9, 3, 2, 3],
  [12, 4],
] as const;

/** Whether the transport is there to show what the wires stand on, not to be chosen. */
export function isFloor(transport: string): boolean {
  return Object.hasOwn(FLOORS, wireOf(transport));
}

/** What an A/A twin is a second measurement of: `websocket` of `websocket#2`; of any other name the name itself. */
export function twinOf(transport: string): string {
  return transport.split("#", 1)[0] ?? transport;
}

/** Whether the transport is there to be chosen: neither a floor nor an A/A twin, and so ranked among the others. */
export function isCandidate(transport: string): boolean {
  return !isFloor(transport) && twinOf(transport) === transport;
}

/** The look of one transport among those shown, so that two variants of a wire differ in their dashes. */
export function lookOf(transport: string, shown: readonly string[]): Look {
  const wire = wireOf(transport);
  const known = { ...WIRES, ...FLOORS };
  const { color, marker } = (Object.hasOwn(known, wire) ? known[wire] : undefined) ?? {
    color: GREY,
    marker: "circle",
  };
  if (transport === wire) return { color, marker, hollow: false, dash: [] };
  const siblings = shown.filter((one) => one !== wire && wireOf(one) === wire);
  const dash = DASHES[Math.max(0, siblings.indexOf(transport)) % DASHES.length] ?? [];
  return { color, marker, hollow: true, dash };
}

function wireOf(transport: string): string {
  return transport.split(/[:#]/, 1)[0] ?? transport;
}
