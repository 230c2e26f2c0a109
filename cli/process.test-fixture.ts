import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

/** The built command line, as its users start it; `npm test` builds first. */
export const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

/** Flags of a run that is over soon. What is found of a transport for them is found once. */
export const TINY = [
  "--quick",
  "--connections",
  "20",
  "--duration",
  "0.5",
  "--warmup",
  "0.2",
  "--rate",
  "120",
];

export interface Outcome {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Starts `notif-lab` with these words in a folder; `texts` has what it has said so far. */
export function startNotifLab(words: readonly string[], folder?: string) {
  const child = spawn(process.execPath, [main, ...words], {
    ...(folder === undefined ? {} : { cwd: folder }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { child, ...heard(child) };
}

/** What a process says, so far and in the end. */
export function heard(child: ChildProcessByStdio<Writable | null, Readable, Readable>) {
  const texts = { out: "", err: "" };
  child.stdout.on("data", (chunk) => {
    texts.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    texts.err += chunk;
  });
  const ended = once(child, "close").then(([code]): Outcome => ({ code, ...texts }));
  return { ended, texts };
}

/** The processes it has started; ps ends with 1 when there are none. */
export const childrenOf = (pid: number | undefined): number[] =>
  spawnSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" })
    .stdout.split("\n")
    .filter((line) => line.trim() !== "")
    .map(Number);

/** Those too that they have started. */
export const descendantsOf = (pid: number | undefined): number[] =>
  childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);

/** It waits 1.5 s for its connections at the most; what is beyond that here is for a machine that is busy. */
const SOON_MS = 15_000;

/** Settles with it; rejects when it takes too long. */
export async function endedSoon(ended: Promise<Outcome>): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("it took too long to end")), SOON_MS);
  });
  return Promise.race([ended, late]).finally(() => clearTimeout(timer));
}

/** Built, as `main` is, and loaded by Node.js itself, so that modules of one's own are too. */
const program = (): Promise<typeof import("./program.ts")> =>
  import(new URL("../dist/cli/program.js", import.meta.url).href);

/**
 * Runs `notif-lab` within this process, which takes a tenth of the time: for what is about words, files and exit codes,
 * not about processes and signals. One at a time, since it has stdout, stderr, the folder and the exit code of the process meanwhile.
 */
export async function runNotifLab(words: readonly string[], folder?: string): Promise<Outcome> {
  const { runCli } = await program();
  const texts = { out: "", err: "" };
  const restore = [capture(process.stdout, texts, "out"), capture(process.stderr, texts, "err")];
  const from = process.cwd();
  if (folder !== undefined) process.chdir(folder);
  process.exitCode = undefined;
  try {
    await runCli([process.execPath, main, ...words]);
    return { code: Number(process.exitCode ?? 0), ...texts };
  } finally {
    process.exitCode = undefined;
    process.chdir(from);
    for (const undo of restore) undo();
  }
}

/** Takes what is written to a stream; returns what gives the stream back. */
function capture(stream: NodeJS.WriteStream, texts: Record<"out" | "err", string>, into: "out" | "err") {
  const { write } = stream;
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    texts[into] += Buffer.from(chunk).toString();
    const done = rest.find((one): one is () => void => typeof one === "function");
    done?.();
    return true;
  };
  return () => {
    stream.write = write;
  };
}
