import { createRandom, randomInt, seedOf, shuffled } from "../../core/random.ts";
import { williamsRows } from "./williams.ts";

/** What a launch interleaves. */
export interface SliceDesign {
  /** How many transports. */
  readonly transports: number;
  /** How many slices a transport has in a launch, by scenario; a round has one of each transport in each scenario that has any left. */
  readonly slices: readonly number[];
  readonly seed: number;
  /** The last of them is a control, which is compared with none of the others: it takes no place in their square. */
  readonly control?: boolean;
}

/** A place in a launch; transport and scenario are indexes, from 0. */
export interface Slice {
  readonly round: number;
  readonly scenario: number;
  readonly transport: number;
}

/**
 * The slices of a launch, counted from 0, in their order. A round goes through the scenarios, and through all transports within each:
 * transports are compared within a scenario, so that they must run side by side. The rows of Williams squares go on from launch to launch, each
 * square with treatments and rows drawn anew, so that after whole squares the transports of a scenario are balanced in position and in
 * succession whatever the number of rounds in a launch. A control is somewhere among them, by chance. The same design gives the same order.
 */
export function slicesOf(
  { transports, slices, seed, control = false }: SliceDesign,
  launch: number,
): Slice[] {
  const compared = control ? transports - 1 : transports;
  const rounds = Math.max(0, ...slices);
  const scenarios = balancedOrders(slices.length, seedOf(seed, "scenarios"));
  const orders = slices.map((_, scenario) => balancedOrders(compared, seedOf(seed, "transports", scenario)));
  return Array.from({ length: rounds }, (_, round) =>
    scenarios(launch * rounds + round).flatMap((scenario) => {
      const own = slices[scenario] ?? 0;
      if (round >= own) return [];
      const order = [...(orders[scenario]?.(launch * own + round) ?? [])];
      const random = createRandom(seedOf(seed, "control", scenario, launch * own + round));
      if (control) order.splice(randomInt(random, transports), 0, compared);
      return order.map((transport) => ({ round, scenario, transport }));
    }),
  ).flat();
}

/** Gives the order of `n` treatments in a round, counted from 0 over the whole run; the squares are drawn from the seed. */
export function balancedOrders(n: number, seed: number): (round: number) => number[] {
  if (n < 2) return () => [...Array(n).keys()];
  const rows = williamsRows(n);
  let drawn = -1;
  let square: number[][] = [];
  return (round) => {
    const index = Math.floor(round / rows.length);
    // Rounds that follow one another are mostly of one square.
    if (index !== drawn) {
      const random = createRandom(seedOf(seed, index));
      const names = shuffled([...Array(n).keys()], random);
      square = shuffled(rows, random).map((row) => row.flatMap((one) => names[one] ?? []));
      drawn = index;
    }
    return square[round % rows.length] ?? [];
  };
}
