import { stripVTControlCharacters } from "node:util";

/** Lines at the bottom of a terminal that are drawn over. */
export interface Redrawing {
  /** Puts these lines in the place of the last ones; writes nothing when they are the same. */
  draw(lines: readonly string[]): void;
  /** A line that stays, above them. */
  print(line: string): void;
  /** Takes the lines away and gives the cursor back. */
  stop(): void;
}

const CURSOR = { hide: "\u001b[?25l", show: "\u001b[?25h" };
/** The terminal shows what is between the two at once (DEC private mode 2026); one that does not know it ignores it. */
const AT_ONCE = { begin: "\u001b[?2026h", end: "\u001b[?2026l" };
const CLEAR = { line: "\u001b[K", below: "\u001b[J" };

/** What drawing needs of a terminal; `process.stderr` has it. */
export interface TerminalStream {
  readonly columns?: number;
  write(text: string): unknown;
}

export function createRedrawing(stream: TerminalStream): Redrawing {
  let drawn: readonly string[] = [];
  let drawnFor = 0;
  let isHidden = false;
  const columns = () => Math.max(1, stream.columns || 80);
  /** A terminal that was made narrower has wrapped what was drawn, so that it stands on more rows than it has lines. */
  const toTop = () => {
    const rows = drawn
      .map((line) => Math.max(1, Math.ceil(stripVTControlCharacters(line).length / columns())))
      .reduce((sum, one) => sum + one, 0);
    return rows > 0 ? `\u001b[${rows}A\r` : "\r";
  };
  const body = () => drawn.map((line) => `${line}${CLEAR.line}\n`).join("");
  const showCursor = () => {
    if (isHidden) stream.write(CURSOR.show);
    isHidden = false;
  };
  return {
    draw: (lines) => {
      if (drawnFor === columns() && lines.join("\n") === drawn.join("\n")) return;
      const top = toTop();
      drawn = [...lines];
      drawnFor = columns();
      // However the process ends, an exception included, the cursor is back.
      if (!isHidden) process.once("exit", showCursor);
      const hide = isHidden ? "" : CURSOR.hide;
      isHidden = true;
      stream.write(`${AT_ONCE.begin}${hide}${top}${body()}${CLEAR.below}${AT_ONCE.end}`);
    },
    print: (line) => {
      stream.write(`${AT_ONCE.begin}${toTop()}${CLEAR.below}${line}\n${body()}${AT_ONCE.end}`);
    },
    stop: () => {
      stream.write(`${toTop()}${CLEAR.below}`);
      drawn = [];
      showCursor();
      process.off("exit", showCursor);
    },
  };
}
