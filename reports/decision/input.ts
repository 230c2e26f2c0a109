/** A pair of transports, by their positions in the decision input, and what the run can say of them; pairs that too few launches have are not listed. */
export type TestedPair = readonly [
  a: number,
  b: number,
  verdict: "different" | "practically equal" | "inconclusive",
];

/** One figure of one scenario that speaks for a criterion. Lower is better. */
export interface InputFigure {
  /** Positions in the decision input. */
  readonly criterion: number;
  readonly scenario: number;
  readonly label: string;
  /** Where the trials have it, below their metrics; two places are a quotient. */
  readonly path: string;
  /** By transport; null where there is none, and then `missing` says why. In the metric's own unit. */
  readonly values: readonly (number | null)[];
  readonly missing: readonly (string | null)[];
  /** By transport, then by block of the run; null where the block has none. */
  readonly blocks: readonly (readonly (number | null)[])[];
  readonly tested: readonly TestedPair[];
}

/** Whether a transport does what is asked, in one line. */
export interface Answer {
  readonly meets: "yes" | "no" | "unknown";
  readonly reason: string;
}

export interface Requirement {
  readonly key: string;
  readonly label: string;
  readonly about: string;
}

export interface Criterion {
  readonly key: string;
  readonly label: string;
  readonly about: string;
}

/** All that a decision rests on, as plain data, so that a page can carry it and decide again. */
export interface DecisionInput {
  readonly transports: readonly string[];
  readonly scenarios: readonly string[];
  readonly criteria: readonly Criterion[];
  /** With an answer for each transport. */
  readonly requirements: readonly (Requirement & { readonly answers: readonly Answer[] })[];
  readonly figures: readonly InputFigure[];
  /** Transports that did not complete a scenario, and why. */
  readonly troubles: readonly {
    readonly transport: number;
    readonly scenario: number;
    readonly reason: string;
  }[];
  /** Figures that no transport has, with the reason. */
  readonly gaps: readonly {
    readonly criterion: number;
    readonly scenario: number;
    readonly reason: string;
  }[];
  /** That the run was planned with. */
  readonly blocks: number;
  /** What a block is. */
  readonly replicate: "launch" | "block";
  /** At which a lead is tested: 0.05, or what is left of it after looks at the data. */
  readonly level: number;
}

/** What somebody wants; the names are keys of the decision input. */
export interface Settings {
  readonly needs: readonly string[];
  /** From 0, does not count, to 10. */
  readonly weights: Readonly<Record<string, number>>;
  readonly scenarios: readonly string[];
}

export interface RankedTransport {
  readonly transport: number;
  /** The weighted geometric mean of its ratios to the best; 1 is the best in everything. */
  readonly score: number;
  /** Transports of the same score share a rank. */
  readonly rank: number;
  /** Whether every transport on the first place is ahead of it by more than the noise of their common blocks. */
  readonly isBehind: boolean;
  /** By criterion: the geometric mean of the ratios to the best transport of the ranking; null where the criterion does not count. */
  readonly ratios: readonly (number | null)[];
  /** Share of the weightings drawn in which it is first, or ties for it; null where a single criterion counts. */
  readonly firstOfWeightings: number | null;
  /** The same of the resamples of blocks; null where there are too few blocks in common. */
  readonly firstOfResamples: number | null;
}

interface Apart {
  readonly transport: number;
  readonly reasons: readonly string[];
}

export interface Decision {
  /** The best first. */
  readonly ranked: readonly RankedTransport[];
  /** By a requirement. */
  readonly excluded: readonly Apart[];
  /** Meet the requirements, but lack a figure that counts. */
  readonly unscored: readonly Apart[];
  /** In the ranking, though a requirement is not known of them. */
  readonly doubtful: readonly Apart[];
  /** Criteria that have a figure and a weight, by their places. */
  readonly counting: readonly number[];
  /** Criteria that have a weight but no figure in the scenarios chosen, with the reason. */
  readonly idle: readonly { readonly criterion: number; readonly reason: string }[];
  /** The comparisons behind the ranking: each pair of its transports by each figure that counts. */
  readonly pairs: {
    readonly different: number;
    readonly equal: number;
    readonly inconclusive: number;
    readonly untested: number;
    /** Of those without a verdict, the ones between a transport on the first place and one that is not. */
    readonly openAtTop: number;
  };
  /** Whether the first place's score is ahead of every other one's by more than the noise of their common blocks. */
  readonly isLeadProven: boolean;
  readonly weightings: number;
  readonly resamples: number;
  /** The fewest blocks that all ranked transports have in common in a scenario that counts. */
  readonly commonBlocks: number;
}

export const MOST_WEIGHT = 10;

/** Nothing required, every criterion as heavy as the others, every scenario counts. */
export function defaultSettings({ criteria, scenarios }: DecisionInput): Settings {
  return {
    needs: [],
    weights: Object.fromEntries(criteria.map(({ key }) => [key, 1])),
    scenarios: [...scenarios],
  };
}
