import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, test } from "vitest";
import { Hub } from "../../core/hub.ts";
import { maskedFrame, OPCODE, upgradeRequest } from "../attacks/bare-websocket.ts";
import { serveDefaults } from "../port/defaults.ts";
import { createFront } from "./listening.ts";
import type { Line } from "./peer.ts";
import { SUBPROTOCOL } from "./websocket-stream.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** The server's end of a connection, and the client's, on which any bytes can be written. */
async function openLine() {
  const hub = new Hub({ clock: Date.now, authenticate: () => ({ user: "ann", expiresAt: 0 }), epoch: "e" });
  let onLine: (line: Line) => void = () => undefined;
  const standing = new Promise<Line>((resolve) => {
    onLine = resolve;
  });
  const options = { ...serveDefaults(undefined), hub, maxPacketBytes: 4_096 };
  const { server, endOthers } = createFront("websocket", options, onLine);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => socket.destroy());
  closing.push(() => {
    socket.destroy();
    endOthers();
    server.close();
  });
  socket.write(
    upgradeRequest({ url: `ws://127.0.0.1:${port}` }, undefined, [`Sec-WebSocket-Protocol: ${SUBPROTOCOL}`]),
  );
  return { line: await standing, socket };
}

/** Turns of the event loop from the first byte that comes to the last of so many. */
async function turnsFor(line: Line, bytes: number): Promise<number> {
  let received = 0;
  let turns = 0;
  line.on("data", (data: Buffer) => {
    received += data.length;
  });
  await once(line, "data");
  for (; received < bytes; turns += 1) await turn();
  return turns;
}

test("messages that came together are read together, as what came over TCP is", async () => {
  const { line, socket } = await openLine();
  const counted = turnsFor(line, 20);
  socket.write(Buffer.concat(Array.from({ length: 20 }, () => maskedFrame(OPCODE.binary, Buffer.from("x")))));
  assert.ok((await counted) <= 2);
});

test("who sends messages without content by thousands leaves the others their turns", async () => {
  const { line, socket } = await openLine();
  let turns = 0;
  line.on("data", () => undefined);
  const empty = maskedFrame(OPCODE.binary, Buffer.alloc(0));
  socket.write(Buffer.concat(Array.from({ length: 200_000 }, () => empty)));
  const last = once(line, "data");
  socket.write(maskedFrame(OPCODE.binary, Buffer.from("x")));
  let over = false;
  last.then(() => {
    over = true;
  });
  for (; !over; turns += 1) await turn();
  // As many turns at least as there are pieces of 64 KiB.
  assert.ok(turns >= (200_000 * empty.length) / 65_536, `${turns} turns`);
});
