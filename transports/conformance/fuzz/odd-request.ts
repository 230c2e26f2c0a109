import type { Dice } from "./dice.ts";
import { FUZZ_EPOCH, type Setting } from "./input.ts";
import { KEYS, type Odd, OddMap, oddValue } from "./odd-values.ts";

const ODD_CHANNELS = [
  "user/else",
  "topic/",
  "topic/#",
  "+",
  "user/..",
  "$SYS/#",
  `topic/${"x".repeat(129)}`,
] as const;

export function oddChannel(dice: Dice, { user }: Setting): Odd {
  if (dice.chance(0.6)) return dice.pick(["topic/a", "topic/b", `user/${user}`, `topic/${dice.below(300)}`]);
  return dice.chance(0.5) ? dice.pick(ODD_CHANNELS) : oddValue(dice);
}

/** An event's id, which is a cursor too: of an event that may have been, or of none. */
export function oddCursor(dice: Dice): Odd {
  const position = dice.pick([0, 1, 5, dice.below(100), dice.below(2_000), 2 ** 31]).toString(36);
  if (dice.chance(0.7)) return `${FUZZ_EPOCH}-${position}`;
  return dice.chance(0.5)
    ? dice.pick([`${FUZZ_EPOCH}-zzzzzzzzzz`, `other-${position}`, `${FUZZ_EPOCH}--1`, "-", ""])
    : oddValue(dice);
}

export const OPERATIONS = ["subscribe", "publish", "read"] as const;
const FIELDS = { subscribe: ["channel", "after"], publish: ["channel", "body"], read: ["id"] } as const;

/** The fields of one request: most as they should be, each at times something else, missing, or there twice. */
export function oddRequest(
  dice: Dice,
  setting: Setting,
  op: (typeof OPERATIONS)[number] = dice.pick(OPERATIONS),
): OddMap {
  const usual = new Map<string, () => Odd>([
    ["op", () => (dice.chance(0.95) ? op : oddOperation(dice))],
    ["ref", () => (dice.chance(0.85) ? dice.below(1_000) : oddValue(dice))],
    ["channel", () => oddChannel(dice, setting)],
    ["body", () => (dice.chance(0.7) ? "a body" : oddValue(dice))],
    ["after", () => oddCursor(dice)],
    ["id", () => oddCursor(dice)],
  ]);
  const names: string[] = ["op", "ref", ...FIELDS[op]].filter(() => dice.chance(0.97));
  if (dice.chance(0.2)) names.push(dice.pick(KEYS));
  return new OddMap(names.map((name) => [name, usual.get(name)?.() ?? oddValue(dice)]));
}

function oddOperation(dice: Dice): Odd {
  return dice.chance(0.5) ? dice.pick(["connect", "ping", "pong", "ok", "error"]) : oddValue(dice);
}
