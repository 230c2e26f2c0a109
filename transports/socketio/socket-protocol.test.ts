import assert from "node:assert/strict";
import { afterAll, afterEach, beforeAll, describe, test } from "vitest";
import { type BareClient, maskedFrame, OPCODE } from "../attacks/bare-websocket.ts";
import { type Bench, openBench, until, within } from "../conformance/bench.ts";
import { engine, engineEnded, framesCame, joinEngine, openEngine } from "./bare-engine.ts";
import { socketio } from "./transport.ts";

/*
 * Cases of Socket.IO's protocol test suite (github.com/socketio/socket.io-protocol, test-suite), by their names there; Engine.IO's, which
 * that suite repeats, are in engine-protocol.test.ts. It wants a server that echoes events and auth, and has a namespace `/custom`.
 * Where a case only needs that something is acknowledged, a subscription is that.
 *
 * Left out, for the reason given:
 * - connect: "should allow connection to the main namespace with a payload" that comes back: the payload here is the token, and is not echoed;
 * - connect: to a custom namespace, with and without a payload, and disconnect from one: there is no other namespace;
 * - message: "should send a plain-text packet", "a packet with binary attachments", "a plain-text packet with an ack" and "with binary
 *   attachments and an ack" that are echoed: there is no echo, and no request has binary fields.
 */

let bench: Bench;
const clients: BareClient[] = [];
beforeAll(async () => {
  bench = await openBench(socketio, { maxSessionsPerUser: 1_000 });
});
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.destroy();
  await until("all are gone", () => bench.hub.counters.sessions === 0);
});
afterAll(() => bench.close());

function kept(client: BareClient): BareClient {
  clients.push(client);
  return client;
}

const open = async () => kept(await openEngine(bench.server.endpoint));
const join = async () => kept(await joinEngine(bench.server.endpoint, bench.token("ann")));
/** The text of the frame with this number, once it has come. */
async function frame(client: BareClient, index: number): Promise<string> {
  await framesCame(client, index + 1);
  return client.frames[index]?.payload.toString() ?? "";
}
const connect = () => engine(`40{"token":"${bench.token("ann")}"}`);

describe("Socket.IO protocol: connect", () => {
  test("should allow connection to the main namespace", async () => {
    const client = await open();
    client.socket.write(connect());
    const answer = await frame(client, 1);
    assert.match(answer, /^40\{/);
    assert.deepEqual(Object.keys(JSON.parse(answer.slice(2))), ["sid"]);
  });

  test("should disallow connection to an unknown namespace", async () => {
    const client = await open();
    client.socket.write(engine("40/random"));
    assert.equal(await frame(client, 1), '44/random,{"message":"Invalid namespace"}');
  });

  test("should disallow connection with an invalid handshake", async () => {
    const client = await open();
    client.socket.write(engine("4abc"));
    await within("the end", engineEnded(client));
  });

  test("should close the connection if no handshake is received", async () => {
    const strict = await openBench(socketio, { serve: { handshakeTimeoutMs: 200 } });
    const client = kept(await openEngine(strict.server.endpoint));
    await within("the end", engineEnded(client));
    await strict.close();
  });
});

describe("Socket.IO protocol: disconnect", () => {
  test("should disconnect from the main namespace, and let in again", async () => {
    const client = await join();
    client.socket.write(engine("41"));
    await until("it has left", () => bench.hub.counters.sessions === 0);
    client.socket.write(connect());
    assert.match(await frame(client, 2), /^40\{/);
  });

  test("an event after leaving ends the connection", async () => {
    const client = await join();
    client.socket.write(engine("41"));
    await until("it has left", () => bench.hub.counters.sessions === 0);
    client.socket.write(engine('421["read",{}]'));
    await within("the end", engineEnded(client));
  });
});

describe("Socket.IO protocol: message", () => {
  test("should send a plain-text packet with an ack, which comes back under its number", async () => {
    const client = await join();
    client.socket.write(engine('42456["subscribe",{"channel":"topic/news"}]'));
    assert.match(await frame(client, 2), /^43456\[\{"ok":true,"channel":"topic\/news"/);
  });

  test("takes a packet with binary attachments for one packet", async () => {
    const client = await join();
    client.socket.write(engine('451-7["read",{"id":{"_placeholder":true,"num":0}}]'));
    client.socket.write(maskedFrame(OPCODE.binary, Buffer.from([1, 2, 3])));
    assert.match(await frame(client, 2), /^437\[\{"ok":false,"code":"unknown_notification"/);
  });

  test.each([
    ["of unknown type", "4abc"],
    ["with an invalid payload format (binary)", '4589["x"'],
    ["with an unknown event payload", '42{"x":1}'],
    ["with a reserved event name", '42["disconnect"]'],
    ["with an acknowledgement that is no array", '431{"x":1}'],
    ["with more attachments than can be", '4511-["x"]'],
    ["with an invalid namespace", '42/admin,["read",{}]'],
  ])("should close the connection upon invalid format: a packet %s", async (_, text) => {
    const client = await join();
    client.socket.write(engine(text));
    await within("the end", engineEnded(client));
  });

  test("should close the connection upon a text where an attachment is due, and one due nowhere", async () => {
    const [late, early] = [await join(), await join()];
    late.socket.write(engine('451-["x",{"_placeholder":true,"num":0}]'));
    late.socket.write(engine('421["read",{}]'));
    early.socket.write(maskedFrame(OPCODE.binary, "x"));
    await within("the ends", Promise.all([engineEnded(late), engineEnded(early)]));
  });
});
