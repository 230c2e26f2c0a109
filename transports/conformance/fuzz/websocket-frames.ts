import type { Dice } from "./dice.ts";

const CLOSE_CODES = [0, 999, 1000, 1001, 1005, 1006, 1015, 2999, 3000, 4999, 5000, 65_535] as const;

/** The request that opens a WebSocket (RFC 6455, 4.1), as lines of headers. */
export function upgradeHeaders(dice: Dice, more: readonly string[] = []): string[] {
  const wild = dice.chance(0.2);
  const odd = (probability: number) => wild && dice.chance(probability);
  const offered = [
    "permessage-deflate",
    "permessage-deflate; server_max_window_bits=99",
    'x;y="',
    ";;",
  ] as const;
  return [
    "connection: Upgrade",
    `upgrade: ${odd(0.2) ? dice.pick(["h2c", "websocket, x", ""]) : "websocket"}`,
    `sec-websocket-version: ${odd(0.2) ? dice.pick(["8", "0", "x"]) : "13"}`,
    `sec-websocket-key: ${odd(0.2) ? "short" : "AAAAAAAAAAAAAAAAAAAAAA=="}`,
    ...(odd(0.3) ? [`sec-websocket-protocol: ${dice.pick(["a", "a,,b", "\u0001", "x".repeat(300)])}`] : []),
    ...(odd(0.3) ? [`sec-websocket-extensions: ${dice.pick(offered)}`] : []),
    ...more,
  ];
}

/** The frames of one message (RFC 6455, 5): whole or in fragments, masked; those of some messages are odd. */
export function oddFrames(dice: Dice, message: Buffer, binary: boolean, compressed = false): Buffer {
  const wild = dice.chance(0.1);
  const frames: Buffer[] = [];
  const pieces = dice.chance(0.2) ? cut(dice, message) : [message];
  pieces.forEach((piece, index) => {
    const opcode = index > 0 ? 0 : binary ? 2 : 1;
    const last = index === pieces.length - 1;
    frames.push(frame(dice, piece, { opcode, last, rsv: compressed && index === 0 ? 4 : 0, wild }));
    if (dice.chance(0.05)) frames.push(controlFrame(dice, wild));
  });
  return Buffer.concat(frames);
}

function controlFrame(dice: Dice, wild: boolean): Buffer {
  const opcode = wild ? dice.pick([8, 9, 10]) : dice.pick([9, 10]);
  const payload = dice.bytes(dice.pick(wild ? [0, 1, 2, 5, 125, 126] : [0, 5, 125]));
  if (opcode === 8 && payload.length >= 2) payload.writeUInt16BE(dice.pick(CLOSE_CODES), 0);
  return frame(dice, payload, { opcode, last: true, rsv: 0, wild });
}

interface Header {
  readonly opcode: number;
  readonly last: boolean;
  readonly rsv: number;
  readonly wild: boolean;
}

function frame(dice: Dice, payload: Buffer, { opcode, last, rsv, wild }: Header): Buffer {
  const odd = () => wild && dice.chance(0.2);
  const fin = last !== odd();
  const first = (fin ? 0x80 : 0) | ((odd() ? dice.below(8) : rsv) << 4) | (odd() ? dice.below(16) : opcode);
  const masked = !odd();
  const claimed = odd() ? dice.pick([0, 125, 126, 65_536, 2 ** 31, 2 ** 40]) : payload.length;
  const header = Buffer.concat([Buffer.from([first]), lengthBytes(claimed, masked ? 0x80 : 0, odd())]);
  if (!masked) return Buffer.concat([header, payload]);
  const mask = dice.bytes(4);
  return Buffer.concat([
    header,
    mask,
    Buffer.from(payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))),
  ]);
}

/** In 7, 16 or 64 bits: the shortest, as the RFC wants, or the longest. */
function lengthBytes(length: number, flag: number, longest: boolean): Buffer {
  if (length < 126 && !longest) return Buffer.from([flag | length]);
  const short = length < 65_536 && !longest;
  const bytes = Buffer.alloc(short ? 3 : 9);
  bytes[0] = flag | (short ? 126 : 127);
  if (short) bytes.writeUInt16BE(length, 1);
  else bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}

function cut(dice: Dice, message: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < message.length; ) {
    const piece = message.subarray(at, at + dice.from(1, Math.max(1, Math.ceil(message.length / 3))));
    pieces.push(piece);
    at += piece.length;
  }
  return pieces.length === 0 ? [message] : pieces;
}
