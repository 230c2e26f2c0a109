import { join, parse, resolve } from "node:path";
import { EMPTY, type WorkshopRecord, workshopSchema } from "../../workshop/record.ts";
import { setAside } from "../output/output-folder.ts";
import { readText } from "../output/read-text.ts";
import { statOrNothing, writeWhole } from "../output/whole-file.ts";
import { shellWord } from "../process/command-line.ts";
import { CliFailure, systemReason, usage } from "../process/failure.ts";

const MOST_BYTES = 4 * 1024 ** 2;

/** Where a learner's answers and figures are kept unless somebody says otherwise. */
const DEFAULT_FILE = "notif-lab-workshop.json";

/** What to do where this one can't be used. */
export const ANOTHER_FILE = "choose another file with --file";

/** A learner's file; the runs of experiments are in a folder beside it. */
export interface LearnerFile {
  readonly path: string;
  /** The workshop's command with these words, about this file, as the learner would type it. */
  command(words: string): string;
  /** The folder for one lesson's runs. */
  runsOf(lesson: number): string;
  /** Where another file of this learner is: beside this one, and named after it. */
  beside(name: string): string;
  /** Where the lab keeps what it has written to a file of this name, to know whether it was edited since. */
  asWritten(name: string): string;
  /** What the file has; nothing where there is none yet. A damaged one fails with one line. */
  read(): Promise<WorkshopRecord>;
  write(record: WorkshopRecord): Promise<void>;
  /** Gives the file another name; settles with it, or undefined where there was none. */
  setAside(): Promise<string | undefined>;
}

export function learnerFile(named = DEFAULT_FILE): LearnerFile {
  if (named === "") throw usage("--file takes the name of a file");
  const path = resolve(named);
  const { dir, name, base, ext } = parse(path);
  // Of w.1 and w.2 the ending is a part of the name.
  const stem = ext.toLowerCase() === ".json" ? name : base;
  const runs = join(dir, `${stem}-runs`);
  const command = (words: string) =>
    `notif-lab workshop ${words}${named === DEFAULT_FILE ? "" : ` --file ${shellWord(named)}`}`;
  return {
    path,
    command,
    runsOf: (lesson) => join(runs, `lesson-${lesson}`),
    beside: (other) => join(dir, `${stem.replace(/-workshop$/, "")}-${other}`),
    asWritten: (other) => join(runs, other),
    read: () => readRecord(path, command("reset")),
    write: (record) =>
      writeWhole(path, `${JSON.stringify(record, null, 1)}\n`).catch((error: unknown) => {
        throw new CliFailure(1, `can't write ${path} (${systemReason(error)}); ${ANOTHER_FILE}`, {
          cause: error,
        });
      }),
    setAside: () => setAside(dir, base, new Date().toISOString().replace(/[:.]/g, "-"), ANOTHER_FILE),
  };
}

async function readRecord(path: string, reset: string): Promise<WorkshopRecord> {
  const anew = `"${reset}" sets it aside and begins anew, or name another with --file`;
  let text: string;
  try {
    if (!(await statOrNothing(path))) return EMPTY;
    text = await readText(path, MOST_BYTES);
  } catch (error) {
    throw usage(`can't read ${path} (${systemReason(error)}); ${ANOTHER_FILE}`, error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usage(`${path} is not complete JSON; ${anew}`, error);
  }
  const parsed = workshopSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join(".");
  throw usage(`${path} is no workshop's file, or damaged at ${where || "its top"}; ${anew}`, parsed.error);
}
