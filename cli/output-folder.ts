import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { CliFailure, systemReason, usage } from "./failure.ts";

/** A folder that results are written to, each file whole or not at all. */
export interface OutputFolder {
  readonly path: string;
  /** Replaces the file; when that fails the old one stands and no other file is left. */
  write(name: string, content: string): Promise<void>;
}

/** Makes the folder and proves that it can be written to, before anything is measured. */
export async function openOutputFolder(path: string): Promise<OutputFolder> {
  const write = async (name: string, content: string) => {
    const target = join(path, name);
    const temporary = `${target}.${process.pid}.tmp`;
    try {
      await writeFile(temporary, content);
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  };
  try {
    await mkdir(path, { recursive: true });
    await writeFile(join(path, `.probe.${process.pid}.tmp`), "");
    await rm(join(path, `.probe.${process.pid}.tmp`));
  } catch (error) {
    throw usage(`can't write to ${path} (${systemReason(error)}); choose another folder with --out`, error);
  }
  return {
    path,
    write: (name, content) =>
      write(name, content).catch((error: unknown) => {
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

/** Keeps an earlier run's results under a name of their own; says which, or undefined when there were none. */
export async function setAside(path: string, name: string, stamp: string): Promise<string | undefined> {
  const kept = name.replace(/(\.[a-z]+)$/, `-before-${stamp}$1`);
  try {
    await rename(join(path, name), join(path, kept));
    return join(path, kept);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw usage(
      `can't set ${join(path, name)} aside (${systemReason(error)}); choose another folder with --out`,
      error,
    );
  }
}

/** Writes a text to the file, whole or not at all, and prints its path; to stdout itself without a file or with `-`. */
export async function writeOut(file: string | undefined, text: string): Promise<void> {
  if (file === undefined || file === "-") {
    process.stdout.write(text);
    return;
  }
  const folder = await openOutputFolder(dirname(resolve(file)));
  await folder.write(basename(file), text);
  process.stdout.write(`${file}\n`);
}
