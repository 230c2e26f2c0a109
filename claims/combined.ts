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

/** What the sentence may mean: by one that can't be told it may hold, so that the others contradict nothing then. */
function ofAlternatives(readings: readonly Verdict[]): Verdict {
  const said = new Set(readings);
  const isOpen = said.delete("can't be told");
  const [only] = said;
  if (only === undefined) return "can't be told";
  if (said.size > 1) return "holds under these conditions";
  if (!isOpen || only === "holds under these conditions") return only;
  return only === "holds here" ? "holds under these conditions" : "can't be told";
}

/** All parts have to hold: one that is contradicted contradicts the sentence, one that can't be told leaves it open. */
function ofParts(parts: readonly Verdict[]): Verdict {
  const said = new Set(parts);
  const [only] = said;
  if (only === undefined) return "can't be told";
  if (said.has("contradicted here")) return "contradicted here";
  return said.size === 1 ? only : "holds under these conditions";
}
