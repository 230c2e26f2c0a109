import assert from "node:assert/strict";
import { test } from "vitest";
import { MANY, turnsOf } from "../attacks/turns.test-fixture.ts";
import { joinEngine, jsonNotation, msgpackNotation } from "./bare-engine.ts";
import { PacketType } from "./packet.ts";
import { socketio, socketioMsgpack } from "./transport.ts";

test.for([
  { transport: socketio, notation: jsonNotation },
  { transport: socketioMsgpack, notation: msgpackNotation },
])(
  "$transport.name takes one message a turn of the event loop, so that nobody waits behind all that another sends at once",
  async ({ transport, notation }) => {
    const taken = await turnsOf(transport, async ({ server, token }) => {
      const { socket } = await joinEngine(server.endpoint, token("ann"), notation);
      const request = ["publish", { channel: "topic/news", body: "x" }];
      socket.write(Buffer.concat(Array(MANY).fill(notation(PacketType.EVENT, request, 1))));
    });
    assert.equal(new Set(taken).size, MANY);
  },
);
