import { deflateRawSync } from "node:zlib";
import type { Dice } from "../conformance/fuzz/dice.ts";
import type { Grammar, Step } from "../conformance/fuzz/input.ts";
import { oddHttp, oddQuery } from "../conformance/fuzz/odd-http.ts";
import { garbled, oddJson } from "../conformance/fuzz/odd-json.ts";
import { oddMsgpack } from "../conformance/fuzz/odd-msgpack.ts";
import { oddRequest } from "../conformance/fuzz/odd-request.ts";
import { oddFrames, upgradeHeaders } from "../conformance/fuzz/websocket-frames.ts";

/** An upgrade, then frames with messages of the dialogue. */
export const grammar: Grammar = (dice, setting) => {
  const { variant, token } = setting;
  const deflate = variant === "deflate" && dice.chance(0.9);
  const byHeader = dice.chance(0.8);
  const headers = upgradeHeaders(dice, [
    ...(byHeader ? [`authorization: Bearer ${token}`] : []),
    ...(deflate ? ["sec-websocket-extensions: permessage-deflate"] : []),
  ]);
  const query = oddQuery(dice, byHeader ? [] : [["access_token", token]]);
  const opening = oddHttp(dice, { method: "GET", target: `/${query}`, headers });
  // A client may send its first frames before it has the answer.
  const steps: Step[] = [{ bytes: opening, awaits: dice.chance(0.9) }];
  const inMsgpack = (variant === "msgpack") !== dice.chance(0.05);
  for (let left = dice.from(1, 5); left > 0; left -= 1) {
    const request = oddRequest(dice, setting);
    const message = garbled(dice, inMsgpack ? oddMsgpack(request) : Buffer.from(oddJson(request)));
    const carried = deflate ? compress(dice, message) : message;
    const binary = inMsgpack !== dice.chance(0.02);
    steps.push({ bytes: oddFrames(dice, carried, binary, deflate), awaits: dice.chance(0.3) });
  }
  return steps;
};

/** As permessage-deflate wants it (RFC 7692, 7.2.1), a bomb now and then, or what is no deflate at all. */
function compress(dice: Dice, message: Buffer): Buffer {
  if (dice.chance(0.1)) return message;
  const content = dice.chance(0.05) ? Buffer.alloc(dice.pick([65_536, 4 * 1024 * 1024])) : message;
  return deflateRawSync(content, { finishFlush: 2 }).subarray(0, -4);
}
