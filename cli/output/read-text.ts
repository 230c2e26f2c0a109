import { open } from "node:fs/promises";
import { whileWaiting } from "../process/outset.ts";

const MEBI = 2 ** 20;
const CHUNK = MEBI;

/** What people write by hand: configurations, scenarios. */
export const MOST_WRITTEN = MEBI;

/** What runs write; about a thousand times that of ten blocks of thirteen scenarios. */
export const MOST_RESULTS = 256 * MEBI;

/**
 * The text of a file or of what a pipe brings. Rejects with the system's error, and when there is more than `most` bytes: a device may
 * have no end.
 */
export async function readText(path: string, most: number): Promise<string> {
  return whileWaiting(read(path, most));
}

async function read(path: string, most: number): Promise<string> {
  const file = await open(path);
  try {
    const chunks: Buffer[] = [];
    for (let size = 0; ; ) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, null);
      if (bytesRead === 0) return Buffer.concat(chunks).toString("utf8");
      size += bytesRead;
      if (size > most) throw new Error(`it has more than ${most / MEBI} MiB`);
      chunks.push(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
