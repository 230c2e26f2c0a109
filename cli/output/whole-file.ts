import { randomBytes } from "node:crypto";
import { constants, rmSync, type Stats } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, parse, resolve, sep } from "node:path";
import { whileWaiting } from "../process/outset.ts";

/**
 * Makes the folder and those it lies in. Rejects with the system's error at the first that can't be made; Node's own recursive mkdir
 * never settles below /proc, where a folder that is missing can't be made either.
 */
export async function makeFolder(path: string): Promise<void> {
  const { root } = parse(resolve(path));
  const names = resolve(path).slice(root.length).split(sep).filter(Boolean);
  for (const [index] of names.entries()) {
    const folder = join(root, ...names.slice(0, index + 1));
    if (await isFolder(folder)) continue;
    await mkdir(folder).catch(async (error: NodeJS.ErrnoException) => {
      // Another run may have made it meanwhile.
      if (error.code !== "EEXIST" || !(await isFolder(folder))) throw error;
    });
  }
}

async function isFolder(path: string): Promise<boolean> {
  const found = await statOrNothing(path);
  if (found && !found.isDirectory()) throw new Error(`${path} is not a folder`);
  return found !== undefined;
}

/** What is there, symbolic links followed; undefined where there is nothing. */
export async function statOrNothing(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Proves that a file can be made in the folder; leaves nothing behind. */
export async function probeFolder(path: string): Promise<void> {
  const { remove } = await temporaryIn(path, "probe", "");
  await remove();
}

/**
 * Writes the file, whole or not at all: when that fails the old one stands and no other file is left. A pipe or a device is written
 * into instead: to replace it would take it from whoever reads it.
 */
export async function writeWhole(path: string, content: string): Promise<void> {
  const old = await statOrNothing(path);
  if (old?.isDirectory()) throw new Error("it is a folder");
  if (old && !old.isFile()) return writeInto(path, content);
  const temporary = await temporaryIn(dirname(path), basename(path), content, old?.mode);
  try {
    await rename(temporary.path, path);
  } catch (error) {
    await temporary.remove();
    throw error;
  }
  temporary.forget();
}

/** Writes a file that is not there yet; rejects with EEXIST, touching nothing, where something has that name. */
export async function writeNew(path: string, content: string): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(content);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/** Opening a pipe waits for its reader, as everywhere. */
async function writeInto(path: string, content: string): Promise<void> {
  const file = await whileWaiting(open(path, constants.O_WRONLY));
  try {
    await whileWaiting(file.writeFile(content));
  } finally {
    await file.close();
  }
}

interface Temporary {
  readonly path: string;
  /** Removes it. */
  remove(): Promise<void>;
  /** It stands under another name now. */
  forget(): void;
}

/** A new file under a name that nobody can have taken in advance; also gone when the process ends before it is removed or moved. */
async function temporaryIn(folder: string, name: string, content: string, mode = 0o666): Promise<Temporary> {
  // A name may be as long as file names go, and this one is longer.
  const path = join(folder, `.${name.slice(0, 100)}.${randomBytes(12).toString("hex")}.tmp`);
  const removeAtExit = () => rmSync(path, { force: true });
  const forget = () => void process.off("exit", removeAtExit);
  const remove = async () => {
    await rm(path, { force: true });
    forget();
  };
  const file = await open(path, "wx", mode & 0o777);
  process.on("exit", removeAtExit);
  try {
    await file.writeFile(content);
  } catch (error) {
    await remove();
    throw error;
  } finally {
    await file.close();
  }
  return { path, remove, forget };
}
