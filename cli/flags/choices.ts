import { distance } from "fastest-levenshtein";
import { usage } from "../process/failure.ts";

/**
 * `a, b` or `all` as items of the list, in the order given, each once unless `repeated`; an unknown name fails with the nearest
 * valid one.
 */
export function parseChoices<T extends { readonly name: string }>(
  what: string,
  text: string,
  known: readonly T[],
  { repeated = false, hint }: { readonly repeated?: boolean; readonly hint?: string } = {},
): T[] {
  if (text.trim() === "all") return [...known];
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (names.length === 0)
    throw usage(`no ${what} named; choose from ${known.map((one) => one.name).join(", ")}`);
  return (repeated ? names : [...new Set(names)]).map((name) => parseChoice(what, name, known, hint));
}

/** One item of the list by its name; `hint` says where the others are told. */
export function parseChoice<T extends { readonly name: string }>(
  what: string,
  name: string,
  known: readonly T[],
  hint = '"notif-lab list" shows all',
): T {
  const found = known.find((one) => one.name === name);
  if (found) return found;
  const near = nearest(
    name,
    known.map((one) => one.name),
  );
  throw usage(`unknown ${what} "${name}"; did you mean ${near}? ${hint}`);
}

/** The valid name that is the fewest letters away. */
export function nearest(name: string, known: readonly string[]): string {
  const byDistance = [...known].sort((a, b) => distance(name, a) - distance(name, b));
  return byDistance[0] ?? "";
}

/** A number within bounds; anything else fails naming the flag and the bounds. */
export function parseNumber(
  flag: string,
  text: string,
  bounds: { readonly min: number; readonly max: number; readonly integer: boolean },
): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  const fits = value >= bounds.min && value <= bounds.max && (!bounds.integer || Number.isInteger(value));
  if (fits) return value;
  const kind = bounds.integer ? "a whole number" : "a number";
  throw usage(`${flag} takes ${kind} from ${bounds.min} to ${bounds.max}, not "${text}"`);
}
