import { basename, dirname, format, parse } from "node:path";
import { MOST_WRITTEN, readText } from "../output/read-text.ts";
import { makeFolder, statOrNothing, writeWhole } from "../output/whole-file.ts";
import { CliFailure, systemReason } from "../process/failure.ts";
import type { LearnerFile } from "./learner-file.ts";

/**
 * Writes a file for the learner to go on with, beside theirs. One that was edited since the lab wrote it stands, and news is written under another name.
 * Settles with where the text is, or what the learner has made of it.
 */
export async function writeBeside(file: LearnerFile, name: string, content: string): Promise<string> {
  // Each place has a copy of its own: what was written to one that is gone says nothing about another.
  const copyOf = (written: string) => file.asWritten(basename(written));
  let place = file.beside(name);
  try {
    const newest = await newestOf(place);
    if (newest) {
      place = newest.place;
      const [text, written] = [await textOf(place), await textOf(copyOf(place))];
      if (text === content || written === content) return place;
      if (text === undefined || text !== written) place = newest.next;
    }
    await writeWhole(place, content);
    await makeFolder(dirname(copyOf(place)));
    await writeWhole(copyOf(place), content);
  } catch (error) {
    throw new CliFailure(1, `can't write ${place} (${systemReason(error)})`, { cause: error });
  }
  return place;
}

/** The last of `decision.md`, `decision-2.md` and so on, and the name that comes next; undefined where there is none. */
async function newestOf(
  first: string,
): Promise<{ readonly place: string; readonly next: string } | undefined> {
  const { dir, name, ext } = parse(first);
  const numbered = (number: number) => format({ dir, name: `${name}-${number}`, ext });
  let number = 2;
  while (await statOrNothing(numbered(number))) number += 1;
  if (number === 2 && !(await statOrNothing(first))) return undefined;
  return { place: number === 2 ? first : numbered(number - 1), next: numbered(number) };
}

/** Undefined where there is none that can be read. */
async function textOf(path: string): Promise<string | undefined> {
  if (!(await statOrNothing(path).catch(() => undefined))?.isFile()) return undefined;
  return readText(path, MOST_WRITTEN).catch(() => undefined);
}
