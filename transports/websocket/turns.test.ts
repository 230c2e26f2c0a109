import assert from "node:assert/strict";
import { test } from "vitest";
import { maskedFrame, OPCODE, openBareClient } from "../attacks/bare-websocket.ts";
import { MANY, turnsOf } from "../attacks/turns.test-fixture.ts";
import { websocket, websocketDeflate, websocketFastify, websocketRaw } from "./transport.ts";

test.for([websocket, websocketRaw, websocketDeflate, websocketFastify])(
  "$name takes one message a turn of the event loop, so that nobody waits behind all that another sends at once",
  async (transport) => {
    const taken = await turnsOf(transport, async ({ server, token }) => {
      const { socket } = await openBareClient(server.endpoint, token("ann"));
      const request = JSON.stringify({ op: "publish", ref: 1, channel: "topic/news", body: "x" });
      socket.write(Buffer.concat(Array(MANY).fill(maskedFrame(OPCODE.text, request))));
    });
    assert.equal(new Set(taken).size, MANY);
  },
);
