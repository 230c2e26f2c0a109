/** The few functions of jStat that the lab calls; the package has no types of its own. */
declare module "jstat" {
  const jStat: {
    /** The regularised incomplete beta function I_x(a, b). */
    ibeta(x: number, a: number, b: number): number;
    readonly studentt: { inv(p: number, dof: number): number };
  };
  export = jStat;
}
