import type { Block } from "../../workshop/block.ts";

/* What the workshop's page and the process that serves it say to each other. */

/** A question as the page asks it. */
export interface PageQuestion {
  readonly id: string;
  readonly kind: "number" | "choice" | "check" | "needs" | "weights";
  readonly asks: string;
  readonly unit?: string | undefined;
  readonly options: readonly { readonly name: string; readonly about?: string }[];
}

/** What a lesson shows, as the page gets it: a journey is drawn by the process. */
export type PageBlock =
  | Exclude<Block, { readonly kind: "journey" }>
  | {
      readonly kind: "picture";
      readonly title: string;
      /** The same in words. */
      readonly says: string;
      /** An SVG element and a caption. */
      readonly markup: string;
    };

/** All that the page shows; told anew when it has changed. */
export interface PageState {
  readonly lessons: readonly {
    readonly number: number;
    readonly title: string;
    readonly state: "not begun" | "begun" | "done";
  }[];
  /** "3 of 8 lessons done...". */
  readonly counts: string;
  /** The lesson that is open, and a number that no other opening has had: blocks of another begin anew. */
  readonly lesson: number | null;
  readonly opened: number;
  readonly blocks: readonly PageBlock[];
  readonly question: PageQuestion | null;
  /** While experiments run. */
  readonly progress: { readonly text: string; readonly share: number } | null;
  /** Why the lesson could not go on. */
  readonly problem: string | null;
  /** Where the demo is, once somebody has asked for it. */
  readonly demo: string | null;
}

/** What the page asks of the process. */
export type PageOrder =
  | { readonly order: "open"; readonly lesson: number; readonly again: boolean }
  | { readonly order: "answer"; readonly id: string; readonly text: string }
  | { readonly order: "demo" };
