/// <reference path="./jstat.d.ts" />
import jStat from "jstat";

/** The t that a share `p` of Student's distribution with `dof` degrees of freedom lies below; 0 < p < 1. */
export function tQuantile(p: number, dof: number): number {
  return jStat.studentt.inv(p, dof);
}

/** How likely a |t| this large is by chance alone, both ways; exact also far out, where 1 - cdf would be 0. */
export function twoSidedP(t: number, dof: number): number {
  // Abramowitz and Stegun 26.7.1: 1 - A(t) = I_x(dof / 2, 1 / 2) with x = dof / (dof + t^2).
  return Number.isFinite(t) ? jStat.ibeta(dof / (dof + t * t), dof / 2, 0.5) : 0;
}
