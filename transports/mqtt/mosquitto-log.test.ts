import assert from "node:assert/strict";
import { test } from "vitest";
import { readLogLine } from "./mosquitto-log.ts";

test("connections come and go, with or without a login", () => {
  const from = "New client connected from 127.0.0.1:53356 as";
  assert.deepEqual(readLogLine(`${from} a-1 (p2, c1, k60, u's1').`), {
    kind: "connected",
    clientId: "a-1",
    login: "s1",
  });
  assert.deepEqual(readLogLine(`${from} a-1 (p2, c1, k60).`), {
    kind: "connected",
    clientId: "a-1",
    login: undefined,
  });
  for (const end of [
    "disconnected.",
    "closed its connection.",
    "has exceeded timeout, disconnecting.",
    "disconnected, not authorised.",
    "disconnected due to protocol error.",
    "disconnected: Connection reset by peer.",
    "been disconnected by administrative action.",
  ])
    assert.deepEqual(readLogLine(`Client a-1 ${end}`), { kind: "gone", clientId: "a-1" }, end);
  assert.deepEqual(readLogLine("Bad socket read/write on client a-1: Unknown error."), {
    kind: "gone",
    clientId: "a-1",
  });
});

test("a client id that reads like a line of the log speaks for itself alone", () => {
  const forged = "b disconnected. x";
  assert.deepEqual(readLogLine(`Client ${forged} closed its connection.`), {
    kind: "gone",
    clientId: forged,
  });
  const claim = "b (p2, c1, k60, u's1').";
  assert.deepEqual(readLogLine(`New client connected from 127.0.0.1:1 as ${claim} (p2, c1, k60).`), {
    kind: "connected",
    clientId: claim,
    login: undefined,
  });
  const split = "b disconnected.\u2028Reloading config.";
  assert.deepEqual(readLogLine(`Client ${split} disconnected.`), { kind: "gone", clientId: split });
});

test("what else the broker says is not for the core", () => {
  for (const line of ["New connection from 127.0.0.1:1 on port 1.", "mosquitto version 2.0.11 running", ""])
    assert.equal(readLogLine(line), undefined);
  assert.deepEqual(readLogLine("Reloading config."), { kind: "reloading" });
  assert.deepEqual(readLogLine("Outgoing messages are being dropped for client a.b."), {
    kind: "dropping",
    clientId: "a.b",
  });
});
