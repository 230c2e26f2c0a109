import type { Dice } from "./dice.ts";
import { Exotic, Nest, type Odd, OddMap } from "./odd-values.ts";

/** Writes a value as JSON text, with what JSON.stringify would never write. */
export function oddJson(value: Odd): string {
  if (value instanceof Exotic) return value.json;
  if (value instanceof Nest) {
    const [open, inner, close] = value.kind === "array" ? ["[", "1", "]"] : ['{"a":', "1", "}"];
    return `${open.repeat(value.depth)}${inner}${close.repeat(value.depth)}`;
  }
  if (value instanceof OddMap)
    return `{${value.entries.map(([key, of]) => `${JSON.stringify(key)}:${oddJson(of)}`).join(",")}}`;
  if (Buffer.isBuffer(value)) return JSON.stringify(value.toString("latin1"));
  if (Array.isArray(value)) return `[${value.map(oddJson).join(",")}]`;
  return JSON.stringify(value);
}

/** A text as it is, cut short, with a byte changed, or with something behind it. */
export function garbled(dice: Dice, bytes: Buffer): Buffer {
  if (dice.chance(0.9) || bytes.length === 0) return bytes;
  const at = dice.below(bytes.length);
  const kind = dice.below(3);
  if (kind === 0) return bytes.subarray(0, at);
  if (kind === 1) return Buffer.concat([bytes, dice.bytes(dice.from(1, 8))]);
  const copy = Buffer.from(bytes);
  copy[at] = dice.below(256);
  return copy;
}
