/** A number that is smaller in a quick run. */
export type Sized = number | { readonly quick: number; readonly full: number };

/** How thoroughly claims are tried. */
export type Mode = "quick" | "full";

/** One experiment: a scenario of the lab with its numbers and its link. Those that are left out are the scenario's own. */
export interface Setup {
  readonly scenario: string;
  readonly connections?: Sized;
  readonly rate?: Sized;
  readonly payload?: number;
  /** Seconds measured, where the mode's own are too few or too many. */
  readonly duration?: Sized;
  /** Seconds of traffic before that, likewise. */
  readonly warmup?: Sized;
  /** As `--link` takes it. */
  readonly link?: string;
  /** Each publish waits for the answer to the one before. */
  readonly closedLoop?: true;
}

/** A number of one transport's trials. */
export interface Term {
  readonly transport: string;
  /** As `sweep --metric` takes it. */
  readonly metric: string;
  /** Taken off each value: of bytes, the body's own. */
  readonly less?: number;
}

/** What is compared with the claim: a number, or the ratio of two of the same block. */
export interface Figure {
  readonly of: Term;
  readonly over?: Term;
  /**
   * `mean`, the default: the geometric mean of the blocks with its 95 % interval. `none`: how many there were in the worst block, where the claim
   * says that there are none. `spread`: how far the blocks lie from their mean, best and worst; it agrees where all of them lie within.
   */
  readonly as?: "mean" | "none" | "spread";
}

/** What the sentence says of the figure. At least one end is given. */
export interface Claimed {
  /** In words: "at most 0.30 of long polling's". */
  readonly says: string;
  readonly low?: number;
  readonly high?: number;
  /** The factor by which the figure may miss an end and still agree; default 1.1. */
  readonly tolerance?: number;
}

/** One place of a reading's axis, or its only one. */
export interface Place {
  readonly setup: Setup;
  /** On the axis. */
  readonly at?: number;
  /** Left out of a quick run. */
  readonly fullOnly?: true;
}

interface Common {
  /** What the sentence would have to mean. */
  readonly meaning: string;
  /**
   * `claim`, the default: decides the verdict. `probably`: what they may have measured instead; told where its figure agrees with the claim.
   * `beside`: shown, and decides nothing.
   */
  readonly role?: "claim" | "probably" | "beside";
  /**
   * Of a sentence that says several things, all of which have to hold: which of them it is about, in a word or two. Readings of one part, as of a
   * sentence without parts, are alternatives: what it may mean.
   */
  readonly part?: string;
}

/** What the sentence has more of than one machine carries here. */
export interface Scale {
  readonly what: string;
  readonly claimed: number;
  readonly of: "connections" | "rate";
}

/** What the lab's server adds to a figure of which the sentence speaks without it. */
export interface OwnPart {
  readonly says: string;
  /** The factor by which it lifts the figure at the most; without one any. */
  readonly most?: number;
}

/** A reading that an experiment tries. */
export interface Measured extends Common {
  readonly kind: "measured";
  readonly figure: Figure;
  readonly claimed: Claimed;
  readonly own?: OwnPart;
  /** What differs from place to place, with its unit: "round trip, ms". */
  readonly axis?: string;
  readonly places: readonly Place[];
  readonly scaled?: readonly Scale[];
}

/** A claim of fact: answered without an experiment of its own. */
export interface Stated extends Common {
  readonly kind: "stated";
  readonly verdict: "holds here" | "holds under these conditions" | "contradicted here";
  readonly because: string;
  /** What answers it, and where that can be read. */
  readonly by: string;
}

/** A reading that can't be tried here, and why. */
export interface Untried extends Common {
  readonly kind: "untried";
  readonly because: string;
}

export type Reading = Measured | Stated | Untried;

/** A check of the sentence's arithmetic: what its own numbers make. */
export interface Arithmetic {
  /** The calculation in words. */
  readonly says: string;
  readonly claimed: number;
  readonly follows: number;
  /** The outcome is not in the sentence: a reading takes it from there. */
  readonly derived?: true;
  /** Relative; default 0.02, which rounding to two digits can do. */
  readonly tolerance?: number;
}

/** A published sentence and what it would take to believe it. */
export interface Claim {
  readonly id: string;
  readonly sentence: string;
  readonly source: {
    readonly title: string;
    readonly year?: number | undefined;
    readonly address?: string | undefined;
  };
  /** Why the source could not be read in full: there is no verdict then. */
  readonly notRead?: string;
  readonly arithmetic?: readonly Arithmetic[];
  readonly readings: readonly Reading[];
}
