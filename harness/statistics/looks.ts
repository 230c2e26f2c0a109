/** The launches after which a run that stops when it is told may look at its data. */
export const LOOKS: readonly number[] = [4, 7, 10, 14];

/**
 * The level for each look, for `compareAllPairs`, such that over all of them the family keeps its own. 5 % is spent over the launches by the
 * function that Lan and DeMets (1983, Discrete sequential boundaries for clinical trials, Biometrika 70) give for Pocock's boundaries: much of it
 * early, since the large differences that transports have should be told early. Each look has what is spent between the one before and
 * itself, and the sum is the family's level however the looks hang together; bounds by the recursion for one normal mean would give each
 * look half as much again, and six like transports an error in 6 % of simulated runs. `looks` are the launches at each look so far, ascending,
 * of at most `most`; one that comes unplanned, because a run was stopped, only has to be among them.
 */
export function lookLevels(looks: readonly number[], most: number, level = 0.05): number[] {
  const spent = (launches: number) => level * Math.log(1 + (Math.E - 1) * (launches / most));
  return looks.map((launches, look) => spent(launches) - spent(looks[look - 1] ?? 0));
}

/** The level for so many launches, when the data were looked at after those of `looks`: what is left for a look now. */
export function levelAfter(launches: number, looks: readonly number[], most: number): number {
  const done = Math.min(Math.max(1, launches), most);
  return lookLevels([...looks.filter((one) => one < done), done], most).at(-1) ?? 0;
}
