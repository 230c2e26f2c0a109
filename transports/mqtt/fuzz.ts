import type { Dice } from "../conformance/fuzz/dice.ts";
import type { Grammar, Setting, Step } from "../conformance/fuzz/input.ts";
import { oddHttp, oddQuery } from "../conformance/fuzz/odd-http.ts";
import { garbled, oddJson } from "../conformance/fuzz/odd-json.ts";
import { oddMsgpack } from "../conformance/fuzz/odd-msgpack.ts";
import { oddChannel, oddRequest } from "../conformance/fuzz/odd-request.ts";
import { type Odd, oddString } from "../conformance/fuzz/odd-values.ts";
import { oddFrames, upgradeHeaders } from "../conformance/fuzz/websocket-frames.ts";

const CONNECT = 1;
const PUBLISH = 3;
const SUBSCRIBE = 8;
const UNSUBSCRIBE = 10;
/** PUBACK, PUBREC, PUBREL, PUBCOMP: two bytes with an identifier. */
const ACKNOWLEDGEMENTS = [4, 5, 6, 7] as const;
const QOS = [0, 1, 2, 0, 1, 2, 3] as const;
/** Asking for answers, requests, what only a broker may send, and packets without content. */
const EMPTY = [12, 14, 13, 0, 2, 9, 11, 15] as const;

/** Packets of all kinds, over WebSocket in messages of all kinds. */
export const grammar: Grammar = (dice, setting) => {
  const steps = packets(dice, setting);
  if (setting.variant !== "ws") return steps;
  const headers = upgradeHeaders(dice, dice.chance(0.95) ? ["sec-websocket-protocol: mqtt"] : []);
  const opening = oddHttp(dice, { method: "GET", target: `/${oddQuery(dice, [])}`, headers });
  return [
    { bytes: opening, awaits: dice.chance(0.9) },
    ...steps.map((step) => ({ ...step, bytes: oddFrames(dice, step.bytes, dice.chance(0.98)) })),
  ];
};

/** CONNECT with the token (MQTT 3.1.1, 3.1), then whatever there is. */
const packets: Grammar = (dice, setting) => {
  const clientId = dice.chance(0.9) ? `c${dice.below(1_000_000)}` : oddString(dice);
  const steps: Step[] = [{ bytes: connect(dice, setting, clientId), awaits: dice.chance(0.9) }];
  if (dice.chance(0.8))
    steps.push({ bytes: subscribe(dice, [`reply/${clientId}`]), awaits: dice.chance(0.5) });
  for (let left = dice.from(1, 6); left > 0; left -= 1)
    steps.push({ bytes: oddPacket(dice, setting), awaits: dice.chance(0.3) });
  return steps;
};

function connect(dice: Dice, { token, user }: Setting, clientId: string): Buffer {
  const odd = (probability: number) => dice.chance(probability);
  const will = odd(0.15);
  const level = odd(0.03) ? dice.pick([0, 3, 5, 0x84]) : 4;
  const flags = odd(0.03) ? dice.below(256) : 0xc2 | (will ? 4 | (dice.pick(QOS) << 3) : 0);
  const keepalive = dice.pick([0, 1, 60, 65_535]);
  const parts = [
    text(odd(0.03) ? dice.pick(["MQIsdp", "", "mqtt"]) : "MQTT"),
    Buffer.from([level, flags]),
    u16(keepalive),
    text(clientId),
  ];
  if (will) parts.push(text(topic(dice, { token, user, variant: undefined })), text("the will"));
  parts.push(text(odd(0.9) ? user : oddString(dice)), text(odd(0.97) ? token : oddString(dice)));
  return packet(dice, CONNECT, 0, Buffer.concat(parts));
}

function subscribe(dice: Dice, topics: readonly string[]): Buffer {
  const body = topics.flatMap((one) => [text(one), Buffer.from([dice.pick(QOS)])]);
  return packet(dice, SUBSCRIBE, 2, Buffer.concat([identifier(dice), ...body]));
}

function oddPacket(dice: Dice, setting: Setting): Buffer {
  const kind = dice.below(10);
  if (kind < 5) return publish(dice, setting);
  if (kind === 5)
    return subscribe(
      dice,
      Array.from({ length: dice.from(0, 4) }, () => topic(dice, setting)),
    );
  if (kind === 6) {
    const topics = Array.from({ length: dice.from(0, 3) }, () => text(topic(dice, setting)));
    return packet(dice, UNSUBSCRIBE, 2, Buffer.concat([identifier(dice), ...topics]));
  }
  if (kind === 7)
    return packet(
      dice,
      dice.pick(EMPTY),
      dice.chance(0.9) ? 0 : dice.below(16),
      dice.bytes(dice.pick([0, 0, 2, 5])),
    );
  if (kind === 8) return connect(dice, setting, "again");
  const acknowledgement = dice.pick(ACKNOWLEDGEMENTS);
  return packet(dice, acknowledgement, acknowledgement === 6 ? 2 : 0, identifier(dice));
}

function publish(dice: Dice, setting: Setting): Buffer {
  const qos = dice.pick(QOS);
  const request = dice.chance(0.7);
  const body = request ? oddRequest(dice, setting) : oddString(dice);
  const inMsgpack = (setting.variant === "msgpack") !== dice.chance(0.05);
  const payload =
    request && inMsgpack ? oddMsgpack(body) : Buffer.from(request ? oddJson(body) : String(body));
  const head = [text(request ? "request" : topic(dice, setting)), ...(qos > 0 ? [identifier(dice)] : [])];
  const flags = (dice.chance(0.1) ? 8 : 0) | (qos << 1) | (dice.chance(0.1) ? 1 : 0);
  return packet(dice, PUBLISH, flags, Buffer.concat([...head, garbled(dice, payload)]));
}

function topic(dice: Dice, setting: Setting): string {
  if (dice.chance(0.1))
    return dice.pick([
      "#",
      "+/+",
      "$SYS/broker",
      "$share/g/topic/a",
      "request",
      "reply/other",
      "",
      "topic/\u0000",
      "/",
    ]);
  const channel: Odd = oddChannel(dice, setting);
  return typeof channel === "string" ? channel : oddJson(channel).slice(0, 60_000);
}

function identifier(dice: Dice): Buffer {
  return u16(dice.chance(0.1) ? dice.pick([0, 65_535]) : dice.from(1, 20));
}

/** A fixed header (2.2) with the length of what follows, or at times with another. */
function packet(dice: Dice, type: number, flags: number, body: Buffer): Buffer {
  const first = (type << 4) | (dice.chance(0.01) ? dice.below(16) : flags);
  const length = dice.chance(0.02) ? dice.pick([0, body.length + 1, 20_000, 268_435_455]) : body.length;
  const bytes = [first];
  let left = length;
  do {
    bytes.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
    left >>>= 7;
  } while (left > 0);
  if (dice.chance(0.01)) bytes.push(0xff, 0xff, 0xff, 0xff);
  return Buffer.concat([Buffer.from(bytes), body]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value).subarray(0, 65_535);
  return Buffer.concat([u16(bytes.length), bytes]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
