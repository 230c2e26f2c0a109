import { rename } from "node:fs/promises";
import { dirname, join, parse, resolve } from "node:path";
import { CliFailure, systemReason, usage } from "../process/failure.ts";
import { makeFolder, probeFolder, statOrNothing, writeWhole } from "./whole-file.ts";

/** A folder that results are written to, each file whole or not at all. */
export interface OutputFolder {
  readonly path: string;
  /** Replaces the file; when that fails the old one stands and no other file is left. */
  write(name: string, content: string): Promise<void>;
}

/** What to do about a folder that can't be written to, where a command has a flag for it. */
const ANOTHER_FOLDER = "choose another folder with --out";

/** Makes the folder and proves that it can be written to, before anything is measured. */
export async function openOutputFolder(named: string, advice = ANOTHER_FOLDER): Promise<OutputFolder> {
  if (named === "") throw usage("--out takes the name of a folder");
  const path = resolve(named);
  try {
    await makeFolder(path);
    await probeFolder(path);
  } catch (error) {
    throw usage(`can't write to ${path} (${systemReason(error)}); ${advice}`, error);
  }
  return {
    path,
    write: (name, content) =>
      writeWhole(join(path, name), content).catch((error: unknown) => {
        throw new CliFailure(
          1,
          `can't write ${join(path, name)} (${systemReason(error)}); what was there before stands`,
          {
            cause: error,
          },
        );
      }),
  };
}

/** Keeps an earlier file of the folder under a name of its own; says which, or undefined when there was none. */
export async function setAside(
  path: string,
  name: string,
  stamp: string,
  advice = ANOTHER_FOLDER,
): Promise<string | undefined> {
  const { name: stem, ext } = parse(name);
  const kept = `${stem}-before-${stamp}${ext}`;
  try {
    // A pipe or a device holds no results, and its reader knows it by its name.
    if (!(await statOrNothing(join(path, name)))?.isFile()) return undefined;
    await rename(join(path, name), join(path, kept));
    return join(path, kept);
  } catch (error) {
    throw usage(`can't set ${join(path, name)} aside (${systemReason(error)}); ${advice}`, error);
  }
}

/** One file that a command writes in the end, or stdout. */
export interface Output {
  /** Whole or not at all; rejects with one line when that fails. */
  write(text: string): Promise<void>;
  /** Undefined where it is stdout. */
  readonly file: string | undefined;
}

/** Other names of this process's own stdout: opened anew they would be written from their beginning. */
const OWN_STDOUT: ReadonlySet<string> = new Set(["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]);

/** Proves, before anything takes time, that the file can be written, and makes the folder it lies in; stdout without a file or with `-`. */
export async function openOutput(file: string | undefined): Promise<Output> {
  if (file === undefined || OWN_STDOUT.has(file))
    return { file: undefined, write: async (text) => void process.stdout.write(text) };
  if (file === "") throw usage("--out takes the name of a file");
  const path = resolve(file);
  try {
    const found = await statOrNothing(path);
    if (found?.isDirectory()) throw new Error("it is a folder");
    if (!found || found.isFile()) {
      await makeFolder(dirname(path));
      await probeFolder(dirname(path));
    }
  } catch (error) {
    throw usage(`can't write ${file} (${systemReason(error)}); choose another file with --out`, error);
  }
  return {
    file,
    write: (text) =>
      writeWhole(path, text).catch((error: unknown) => {
        throw new CliFailure(1, `can't write ${file} (${systemReason(error)})`, { cause: error });
      }),
  };
}

/** Writes a text to the file, whole or not at all, and prints its path; to stdout itself without a file or with `-`. */
export async function writeOut(file: string | undefined, text: string): Promise<void> {
  const output = await openOutput(file);
  await output.write(text);
  if (output.file !== undefined) process.stdout.write(`${output.file}\n`);
}
