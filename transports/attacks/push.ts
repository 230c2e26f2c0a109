import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Writes if the socket can still be written to; settles when the bytes are out, or a second later when its peer reads no more. */
export async function push(socket: Socket, bytes: Buffer): Promise<void> {
  if (!socket.writable) return;
  const out = new Promise<void>((resolve) => {
    socket.write(bytes, () => resolve());
  });
  if (socket.writableNeedDrain) await Promise.race([out, sleep(1_000)]);
}

export function times(count: number, bytes: Buffer): Buffer {
  return Buffer.concat(Array<Buffer>(count).fill(bytes));
}
