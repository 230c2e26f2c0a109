/** Columns by the width of their longest text, with a space before the next: what a table says is never cut in a figure. */
export function widthOf(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => text.length + 1));
}

/** For cli-table3: columns by space alone, no lines. */
export const BARE = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
};
