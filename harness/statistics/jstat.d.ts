/** The few functions of jStat that the lab calls; the package has no types of its own. */
declare module "jstat" {
  const jStat: {
    /** The regularised incomplete beta function I_x(a, b). */
    ibeta(x: number, a: number, b: number): number;
    /** The complementary error function. */
    erfc(x: number): number;
    readonly studentt: { inv(p: number, dof: number): number };
    readonly chisquare: { inv(p: number, dof: number): number };
    /** The studentized range of `groups` means. */
    readonly tukey: { inv(p: number, groups: number, dof: number): number };
  };
  export = jStat;
}
