import type { Dice } from "../conformance/fuzz/dice.ts";
import type { Grammar, Step } from "../conformance/fuzz/input.ts";
import { garbled, oddJson } from "../conformance/fuzz/odd-json.ts";
import { oddRequest } from "../conformance/fuzz/odd-request.ts";
import { OddMap, oddValue } from "../conformance/fuzz/odd-values.ts";

/** A frame with the token, then frames with messages of the dialogue. */
export const grammar: Grammar = (dice, setting) => {
  const hello = new OddMap([
    ["op", dice.chance(0.95) ? "connect" : oddValue(dice)],
    ["ref", dice.chance(0.8) ? 1 : oddValue(dice)],
    ["token", dice.chance(0.95) ? setting.token : oddValue(dice)],
  ]);
  const steps: Step[] = [{ bytes: oddFrame(dice, oddJson(hello)), awaits: true }];
  for (let left = dice.from(1, 5); left > 0; left -= 1) {
    const text = dice.chance(0.05)
      ? dice.pick(['{"op":"ping"}', '{"op":"pong"}', oddJson(hello), ""])
      : oddJson(oddRequest(dice, setting));
    steps.push({ bytes: oddFrame(dice, text), awaits: dice.chance(0.3) });
  }
  return steps;
};

function oddFrame(dice: Dice, text: string): Buffer {
  const payload = garbled(dice, Buffer.from(text));
  const header = Buffer.alloc(4);
  header.writeUInt32BE(dice.chance(0.02) ? dice.pick([0, 1, 13_025, 2 ** 31, 2 ** 32 - 1]) : payload.length);
  return Buffer.concat([header, payload]);
}
