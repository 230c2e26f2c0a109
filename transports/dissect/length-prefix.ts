import { LabError } from "../../core/errors.ts";
import type { Consume } from "./reader.ts";

const MAX_BYTES = 16 * 1024 * 1024;

interface Prefix {
  /** Length of the whole prefix; its last four bytes are the payload's length, big-endian. */
  readonly bytes: number;
  /** Looks at the prefix before it is believed. */
  readonly check?: (prefix: Buffer) => void;
}

/** Reads payloads behind a prefix that ends with their length. Throws `malformed` when more than 16 MiB are announced. */
export function readPrefixed({ bytes: width, check }: Prefix, on: (payload: Buffer) => void): Consume {
  return (bytes) => {
    if (bytes.length < width) return 0;
    check?.(bytes.subarray(0, width));
    const length = bytes.readUInt32BE(width - 4);
    if (length > MAX_BYTES)
      throw new LabError("malformed", `a length of ${length} bytes is not possible on this transport`);
    if (bytes.length < width + length) return 0;
    on(bytes.subarray(width, width + length));
    return width + length;
  };
}
