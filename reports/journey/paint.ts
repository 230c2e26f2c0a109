import { ascii, inks } from "../terminal/ink.ts";
import type { JourneyPart } from "./parts.ts";

/** ANSI colours, told apart also by brightness; letters stand beside them wherever they tell something. */
const COLORS: Readonly<Record<JourneyPart, number>> = {
  body: 92,
  envelope: 36,
  compressed: 95,
  framing: 33,
  handshake: 94,
  heartbeats: 90,
  unsettled: 31,
};

interface Glyphs {
  readonly line: string;
  readonly shaft: string;
  readonly right: string;
  readonly left: string;
  readonly more: string;
  /** For a byte that can't be printed. */
  readonly dot: string;
  readonly arrow: string;
}

/** How a journey is written to one terminal. */
export interface Paint {
  readonly color: boolean;
  readonly glyphs: Glyphs;
  part(part: JourneyPart, text: string): string;
  strong(text: string): string;
  soft(text: string): string;
  /** In the terminal's alphabet. */
  spelled(text: string): string;
}

export function paintFor({ color, unicode }: { readonly color: boolean; readonly unicode: boolean }): Paint {
  const { bold, dim } = inks(color);
  return {
    color,
    glyphs: unicode
      ? { line: "│", shaft: "─", right: "▶", left: "◀", more: "…", dot: "·", arrow: "→" }
      : { line: "|", shaft: "-", right: ">", left: "<", more: "~", dot: ".", arrow: "->" },
    part: (part, text) => (color ? `\u001b[${COLORS[part]}m${text}\u001b[39m` : text),
    strong: bold,
    soft: dim,
    spelled: (text) => (unicode ? text : ascii(text)),
  };
}
