/// <reference path="./jstat.d.ts" />
import jStat from "jstat";

/** A standard normal number (Box and Muller 1958). */
export function standardNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** The share of the standard normal distribution that lies below `z`. */
export function normalShare(z: number): number {
  return z < 0 ? jStat.erfc(-z / Math.SQRT2) / 2 : 1 - jStat.erfc(z / Math.SQRT2) / 2;
}
