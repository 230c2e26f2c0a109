import type { Verdict } from "./verdict.ts";

/** What one reading says, and of which part of the sentence. */
export interface ReadingVerdict {
  readonly verdict: Verdict;
  readonly part?: string | undefined;
}

/** The verdict of several readings: what holds in all that was told, but not all could be told, holds under conditions at the most. */
export function combined(readings: readonly ReadingVerdict[], arithmetic: boolean): Verdict {
  if (!arithmetic) return "arithmetic wrong";
  const names = [...new Set(readings.map(({ part }) => part))];
  const parts = names.map((name) =>
    ofAlternatives(readings.filter(({ part }) => part === name).map(({ verdict }) => verdict)),
  );
  return ofParts(parts);
}

/** Readings that can't be told count neither way, and what holds by some of the others holds under conditions. */
function ofAlternatives(readings: readonly Verdict[]): Verdict {
  const said = new Set(readings);
  const isOpen = said.delete("can't be told");
  const [only] = said;
  if (only === undefined) return "can't be told";
  if (said.size > 1 || (isOpen && only === "holds here")) return "holds under these conditions";
  return only;
}

/** All parts have to hold: one that is contradicted contradicts the sentence, one that can't be told leaves it open. */
function ofParts(parts: readonly Verdict[]): Verdict {
  const said = new Set(parts);
  const [only] = said;
  if (only === undefined) return "can't be told";
  if (said.has("contradicted here")) return "contradicted here";
  return said.size === 1 ? only : "holds under these conditions";
}
