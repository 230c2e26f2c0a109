import type { Journey } from "../harness/result/schema/journey.ts";

/** A bar of a chart. */
export interface Bar {
  readonly name: string;
  /** Undefined where nothing was measured, and then `text` says why. */
  readonly value?: number;
  readonly low?: number;
  readonly high?: number;
  readonly text: string;
}

/** A row of the table that puts predictions beside figures. */
export interface RevealedRow {
  readonly asked: string;
  readonly predicted: string;
  readonly measured: string;
  readonly says: string;
  readonly verdict: "right" | "near" | "far" | "open";
  /** Guess and figure in one unit, to be drawn where both are above zero. */
  readonly scale?: {
    readonly guess: number;
    readonly value: number;
    readonly low: number;
    readonly high: number;
  };
}

/** A piece of what a learner is shown, for any face. */
export type Block =
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "text"; readonly text: string }
  /** Why something is missing. */
  | { readonly kind: "void"; readonly text: string }
  | { readonly kind: "bars"; readonly title: string; readonly bars: readonly Bar[] }
  /** One notification's messages, as a diagram. */
  | { readonly kind: "journey"; readonly journey: Journey }
  | { readonly kind: "reveal"; readonly rows: readonly RevealedRow[] }
  | { readonly kind: "commands"; readonly list: readonly (readonly [command: string, what: string])[] };

export const text = (words: string): Block => ({ kind: "text", text: words });
