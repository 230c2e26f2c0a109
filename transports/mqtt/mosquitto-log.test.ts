import assert from "node:assert/strict";
import { test } from "vitest";
import { logReader } from "./mosquitto-log.ts";

const readLogLine = logReader("2.0.11");
const readLogLineOf21 = logReader("2.1.2");

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

test("since 2.1 an address stands behind the client id of who goes", () => {
  for (const address of ["127.0.0.1:53356", "::1:53356", "(null):0"])
    for (const end of [
      ".",
      ": connection closed by client.",
      ": not authorised.",
      ": session taken over.",
      ": used disallowed feature (QoS too high, retain not supported, or bad AUTH method).",
      ": bad socket read/write: Unknown error",
    ])
      assert.deepEqual(readLogLineOf21(`Client a-1 [${address}] disconnected${end}`), {
        kind: "gone",
        clientId: "a-1",
      });
  const forged = "b [127.0.0.1:1] disconnected: x";
  assert.deepEqual(readLogLineOf21(`Client ${forged} [127.0.0.1:2] disconnected.`), {
    kind: "gone",
    clientId: forged,
  });
  for (const line of [
    "Client a-1 disconnected.",
    "Client a-1 negotiated TLSv1.3 cipher TLS_AES_256_GCM_SHA384",
  ])
    assert.equal(readLogLineOf21(line), undefined);
});

test("before 2.1 it is part of the client id: nobody speaks for another", () => {
  const clientId = "victim [127.0.0.1:1]";
  for (const end of ["disconnected.", "closed its connection."])
    assert.deepEqual(readLogLine(`Client ${clientId} ${end}`), { kind: "gone", clientId });
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
