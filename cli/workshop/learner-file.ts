import { join, parse, resolve } from "node:path";
import { EMPTY, type WorkshopRecord, workshopSchema } from "../../workshop/record.ts";
import { setAside } from "../output/output-folder.ts";
import { readText } from "../output/read-text.ts";
import { statOrNothing, writeWhole } from "../output/whole-file.ts";
import { CliFailure, systemReason, usage } from "../process/failure.ts";

const MOST_BYTES = 4 * 1024 ** 2;

/** Where a learner's answers and figures are kept unless somebody says otherwise. */
export const DEFAULT_FILE = "notif-lab-workshop.json";

/** A learner's file; the runs of experiments are in a folder beside it. */
export interface LearnerFile {
  readonly path: string;
  /** The folder for one lesson's runs. */
  runsOf(lesson: number): string;
  /** What the file has; nothing where there is none yet. A damaged one fails with one line. */
  read(): Promise<WorkshopRecord>;
  write(record: WorkshopRecord): Promise<void>;
  /** Gives the file another name; settles with it, or undefined where there was none. */
  setAside(): Promise<string | undefined>;
}

export function learnerFile(named: string): LearnerFile {
  if (named === "") throw usage("--file takes the name of a file");
  const path = resolve(named);
  const { dir, name, base } = parse(path);
  return {
    path,
    runsOf: (lesson) => join(dir, `${name}-runs`, `lesson-${lesson}`),
    read: () => readRecord(path),
    write: (record) =>
      writeWhole(path, `${JSON.stringify(record, null, 1)}\n`).catch((error: unknown) => {
        throw new CliFailure(
          1,
          `can't write ${path} (${systemReason(error)}); choose another file with --file`,
          {
            cause: error,
          },
        );
      }),
    setAside: () => setAside(dir, base, new Date().toISOString().slice(0, 19).replaceAll(":", "-")),
  };
}

async function readRecord(path: string): Promise<WorkshopRecord> {
  const anew = `"notif-lab workshop reset" sets it aside and begins anew, or name another with --file`;
  let text: string;
  try {
    if (!(await statOrNothing(path))) return EMPTY;
    text = await readText(path, MOST_BYTES);
  } catch (error) {
    throw usage(`can't read ${path} (${systemReason(error)}); choose another file with --file`, error);
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
