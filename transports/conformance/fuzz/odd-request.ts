import type { Dice } from "./dice.ts";
import { FUZZ_EPOCH, type Setting } from "./input.ts";
import { KEYS, type Odd, OddMap, oddValue } from "./odd-values.ts";

export function oddChannel(dice: Dice, { user }: Setting): Odd {
  if (dice.chance(0.15)) return oddValue(dice);
  return dice.pick([
    `user/${user}`,
    "topic/a",
    "topic/b",
    `topic/${dice.below(300)}`,
    "user/else",
    "topic/",
    "topic/#",
    "+",
    "user/..",
    "$SYS/#",
    `topic/${"x".repeat(129)}`,
  ]);
}

export function oddCursor(dice: Dice): Odd {
  if (dice.chance(0.15)) return oddValue(dice);
  const position = dice.pick([0, 1, 5, dice.below(2_000), 2 ** 31]).toString(36);
  return dice.pick([
    `${FUZZ_EPOCH}-${position}`,
    `${FUZZ_EPOCH}-zzzzzzzzzz`,
    `other-${position}`,
    `${FUZZ_EPOCH}--1`,
    "-",
    "",
  ]);
}

const FIELDS = { subscribe: ["channel", "after"], publish: ["channel", "body"], read: ["id"] } as const;

/** The fields of one request of the dialogue: most as they should be, each at times something else, missing, or there twice. */
export function oddRequest(dice: Dice, setting: Setting): OddMap {
  const op = dice.pick(["subscribe", "publish", "read"] as const);
  const usual = new Map<string, () => Odd>([
    ["op", () => (dice.chance(0.9) ? op : oddOperation(dice))],
    ["ref", () => (dice.chance(0.7) ? dice.below(1_000) : oddValue(dice))],
    ["channel", () => oddChannel(dice, setting)],
    ["body", () => (dice.chance(0.7) ? "a body" : oddValue(dice))],
    ["after", () => oddCursor(dice)],
    ["id", () => oddCursor(dice)],
  ]);
  const names: string[] = ["op", "ref", ...FIELDS[op]].filter(() => dice.chance(0.95));
  if (dice.chance(0.2)) names.push(dice.pick(KEYS));
  return new OddMap(names.map((name) => [name, usual.get(name)?.() ?? oddValue(dice)]));
}

function oddOperation(dice: Dice): Odd {
  return dice.chance(0.5) ? dice.pick(["connect", "ping", "pong", "ok", "error"]) : oddValue(dice);
}
