import type { Dice } from "../../conformance/fuzz/dice.ts";
import type { Grammar, Setting, Step } from "../../conformance/fuzz/input.ts";
import { oddHttp, oddQuery } from "../../conformance/fuzz/odd-http.ts";
import { garbled, oddJson } from "../../conformance/fuzz/odd-json.ts";
import { oddMsgpack } from "../../conformance/fuzz/odd-msgpack.ts";
import { OPERATIONS, oddCursor, oddRequest } from "../../conformance/fuzz/odd-request.ts";
import { type Odd, OddMap, oddValue } from "../../conformance/fuzz/odd-values.ts";

/** A session, whose polls go to `path` over one connection and whose other requests over another; it asks for `time` in milliseconds. */
export const pollGrammar =
  (path: string, time: string): Grammar =>
  (dice, setting) => {
    const steps: Step[] = [];
    // Short waits, since a poll that waits is one that nobody reads.
    const waits: Odd = dice.chance(0.8) ? dice.pick([1, 50, 500]) : oddValue(dice);
    const fields = dice.chance(0.9) ? new OddMap([[time, waits]]) : oddValue(dice);
    if (dice.chance(0.9))
      steps.push({ bytes: request(dice, setting, "POST", "/sessions", fields), on: 1, awaits: true });
    for (let left = dice.from(1, 5); left > 0; left -= 1) {
      const kind = dice.below(10);
      if (kind < 4) {
        const after = dice.chance(0.6) ? dice.pick(["0", "1"]) : String(oddCursor(dice));
        const target = `${path}${oddQuery(dice, [["after", after]])}`;
        steps.push({ bytes: request(dice, setting, "GET", target), awaits: dice.chance(0.3) });
      } else if (kind === 4) steps.push({ bytes: request(dice, setting, "DELETE", "/sessions"), on: 1 });
      else {
        const operation = dice.pick(OPERATIONS);
        const bytes = request(dice, setting, "POST", `/${operation}`, oddRequest(dice, setting, operation));
        steps.push({ bytes, on: 1, awaits: dice.chance(0.5) });
      }
    }
    return steps;
  };

function request(
  dice: Dice,
  { variant, token }: Setting,
  method: string,
  target: string,
  fields?: Odd,
): Buffer {
  const packed = (variant === "msgpack") !== dice.chance(0.03);
  const opens = target === "/sessions" && method === "POST";
  const headers = [
    ...(opens || dice.chance(0.1) ? [`authorization: Bearer ${token}`] : []),
    ...(!opens && dice.chance(0.95) ? ["x-session: {session}"] : []),
    ...(fields === undefined ? [] : [`content-type: application/${packed ? "vnd.msgpack" : "json"}`]),
  ];
  if (fields === undefined) return oddHttp(dice, { method, target, headers });
  const body = garbled(dice, packed ? oddMsgpack(fields) : Buffer.from(oddJson(fields)));
  return oddHttp(dice, { method, target, headers, body });
}
