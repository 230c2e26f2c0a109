import { encodeFrame } from "./framing.ts";
import type { Writing } from "./writing.ts";

/**
 * Past the library: the frame is made once for all subscribers and written to the socket under ws in one piece. That holds only without
 * compression, when nothing of ws's own waits its turn there.
 */
export const rawWrites: Writing = {
  prepare: encodeFrame,
  write: ({ stream }, frame) => void stream.write(frame),
  heldBytes: ({ stream }) => stream.writableLength,
};
