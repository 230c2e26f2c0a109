import type { Dice } from "../conformance/fuzz/dice.ts";
import type { Grammar, Setting, Step } from "../conformance/fuzz/input.ts";
import { oddHttp } from "../conformance/fuzz/odd-http.ts";
import { garbled, oddJson } from "../conformance/fuzz/odd-json.ts";
import { oddChannel, oddCursor } from "../conformance/fuzz/odd-request.ts";
import { type Odd, oddString } from "../conformance/fuzz/odd-values.ts";
import { FLAG, FRAME, frame, literal, PREFACE_BYTES, prefixed, tag, u32, varint } from "./http2-bytes.ts";

const OTHERS = [2, 5, 6, 7, 8, 9, 10, 200] as const;
const ODD_HEADERS: readonly [string, string][] = [
  ["", "x"],
  ["Upper", "x"],
  [":odd", "x"],
  ["connection", "close"],
  ["te", "gzip"],
  ["grpc-timeout", "1n"],
  ["grpc-timeout", "99999999H"],
  ["grpc-timeout", "x"],
  ["grpc-encoding", "gzip"],
  ["grpc-encoding", "x"],
  ["a-bin", "%%%"],
  ["content-type", "text/plain"],
  ["long", "y".repeat(9_000)],
];

export const grammar: Grammar = (dice, setting) =>
  setting.variant === "web" ? webCalls(dice, setting) : http2Calls(dice, setting);

const METHODS = ["Subscribe", "Publish", "Read", "Alive", "Follow"] as const;

/** A stream of gRPC-Web on one connection, other calls on a second. */
const webCalls: Grammar = (dice, setting) => {
  const steps: Step[] = [];
  if (dice.chance(0.85)) steps.push({ bytes: webCall(dice, setting, "Follow"), awaits: true });
  for (let left = dice.from(1, 4); left > 0; left -= 1)
    steps.push({ bytes: webCall(dice, setting, dice.pick(METHODS)), on: 1, awaits: dice.chance(0.5) });
  return steps;
};

function webCall(dice: Dice, setting: Setting, method: string): Buffer {
  const channel = text(oddChannel(dice, setting));
  const fields = [field(dice, 1, dice.chance(0.8) ? channel : text(oddCursor(dice)))];
  if (dice.chance(0.7)) fields.push(field(dice, 2, dice.chance(0.5) ? "a body" : text(oddCursor(dice))));
  if (dice.chance(0.3)) fields.push(Buffer.concat([tag(3, 0), varint(dice.below(3))]));
  const message = garbled(dice, dice.chance(0.1) ? oddMessage(dice, setting) : Buffer.concat(fields));
  const claimed = dice.chance(0.05) ? dice.pick([0, 1, 20_000, 2 ** 31, 2 ** 32 - 1]) : message.length;
  const headers = [
    `content-type: ${dice.chance(0.95) ? "application/grpc-web+proto" : dice.pick(["text/plain", "application/grpc-web-text", "application/json"])}`,
    ...(dice.chance(0.8) && method !== "Follow" ? ["x-session: {session}"] : []),
    ...(dice.chance(0.8) ? [`authorization: Bearer ${setting.token}`] : []),
  ];
  const target = `/notiflab.v1.Web/${dice.chance(0.97) ? method : "Else"}`;
  const body = prefixed(message, claimed, dice.chance(0.03) ? dice.below(256) : 0);
  return oddHttp(dice, { method: "POST", target, headers, body });
}

/** The preface, settings, calls of the one method with the token, and messages on them (RFC 9113; gRPC over HTTP/2). */
const http2Calls: Grammar = (dice, setting) => {
  const settings = dice.chance(0.9) ? Buffer.alloc(0) : dice.bytes(6 * dice.from(1, 3));
  const opening = [
    dice.chance(0.98) ? PREFACE_BYTES : PREFACE_BYTES.subarray(0, 20),
    oddFrame(dice, FRAME.settings, 0, 0, settings),
  ];
  const steps: Step[] = [{ bytes: Buffer.concat(opening), awaits: dice.chance(0.5) }];
  const streams = dice.pick([1, 1, 1, 3]);
  for (let index = 0; index < streams; index += 1)
    steps.push({ bytes: call(dice, setting, 1 + 2 * index), awaits: dice.chance(0.9) });
  for (let left = dice.from(1, 5); left > 0; left -= 1) {
    const stream = dice.chance(0.95) ? 1 + 2 * dice.below(streams) : dice.pick([0, 2, 99, 2 ** 31 - 1]);
    steps.push({ bytes: onStream(dice, setting, stream), awaits: dice.chance(0.3) });
  }
  return steps;
};

function call(dice: Dice, { token }: Setting, stream: number): Buffer {
  const headers: [string, string][] = [
    [":method", dice.chance(0.98) ? "POST" : "GET"],
    [":scheme", "http"],
    [":path", dice.chance(0.97) ? "/notiflab.v1.Notifications/Connect" : dice.pick(["/", "", "/x/y", "*"])],
    [":authority", "fuzz"],
    ["te", "trailers"],
    ["content-type", "application/grpc"],
    ["authorization", dice.chance(0.97) ? `Bearer ${token}` : dice.pick(["", "Bearer", "Bearer \u00ff"])],
  ];
  const sent = headers.filter(() => dice.chance(0.99));
  while (dice.chance(0.1)) sent.push(ODD_HEADERS[dice.below(ODD_HEADERS.length)] ?? ["a", "b"]);
  const flags = FLAG.endHeaders | (dice.chance(0.03) ? FLAG.endStream : 0);
  return oddFrame(dice, FRAME.headers, flags, stream, garbled(dice, Buffer.concat(sent.map(literal))));
}

function onStream(dice: Dice, setting: Setting, stream: number): Buffer {
  const kind = dice.below(20);
  if (kind === 0) return oddFrame(dice, FRAME.reset, 0, stream, u32(dice.below(20)));
  if (kind === 1)
    return oddFrame(
      dice,
      dice.pick(OTHERS),
      dice.below(256),
      dice.chance(0.5) ? stream : 0,
      dice.bytes(dice.pick([0, 4, 5, 8, 17])),
    );
  const message = garbled(dice, oddMessage(dice, setting));
  const compressed = dice.chance(0.02) ? dice.below(256) : 0;
  const claimed = dice.chance(0.03) ? dice.pick([0, 1, 20_000, 2 ** 31, 2 ** 32 - 1]) : message.length;
  const bytes = prefixed(message, claimed, compressed);
  const flags = dice.chance(0.05) ? FLAG.endStream : 0;
  if (dice.chance(0.9) || bytes.length < 2) return oddFrame(dice, FRAME.data, flags, stream, bytes);
  const at = dice.from(1, bytes.length - 1);
  return Buffer.concat([
    oddFrame(dice, FRAME.data, 0, stream, bytes.subarray(0, at)),
    oddFrame(dice, FRAME.data, flags, stream, bytes.subarray(at)),
  ]);
}

/** A ClientMessage of notif.proto, with fields of other types or numbers now and then. */
function oddMessage(dice: Dice, setting: Setting): Buffer {
  const channel = () => field(dice, 1, text(oddChannel(dice, setting)));
  const operations: readonly (() => Buffer)[] = [
    () =>
      field(
        dice,
        2,
        Buffer.concat([channel(), ...(dice.chance(0.6) ? [field(dice, 2, text(oddCursor(dice)))] : [])]),
      ),
    () =>
      field(
        dice,
        3,
        Buffer.concat([channel(), field(dice, 2, dice.chance(0.7) ? "a body" : oddString(dice))]),
      ),
    () => field(dice, 4, field(dice, 1, text(oddCursor(dice)))),
    () => field(dice, 5, Buffer.alloc(0)),
    () => Buffer.concat([tag(dice.pick([0, 6, 2 ** 28]), dice.below(8)), dice.bytes(dice.below(10))]),
    // Groups, which nothing has written for years, within one another.
    () => Buffer.alloc(dice.pick([10, 12_000]), 0x13),
  ];
  const parts: Buffer[] = [
    Buffer.concat([tag(1, 0), varint(dice.chance(0.9) ? dice.below(1_000) : 2 ** 40)]),
  ];
  do parts.push(operations[dice.below(dice.chance(0.9) ? 4 : operations.length)]?.() ?? Buffer.alloc(0));
  while (dice.chance(0.1));
  return Buffer.concat(parts);
}

function field(dice: Dice, number: number, value: Buffer | string): Buffer {
  const bytes = Buffer.from(value);
  const length = dice.chance(0.01) ? dice.pick([0, bytes.length + 1, 2 ** 31, 2 ** 35]) : bytes.length;
  return Buffer.concat([tag(number, dice.chance(0.01) ? dice.below(8) : 2), varint(length), bytes]);
}

function oddFrame(dice: Dice, type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const length = dice.chance(0.01) ? dice.pick([0, payload.length + 1, 2 ** 24 - 1]) : payload.length;
  return frame(type, flags, stream, payload, length);
}

function text(value: Odd): string {
  return typeof value === "string" ? value : oddJson(value);
}
