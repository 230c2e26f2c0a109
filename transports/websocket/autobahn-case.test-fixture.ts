import assert from "node:assert/strict";
import { encode } from "@msgpack/msgpack";
import { type BareClient, closeFrame, maskedFrame, OPCODE } from "../attacks/bare-websocket.ts";
import { msgpack } from "../codec/msgpack.ts";
import { within } from "../conformance/bench.ts";
import type { Frame } from "../dissect/websocket-frames.ts";
import { isObject } from "../session/envelope.ts";

/*
 * Cases of the Autobahn test suite (github.com/crossbario/autobahn-testsuite), by their numbers. That suite wants a server that echoes;
 * here a message is a request that says nothing but its `ref`, and the answer that brings the `ref` back is the echo.
 */

/** How a variant writes its messages. */
export interface Notation {
  readonly opcode: number;
  /** A request with this `ref`, of exactly `bytes` where that is given. */
  message(ref: string, bytes?: number): Buffer;
  /** The `ref` of an answer. */
  refOf(payload: Buffer): unknown;
}

export const jsonNotation: Notation = {
  opcode: OPCODE.text,
  message: (ref, bytes = 0) => {
    const text = JSON.stringify({ ref });
    return Buffer.from(text + " ".repeat(Math.max(0, bytes - Buffer.byteLength(text))));
  },
  refOf: (payload) => refIn(JSON.parse(payload.toString())),
};

export const msgpackNotation: Notation = {
  opcode: OPCODE.binary,
  message: (ref, bytes = 0) => {
    for (let padding = Math.max(0, bytes - 64); ; padding += 1) {
      const packed = Buffer.from(encode(bytes === 0 ? { ref } : { ref, padding: new Uint8Array(padding) }));
      if (packed.length >= bytes) return packed;
    }
  },
  refOf: (payload) => refIn(msgpack.parseTrusted(payload)),
};

function refIn(answer: unknown): unknown {
  return isObject(answer) && answer.op === "error" ? answer.ref : answer;
}

/** What goes out: bytes in one write, the same in writes of `chop` bytes, or a wait until the server has sent so many frames. */
export type Step = Buffer | { readonly bytes: Buffer; readonly chop: number } | { readonly answered: number };

export interface Case {
  readonly id: string;
  readonly steps: (notation: Notation) => readonly Step[];
  /** `answer` and its `ref`, or `pong` and its payload. */
  readonly expect: readonly string[];
  /**
   * What the server's close frame says, any of these; an empty one counts as 1000. Undefined: nothing has gone wrong, and it answers the
   * closing handshake that follows.
   */
  readonly close?: readonly number[];
}

/** RFC 6455, 7.4.1. */
export const PROTOCOL_ERROR = [1002];
export const INVALID_PAYLOAD = [1007];

/** Runs one case on a connection of its own, which the server must have ended afterwards. */
export async function runCase(one: Case, notation: Notation, client: BareClient): Promise<void> {
  const { socket, frames } = client;
  const settled = (count: number) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (frames.length >= count) resolve();
      };
      client.onFrame = check;
      check();
    });
  try {
    for (const step of one.steps(notation)) {
      if (Buffer.isBuffer(step)) await write(client, step);
      else if ("answered" in step) await within(`${step.answered} frames`, settled(step.answered));
      else
        for (let at = 0; at < step.bytes.length; at += step.chop)
          await write(client, step.bytes.subarray(at, at + step.chop));
    }
    if (!one.close) {
      await within(`${one.expect.length} frames`, Promise.race([settled(one.expect.length), client.ended]));
      await write(client, closeFrame(1000));
    }
    await within("the server's end", client.ended);
    const [last, ...before] = [...frames].reverse();
    assert.deepEqual(
      before.reverse().map((frame) => told(frame, notation)),
      one.expect,
    );
    assert.ok(last?.opcode === "close", "the last frame is a close frame");
    const code = last.payload.length === 0 ? 1000 : last.payload.readUInt16BE();
    assert.ok((one.close ?? [1000]).includes(code), `close code ${code}`);
  } finally {
    socket.destroy();
  }
}

function write({ socket }: BareClient, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    // What the server reads no more need not go out.
    if (socket.writable) socket.write(bytes, () => resolve());
    else resolve();
  });
}

function told({ opcode, payload }: Frame, { refOf }: Notation): string {
  if (opcode === "pong") return `pong ${payload.toString("latin1")}`;
  return opcode === "close" ? `close ${payload.toString("hex")}` : `answer ${refOf(payload)}`;
}

/** A message in pieces of so many bytes: the first with the opcode, the rest as continuations (RFC 6455, 5.4). */
export function fragmented(opcode: number, payload: Buffer, bytes: number): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at < payload.length; at += bytes) {
    const fin = at + bytes >= payload.length;
    frames.push(
      maskedFrame(at === 0 ? opcode : OPCODE.continuation, payload.subarray(at, at + bytes), { fin }),
    );
  }
  return frames;
}
