import type { Dice } from "../../conformance/fuzz/dice.ts";
import type { Grammar, Setting, Step } from "../../conformance/fuzz/input.ts";
import { oddHttp, oddQuery } from "../../conformance/fuzz/odd-http.ts";
import { garbled, oddJson } from "../../conformance/fuzz/odd-json.ts";
import { OPERATIONS, oddChannel, oddCursor, oddRequest } from "../../conformance/fuzz/odd-request.ts";
import type { Odd } from "../../conformance/fuzz/odd-values.ts";

/** A stream on one connection, requests of its session, or of the token alone, on another. */
export const streamGrammar =
  (path: string): Grammar =>
  (dice, setting) => {
    const steps: Step[] = [];
    if (dice.chance(0.85)) steps.push({ bytes: openStream(dice, setting, path), awaits: true });
    for (let left = dice.from(0, 4); left > 0; left -= 1)
      steps.push({ bytes: oddPost(dice, setting), on: 1, awaits: dice.chance(0.5) });
    return steps.length > 0 ? steps : [{ bytes: oddPost(dice, setting), awaits: true }];
  };

function openStream(dice: Dice, setting: Setting, path: string): Buffer {
  const byHeader = dice.chance(0.8);
  const wanted: [string, string][] = [];
  while (dice.chance(0.6)) wanted.push(["channel", text(oddChannel(dice, setting))]);
  if (dice.chance(0.5)) wanted.push(["after", text(oddCursor(dice))]);
  if (dice.chance(0.3)) wanted.push(["alive", dice.pick(["1", "0", "yes", ""])]);
  if (!byHeader) wanted.push(["access_token", setting.token]);
  const headers = [
    "accept: */*",
    ...(byHeader ? [`authorization: Bearer ${setting.token}`] : []),
    ...(dice.chance(0.2)
      ? [
          `last-event-id: ${text(oddCursor(dice))
            .replace(/[^\x20-\xff]/g, "?")
            .slice(0, 5_000)}`,
        ]
      : []),
  ];
  return oddHttp(dice, { method: "GET", target: `${path}${oddQuery(dice, wanted)}`, headers });
}

function oddPost(dice: Dice, setting: Setting): Buffer {
  const operation = dice.pick(OPERATIONS);
  const headers = [
    "content-type: application/json",
    ...(dice.chance(0.8) ? ["x-session: {session}"] : []),
    ...(dice.chance(0.6) ? [`authorization: Bearer ${setting.token}`] : []),
  ];
  const body = garbled(dice, Buffer.from(oddJson(oddRequest(dice, setting, operation))));
  if (dice.chance(0.2)) return oddHttp(dice, { method: "POST", target: "/alive", headers });
  return oddHttp(dice, { method: "POST", target: `/${operation}`, headers, body });
}

function text(value: Odd): string {
  return typeof value === "string" ? value : oddJson(value);
}
