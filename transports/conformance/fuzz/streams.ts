import { connect } from "node:net";
import { createRandom } from "../../../core/random.ts";
import type { Endpoint } from "../../port/transport.ts";
import { inParallel } from "./in-parallel.ts";

export interface FuzzOptions {
  readonly inputs: number;
  readonly seed: number;
}

const AT_ONCE = 16;

/** Random bytes, some behind an HTTP or HTTP/2 beginning, each on a connection of its own. */
export async function sendGarbage(endpoint: Endpoint, { inputs, seed }: FuzzOptions): Promise<void> {
  const random = createRandom(seed);
  const openings = [
    "",
    "GET / HTTP/1.1\r\n",
    "POST /publish HTTP/1.1\r\ncontent-length: 99\r\n\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  ];
  await inParallel(inputs, AT_ONCE, async (index) => {
    const opening = openings[index % openings.length] ?? "";
    const noise = Buffer.from(
      Array.from({ length: 1 + Math.floor(random() * 2_000) }, () => Math.floor(random() * 256)),
    );
    await send(endpoint, Buffer.concat([Buffer.from(opening), noise]));
  });
  await send(endpoint, Buffer.alloc(8 * 1024 * 1024, "a"));
}

/** Replays recorded client streams with seeded mutations; returns how many inputs were sent. */
export async function fuzz(
  endpoint: Endpoint,
  recordings: readonly Buffer[],
  { inputs, seed }: FuzzOptions,
): Promise<number> {
  const random = createRandom(seed);
  const corpus = recordings.filter((recording) => recording.length > 0);
  let sent = 0;
  await inParallel(inputs, AT_ONCE, async () => {
    const original = corpus[Math.floor(random() * corpus.length)];
    if (!original) return;
    await send(endpoint, mutate(original, random));
    sent += 1;
  });
  return sent;
}

function mutate(original: Buffer, random: () => number): Buffer {
  let bytes = Buffer.from(original);
  const rounds = 1 + Math.floor(random() * 4);
  for (let round = 0; round < rounds; round += 1) {
    // Half of the mutations fall into the second half, so that handshakes often stand and what follows is hit.
    const at = Math.floor((random() < 0.5 ? random() : 0.5 + random() / 2) * bytes.length);
    const kind = Math.floor(random() * 5);
    if (kind === 0 && bytes.length > 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    else if (kind === 1) bytes = bytes.subarray(0, at);
    else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.floor(at / 2))]);
    else if (kind === 3)
      bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + Math.floor(random() * 8))]);
    else
      bytes = Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from([255, 0, 127, 128].slice(Math.floor(random() * 4))),
        bytes.subarray(at),
      ]);
  }
  return bytes;
}

/** Writes the bytes, gives the server a moment to answer, and goes away; settles when the socket is closed. */
function send(endpoint: Endpoint, bytes: Buffer): Promise<void> {
  const url = new URL(endpoint.url);
  return new Promise((resolve) => {
    const socket = connect({ host: url.hostname, port: Number(url.port) });
    socket.on("error", () => socket.destroy());
    socket.once("close", () => resolve());
    socket.resume();
    // Not end(): a half-close would spare the server the sudden ends that clients make.
    socket.write(bytes, () => setTimeout(() => socket.destroy(), 3));
  });
}
