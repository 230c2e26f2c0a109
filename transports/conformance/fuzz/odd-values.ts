import type { Dice } from "./dice.ts";

/** A value that JSON or MessagePack can write down, with what no ordinary encoder would write. */
export type Odd = null | boolean | number | string | Buffer | readonly Odd[] | OddMap | Nest | Exotic;

/** Entries in order, so that a key can come twice. */
export class OddMap {
  readonly entries: readonly (readonly [string, Odd])[];

  constructor(entries: readonly (readonly [string, Odd])[]) {
    this.entries = entries;
  }
}

/** Arrays or maps within one another, so many that nothing recursive may write them. */
export class Nest {
  readonly kind: "array" | "map";
  readonly depth: number;

  constructor(kind: "array" | "map", depth: number) {
    this.kind = kind;
    this.depth = depth;
  }
}

/** Something of one format alone: ready text for JSON, ready bytes for MessagePack. */
export class Exotic {
  readonly json: string;
  readonly msgpack: Buffer;

  constructor(json: string, msgpack: string) {
    this.json = json;
    this.msgpack = Buffer.from(msgpack, "hex");
  }
}

/** Around the bounds that exist: 128 of a ref, 1,000 of a body, some 13,000 bytes of a message, 16 bits. */
const LENGTHS = [0, 1, 31, 32, 64, 65, 127, 128, 129, 255, 256, 1_000, 1_001, 4_096, 13_000, 65_535] as const;
const DEPTHS = [1, 15, 17, 99, 100, 120, 1_000, 5_000, 6_490, 12_000] as const;
const PIECES = [
  "a",
  "\u0000",
  "\u{1f600}",
  "\ud800",
  "\n",
  "é",
  '"',
  "\\",
  "\u2028",
  "%00",
  "../",
  "#",
  "+",
  " ",
] as const;
const NUMBERS = [0, -0, 1, -1, 0.5, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53) - 2, 1e308, 5e-324] as const;
/** JSON that its parser takes in other ways than one thinks, or not at all; and types, lengths and extensions of MessagePack. */
const EXOTICS: readonly [string, string][] = [
  ["1e999", "cb7ff0000000000000"],
  ["-1e999", "cb7ff8000000000000"],
  ["NaN", "c1"],
  ["01", "d6ff00000000"],
  ['"\\ud800"', "a3eda080"],
  ["[1,]", "ddffffffff"],
  ["{,}", "dfffffffff"],
  ["undefined", "dbffffffff01"],
  ["'a'", "c6ffffffff00"],
  ["18446744073709551616", "cfffffffffffffffff"],
  ['"\\u0000"', "c7ff00"],
  ['{"__proto__":null}', "81a95f5f70726f746f5f5fc0"],
  ["/**/1", "d3ffffffffffffffff"],
];

export function oddString(dice: Dice): string {
  const piece = dice.pick(PIECES);
  const text = piece.repeat(Math.ceil(dice.pick(LENGTHS) / piece.length));
  return dice.chance(0.3) ? text + dice.pick(PIECES) : text;
}

/** Anything at all; `room` bounds how many values a list or a map has within it. */
export function oddValue(dice: Dice, room = 3): Odd {
  switch (dice.below(9)) {
    case 0:
      return null;
    case 1:
      return dice.chance(0.5);
    case 2:
      return dice.pick(NUMBERS);
    case 3:
      return dice.bytes(dice.below(40));
    case 4:
      return new Exotic(...(EXOTICS[dice.below(EXOTICS.length)] ?? ["null", "c0"]));
    case 5:
      return new Nest(dice.pick(["array", "map"]), dice.pick(DEPTHS));
    case 6:
      return room > 0 ? Array.from({ length: dice.from(1, 20) }, () => oddValue(dice, room - 1)) : [];
    case 7:
      return oddMap(dice, room);
    default:
      return oddString(dice);
  }
}

function oddMap(dice: Dice, room: number): OddMap {
  if (room <= 0) return new OddMap([]);
  const entry = (): [string, Odd] => [dice.pick(KEYS), oddValue(dice, room - 1)];
  return new OddMap(Array.from({ length: dice.from(0, 8) }, entry));
}

export const KEYS = [
  "op",
  "ref",
  "channel",
  "body",
  "after",
  "id",
  "token",
  "kind",
  "__proto__",
  "constructor",
  "toString",
  "then",
  "",
] as const;
