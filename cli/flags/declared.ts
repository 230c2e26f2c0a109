import type { Argument, Option } from "commander";

/** The flags that a command's declaration infers, as its action gets them. */
export type FlagsOf<Declared extends () => { opts(): unknown }> = ReturnType<ReturnType<Declared>["opts"]>;

/** Words that a flag or an operand takes and that only completion needs to know. */
interface Words {
  readonly load: () => Promise<readonly string[]>;
  readonly list: boolean;
}

const WORDS = new WeakMap<object, Words>();

/** Declares what completion offers for it: one of these, which are loaded only then. What no other value may be is told by `.choices()`. */
export function oneOf<T extends Option | Argument>(declared: T, load: Words["load"]): T {
  WORDS.set(declared, { load, list: false });
  return declared;
}

/** As `oneOf`, several with commas between. */
export function listOf<T extends Option | Argument>(declared: T, load: Words["load"]): T {
  WORDS.set(declared, { load, list: true });
  return declared;
}

/** What is known of the words that it takes; undefined where it takes any. */
export async function wordsOf(
  declared: Option | Argument,
): Promise<{ readonly words: readonly string[]; readonly list: boolean } | undefined> {
  if (declared.argChoices) return { words: declared.argChoices, list: false };
  const known = WORDS.get(declared);
  return known && { words: await known.load(), list: known.list };
}

/** Reads a flag that may be given several times: all its values. */
export function collected(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

/** The end of a command's help: what it is typed like, and what for. */
export function examples(...lines: readonly (readonly [words: string, what?: string])[]): string {
  const shown = lines.map(([words, what]) => {
    const line = `  notif-lab ${words}`;
    return what === undefined ? line : `${line.padEnd(38)}  # ${what}`;
  });
  return `\nExamples:\n${shown.join("\n")}\n`;
}
