import { MOST_NODES } from "../../scenarios/cluster.ts";
import { scenarios } from "../../scenarios/registry.ts";
import type { ParamName } from "../../scenarios/scenario.ts";
import type { BenchFlags } from "../commands/bench.ts";
import { usage } from "../process/failure.ts";

/** What a study leaves open, and what it may be. */
export interface Axis {
  readonly name: "payload" | "rate" | "connections" | "nodes" | "delay" | "loss" | "drop";
  /** As a value of it is written: "50ms". */
  readonly unit: "" | "ms" | "%";
  readonly integer: boolean;
}

export const AXES: readonly Axis[] = [
  { name: "payload", unit: "", integer: true },
  { name: "rate", unit: "", integer: false },
  { name: "connections", unit: "", integer: true },
  { name: "nodes", unit: "", integer: true },
  { name: "delay", unit: "ms", integer: false },
  { name: "loss", unit: "%", integer: false },
  { name: "drop", unit: "%", integer: false },
];

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

const LINK_BOUNDS: Readonly<Record<string, Bounds>> = {
  delay: { min: 0, max: 1_000, default: 0 },
  loss: { min: 0, max: 50, default: 0 },
  drop: { min: 0, max: 50, default: 0 },
};

const NODE_BOUNDS: Bounds = { min: 1, max: MOST_NODES, default: 1 };

/** From the scenario's parameters, or the link's or the cluster's own. */
export function boundsOf({ name }: Axis, scenario: string): Bounds {
  if (name === "nodes") return NODE_BOUNDS;
  const link = LINK_BOUNDS[name];
  if (link) return link;
  const params = scenarios.find((one) => one.name === scenario)?.params;
  const found = params?.[name as ParamName];
  if (!found) throw usage(`scenario ${scenario} has no ${name}`);
  return found;
}

/** The flags of a bench at one value of what is open; a link keeps its other values. */
export function flagsAt({ name, unit }: Axis, value: number, fixed: BenchFlags): BenchFlags {
  if (!LINK_BOUNDS[name]) return { ...fixed, [name]: String(value) };
  const others = fixed.link === undefined ? [] : [fixed.link];
  return { ...fixed, link: [...others, `${name}=${value}${unit}`].join(",") };
}

/** Fails where a flag says what is to be left open. */
export function refuseFixed({ name }: Axis, flags: BenchFlags): void {
  const given =
    LINK_BOUNDS[name] === undefined
      ? flags[name as ParamName | "nodes"] !== undefined
      : new RegExp(`\\b${name}=`).test(flags.link ?? "");
  const what = LINK_BOUNDS[name] ? name : `--${name}`;
  if (given) throw usage(`${what} is varied by this study; leave it out, or vary something else`);
  if (LINK_BOUNDS[name] && flags.link !== undefined && !flags.link.includes("="))
    throw usage(
      `a profile sets all values of a link; give single values instead, such as --link rate=9mbit,jitter=10ms`,
    );
}

/** Fails where agents can't run what is varied. */
export function refuseAxisForAgents({ name }: Axis, { agents }: BenchFlags): void {
  if (agents !== undefined && (LINK_BOUNDS[name] !== undefined || name === "nodes"))
    throw usage(
      `--agents does not go with a study of ${name} yet; leave it out, or vary payload, rate or connections`,
    );
}
