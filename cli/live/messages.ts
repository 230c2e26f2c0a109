import type { Trial } from "../../harness/result/result.ts";
import type { Marker } from "../../reports/model/looks.ts";

/* What the live view's server and its page say to each other. */

/** One finished trial as the page shows it; microseconds. Null where the reports would give no figure either. */
export interface LiveTrial {
  readonly transport: string;
  readonly scenario: string;
  /** From 1. */
  readonly block: number;
  readonly state: Trial["state"];
  readonly reason: string | null;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly cpu: number | null;
}

/** Where the run is. */
export interface LiveProgress {
  readonly stage: string;
  readonly transport: string;
  readonly scenario: string;
  readonly block: number;
  readonly finished: number;
  readonly total: number;
  /** When it was sent; the page counts down from there by itself. */
  readonly secondsLeft: number;
}

/** How the run ended, and where its files are. */
export interface LiveEnd {
  readonly finished: boolean;
  readonly report: string;
  readonly results: string;
}

/** A transport and how it looks, as in the report. */
export interface LiveTransport {
  readonly name: string;
  readonly color: string;
  readonly marker: Marker;
  readonly hollow: boolean;
}

/** All that a page needs which opens now. */
export interface LiveState {
  readonly command: string;
  readonly transports: readonly LiveTransport[];
  readonly progress: LiveProgress | null;
  /** The number of the first of `trials`: a long run keeps its last ones only. */
  readonly first: number;
  readonly trials: readonly LiveTrial[];
  readonly end: LiveEnd | null;
}

/** What is sent while the run goes on; a trial with its number, so that one that comes twice does no harm. */
export type LiveEvent =
  | { readonly kind: "progress"; readonly progress: LiveProgress }
  | { readonly kind: "trial"; readonly number: number; readonly trial: LiveTrial }
  | { readonly kind: "end"; readonly end: LiveEnd };
