import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** The built command line, as its users start it; `npm test` builds first. */
export const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

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
  const texts = { out: "", err: "" };
  child.stdout.on("data", (chunk) => {
    texts.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    texts.err += chunk;
  });
  const ended = once(child, "close").then(([code]): Outcome => ({ code, ...texts }));
  return { child, ended, texts };
}
