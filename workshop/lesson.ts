import type { Figure, Setup } from "../claims/claim.ts";
import type { Plan } from "../scenarios/plan.ts";
import type { Block } from "./block.ts";
import type { Figures } from "./figures.ts";

/** Something that is run while the learner waits. */
export type LessonExperiment = TrialsExperiment | JourneyExperiment;

/** A scenario of the lab on some transports. */
export interface TrialsExperiment {
  readonly kind: "trials";
  readonly id: string;
  readonly setup: Setup;
  /** In place of those of the scenario. */
  readonly faults?: Plan["faults"];
  readonly transports: readonly string[];
  /** Noise voids its trials, since what is compared may be no larger. Otherwise noise is only told. */
  readonly mindsNoise?: true;
}

/** One notification recorded byte by byte, as `notif-lab explain` does. */
export interface JourneyExperiment {
  readonly kind: "journey";
  readonly id: string;
  readonly transports: readonly string[];
}

/** A figure of a lesson, and which experiment it is read from. */
export type Measure =
  | { readonly from: "trials"; readonly experiment: string; readonly figure: Figure }
  | {
      readonly from: "journey";
      readonly experiment: string;
      readonly transport: string;
      readonly counts: JourneyCount;
      /** The count is given as its ratio to this transport's. */
      readonly over?: string;
    }
  /** A transport's score by what the learner has asked for and the trials of the experiment. */
  | { readonly from: "decision"; readonly experiment: string; readonly transport: string };

/**
 * Bytes, messages and round trips from the publish to the receipt; `text`: the notification's own characters among the bytes; `opening`: the round trips
 * before, in which both clients connect and follow their channels.
 */
export type JourneyCount = "bytes" | "messages" | "text" | "round trips" | "opening";

/** Units in which a learner gives a number. */
export const ASKED_UNITS = {
  µs: { size: 1 },
  ms: { size: 1_000 },
  s: { size: 1 },
  bytes: { size: 1 },
  KiB: { size: 1_024 },
  times: { size: 1 },
  messages: { size: 1 },
} as const satisfies Readonly<Record<string, { readonly size: number }>>;

export type AskedUnit = keyof typeof ASKED_UNITS;

/** A number that the learner guesses before anything is run. */
export interface NumberPrediction {
  readonly kind: "number";
  readonly id: string;
  readonly asks: string;
  readonly unit: AskedUnit;
  readonly measure: string;
}

/** One of several things whose figures are compared. */
export interface ChoicePrediction {
  readonly kind: "choice";
  readonly id: string;
  readonly asks: string;
  readonly options: readonly { readonly name: string; readonly measure: string }[];
  readonly wins: "lowest" | "highest";
}

export type Prediction = NumberPrediction | ChoicePrediction;

/** What a decision asks for before it can be made. */
export type SettingsQuestion =
  | { readonly kind: "needs"; readonly id: string; readonly asks: string }
  | {
      readonly kind: "weights";
      readonly id: string;
      readonly asks: string;
      /** Those that the experiment can speak for; the others don't count. */
      readonly criteria: readonly string[];
    };

/** The question after the explanation. */
export interface Check {
  readonly asks: string;
  readonly options: readonly string[];
  /** The place of the right one, from 0. */
  readonly right: number;
  readonly because: string;
}

/** What stands on the instructor's page beside the lesson itself. */
export interface TeachersNotes {
  /** What the lesson is for, in a sentence. */
  readonly aim: string;
  /** Predictions that people often make, and what to say to them. */
  readonly wrong: readonly { readonly says: string; readonly answer: string }[];
  readonly discuss: readonly string[];
  /** A picture as on a slide: boxes from left to right, and what goes from one to the next. */
  readonly slide: { readonly title: string; readonly boxes: readonly string[]; readonly below: string };
}

/** Predict, run, reveal, explain, check: about 15 minutes. */
export interface Lesson {
  readonly number: number;
  readonly title: string;
  /** What the learner reads before the predictions. */
  readonly intro: readonly string[];
  /** Before the predictions: what a decision needs. */
  readonly settings?: readonly SettingsQuestion[];
  readonly predictions: readonly Prediction[];
  readonly experiments: readonly LessonExperiment[];
  /** Transports whose journey is drawn below the bars. */
  readonly drawn?: readonly string[];
  /** What is done to the lab while the learner waits, in a sentence. */
  readonly running: string;
  readonly measures: Readonly<Record<string, Measure>>;
  /** Groups of measures that are drawn as bars, each by the name of its bar. */
  readonly charts: readonly {
    readonly title: string;
    readonly bars: Readonly<Record<string, string>>;
  }[];
  /** With the learner's own figures; where one is missing it says so in words. */
  explain(figures: Figures): readonly Block[];
  readonly check: Check;
  /** Commands that go on from here. */
  readonly further: readonly (readonly [command: string, what: string])[];
  readonly teacher: TeachersNotes;
}
