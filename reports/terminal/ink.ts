/** Text of ASCII only; what has no spelling in it becomes a question mark. */
export function ascii(text: string): string {
  const known: Record<string, string> = { µ: "u", "–": "-", "·": "|", "…": "~" };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes that colour, and line ends, stay
  return text.replace(/[^\u001b\n\u0020-\u007e]/gu, (one) => known[one] ?? "?");
}

type Ink = (text: string) => string;

/** The colours of a terminal, as ANSI escapes or, without colour, as nothing. */
export function inks(color: boolean): Record<"bold" | "dim" | "red" | "green" | "yellow", Ink> {
  const ink =
    (on: number, off: number): Ink =>
    (text) =>
      color ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return { bold: ink(1, 22), dim: ink(2, 22), red: ink(31, 39), green: ink(32, 39), yellow: ink(33, 39) };
}
