import { z } from "zod";

/** More than any trace has. */
const MOST_NUMBERS = 4_000_000;

const text = (bytesEach: number) =>
  z.strictObject({ column: z.string().max(Math.ceil((MOST_NUMBERS * bytesEach * 4) / 3) + 4) });

/** What piecesOf() made of a column of numbers, as the column it was. Numbers that are none are refused. */
export const float64Column = text(Float64Array.BYTES_PER_ELEMENT).transform(({ column }, context) => {
  const bytes = bytesOf(column);
  if (bytes.byteLength % Float64Array.BYTES_PER_ELEMENT === 0) {
    const numbers = new Float64Array(bytes);
    if (numbers.every(Number.isFinite)) return numbers;
  }
  context.addIssue("it is no column of numbers");
  return z.NEVER;
});

export const uint32Column = text(Uint32Array.BYTES_PER_ELEMENT).transform(({ column }, context) => {
  const bytes = bytesOf(column);
  if (bytes.byteLength % Uint32Array.BYTES_PER_ELEMENT === 0) return new Uint32Array(bytes);
  context.addIssue("it is no column of numbers");
  return z.NEVER;
});

/** In memory of its own, where numbers of any width may begin. */
function bytesOf(base64: string): ArrayBuffer {
  const decoded = Buffer.from(base64, "base64");
  const bytes = new ArrayBuffer(decoded.byteLength);
  new Uint8Array(bytes).set(decoded);
  return bytes;
}
