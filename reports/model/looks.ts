import { transportBehind } from "../../harness/result/control-name.ts";
import type { Results } from "../../harness/result/result.ts";

export type TransportFacts = NonNullable<Results["transportFacts"]>[string];
type OwnLook = NonNullable<TransportFacts["look"]>;
export type Marker = OwnLook["marker"];

/** How a transport looks everywhere. */
export interface Look extends OwnLook {
  /** A variant keeps its transport's colour and marker, hollow and dashed. */
  readonly hollow: boolean;
  readonly dash: readonly number[];
}

/** One of the transports that a table or chart shows. */
export interface Shown {
  readonly transport: string;
  /** Undefined for a transport that says nothing of it. */
  readonly look: OwnLook | undefined;
}

const PLAIN: OwnLook = { color: "#808080", marker: "circle" };
const DASHES = [
  [6, 4],
  [2, 3],
  [9, 3, 2, 3],
  [12, 4],
] as const;

/** What the results know of a transport; an A/A control is what it repeats. */
export function factsOf(
  transport: string,
  { transportFacts = {} }: Pick<Results, "transportFacts">,
): TransportFacts | undefined {
  const name = transportBehind(transport);
  return Object.hasOwn(transportFacts, name) ? transportFacts[name] : undefined;
}

/** The transports of these names, as they are shown together. */
export function shownOf(names: readonly string[], results: Pick<Results, "transportFacts">): Shown[] {
  return names.map((transport) => ({ transport, look: factsOf(transport, results)?.look }));
}

/** Whether the transport is there to be chosen: neither a baseline nor an A/A control, and so ranked among the others. */
export function isCandidate(transport: string, facts: TransportFacts | undefined): boolean {
  return facts?.baseline !== true && transportBehind(transport) === transport;
}

/** The look of one transport among those shown, so that two variants of a transport differ in their dashes. */
export function lookOf(transport: string, shown: readonly Shown[]): Look {
  const family = familyOf(transport);
  const { color, marker } = shown.find((one) => one.transport === transport)?.look ?? PLAIN;
  if (transport === family) return { color, marker, hollow: false, dash: [] };
  const siblings = shown
    .map((one) => one.transport)
    .filter((one) => one !== family && familyOf(one) === family);
  const dash = DASHES[Math.max(0, siblings.indexOf(transport)) % DASHES.length] ?? [];
  return { color, marker, hollow: true, dash };
}

function familyOf(transport: string): string {
  return transport.split(/[:#]/, 1)[0] ?? transport;
}
