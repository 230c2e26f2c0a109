import type { Dice } from "../conformance/fuzz/dice.ts";
import type { Grammar, Setting, Step } from "../conformance/fuzz/input.ts";
import { oddHttp, oddQuery } from "../conformance/fuzz/odd-http.ts";
import { garbled, oddJson } from "../conformance/fuzz/odd-json.ts";
import { oddMsgpack } from "../conformance/fuzz/odd-msgpack.ts";
import { oddRequest } from "../conformance/fuzz/odd-request.ts";
import { type Odd, OddMap, oddValue } from "../conformance/fuzz/odd-values.ts";
import { oddFrames, upgradeHeaders } from "../conformance/fuzz/websocket-frames.ts";

/** Engine.IO's handshake, Socket.IO's CONNECT with the token, then packets of both protocols. */
export const grammar: Grammar = (dice, setting) => {
  const packets = [connectPacket(dice, setting)];
  for (let left = dice.from(1, 5); left > 0; left -= 1) packets.push(oddPacket(dice, setting));
  return setting.variant === "polling" ? polled(dice, packets) : framed(dice, packets);
};

/** What goes into one message of Engine.IO. */
interface Packet {
  readonly bytes: Buffer;
  readonly binary: boolean;
}

function framed(dice: Dice, packets: readonly Packet[]): Step[] {
  const query = oddQuery(dice, [
    ["EIO", "4"],
    ["transport", dice.chance(0.99) ? "websocket" : "polling"],
  ]);
  const opening = oddHttp(dice, {
    method: "GET",
    target: `/socket.io/${query}`,
    headers: upgradeHeaders(dice),
  });
  return [
    { bytes: opening, awaits: true },
    ...packets.map(({ bytes, binary }, index) => ({
      bytes: oddFrames(dice, index === 0 ? bytes : garbled(dice, bytes), binary !== dice.chance(0.02)),
      awaits: index === 0 || dice.chance(0.3),
    })),
  ];
}

function polled(dice: Dice, packets: readonly Packet[]): Step[] {
  const target = (more: readonly [string, string][]) =>
    `/socket.io/${oddQuery(dice, [["EIO", "4"], ["transport", "polling"], ...more])}`;
  // Not through encodeURIComponent, which would hide the braces.
  const ofSession = () => `${target([])}&sid=${dice.chance(0.98) ? "{session}" : "nobody"}`;
  const steps: Step[] = [
    { bytes: oddHttp(dice, { method: "GET", target: target([]), headers: [] }), awaits: true },
  ];
  for (const [index, { bytes }] of packets.entries()) {
    const several = dice.chance(0.1) ? Buffer.concat([bytes, Buffer.from("\u001e"), bytes]) : bytes;
    const body = index === 0 ? bytes : garbled(dice, several);
    const headers = ["content-type: text/plain;charset=UTF-8"];
    steps.push({
      bytes: oddHttp(dice, { method: "POST", target: ofSession(), headers, body }),
      awaits: true,
    });
    if (dice.chance(0.3))
      steps.push({ bytes: oddHttp(dice, { method: "GET", target: ofSession(), headers: [] }), on: 1 });
  }
  return steps;
}

function connectPacket(dice: Dice, { variant, token }: Setting): Packet {
  const auth: Odd = dice.chance(0.95)
    ? new OddMap([["token", dice.chance(0.95) ? token : oddValue(dice)]])
    : oddValue(dice);
  return packet(variant, {
    type: 0,
    nsp: dice.chance(0.97) ? "/" : dice.pick(["/a", "//", "", "/?x"]),
    data: auth,
  });
}

function oddPacket(dice: Dice, setting: Setting): Packet {
  // Engine.IO's own: open, close, ping, pong, message, upgrade, noop.
  if (dice.chance(0.1))
    return {
      bytes: Buffer.from(
        dice.pick(["0", "1", "2", "2probe", "3", "3probe", "4", "5", "6", "7", "", "b", "bAA=", "b%"]),
      ),
      binary: false,
    };
  if (dice.chance(0.05)) return { bytes: dice.bytes(dice.below(60)), binary: true };
  const request = oddRequest(dice, setting);
  const [, op] = request.entries.find(([name]) => name === "op") ?? ["op", "publish"];
  const data: Odd = dice.chance(0.95)
    ? [op, request, ...(dice.chance(0.05) ? [oddValue(dice)] : [])]
    : oddValue(dice);
  return packet(setting.variant, {
    type: dice.chance(0.85) ? 2 : dice.below(9),
    nsp: dice.chance(0.97) ? "/" : dice.pick(["/a", "//", "/,"]),
    data: dice.chance(0.05)
      ? [
          new OddMap([
            ["_placeholder", true],
            ["num", oddValue(dice)],
          ]),
        ]
      : data,
    ...(dice.chance(0.7) ? { id: dice.chance(0.9) ? dice.below(1_000) : oddValue(dice) } : {}),
  });
}

/** A packet of Socket.IO 5 in a message of Engine.IO, as its default parser writes it, or as a map of MessagePack. */
function packet(
  variant: string | undefined,
  { type, nsp, data, id }: { type: number; nsp: string; data: Odd; id?: Odd },
): Packet {
  if (variant === "msgpack") {
    const fields: [string, Odd][] = [
      ["type", type],
      ["nsp", nsp],
      ["data", data],
    ];
    if (id !== undefined) fields.push(["id", id]);
    return { bytes: oddMsgpack(new OddMap(fields)), binary: true };
  }
  const attachments = type === 5 || type === 6 ? "1-" : "";
  const text = `4${type}${attachments}${nsp === "/" ? "" : `${nsp},`}${id === undefined ? "" : oddJson(id)}${oddJson(data)}`;
  return { bytes: Buffer.from(text), binary: false };
}
