import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Hub } from "../../core/hub.ts";
import { findTransport } from "../../transports/registry.ts";
import { jwtAuthenticator, jwtIssuer } from "../../transports/session/jwt.ts";
import { replyOf, start } from "../fork.ts";
import type { FromClients, ToClients } from "./messages.ts";
import { Replayer } from "./replayer.ts";

/*
 * npm run bench:clients -- [client ...] [--rounds N]: what each transport's client library costs, with no server in it. Clients connect
 * through a recorder, get one notification, and then get its bytes again and again, one delivery a read, as in a fan-out. What the
 * process of the clients uses, the kernel's part of reading included, is divided by the events. `sse/eventsource` and the like are other
 * ways to read an event stream. Nothing here is a test.
 */
const CLIENTS = 50;
const WARM_UP_ROUNDS = 200;
/** Long enough for every client to have done with its delivery, so that none finds two in one read. */
const GAP_MS = 4;
const BODY = "x".repeat(128);
const DEFAULTS = ["tcp", "websocket", "socketio", "sse", "long-polling", "grpc", "mqtt"];

const { values, positionals } = parseArgs({
  options: { rounds: { type: "string", default: "500" } },
  allowPositionals: true,
});

async function costOf(name: string): Promise<{ readonly us: number; readonly bytes: number }> {
  const [wire = ""] = name.split("/");
  const transport = findTransport(wire);
  if (!transport) throw new Error(`no transport ${wire}`);
  const secret = randomBytes(32).toString("hex");
  const heartbeat = { intervalMs: 3_600_000, timeoutMs: 5_000 };
  const hub = new Hub({
    clock: Date.now,
    authenticate: jwtAuthenticator(secret),
    epoch: "bench",
    publishesPerMinute: Number.POSITIVE_INFINITY,
    maxSessionsPerUser: Number.POSITIVE_INFINITY,
    heartbeat,
  });
  const server = await transport.serve(hub, { maxConnectionsPerAddress: Number.POSITIVE_INFINITY });
  const replayer = await Replayer.before(server.endpoint.url);
  const child = start("./clients.js", import.meta.url);
  const ask = async <K extends FromClients["kind"]>(message: ToClients, kind: K) => {
    const reply = replyOf<FromClients, K>(child, kind);
    child.send(message);
    return reply;
  };
  const token = jwtIssuer(secret)("reader", 3_600_000);
  const publisher = await transport.connect(server.endpoint, {
    token: jwtIssuer(secret)("writer", 3_600_000),
    heartbeat,
  });
  const channel = "topic/news";
  await ask(
    { kind: "connect", client: name, url: replayer.url, token, channel, clients: CLIENTS },
    "connected",
  );
  await sleep(200);
  replayer.record();
  await publisher.publish({ channel, body: BODY });
  await sleep(200);
  const bytes = replayer.stop() / CLIENTS;
  await publisher.close();
  const answers = wire.startsWith("long-polling");
  const rounds = async (count: number) => {
    let played = 0;
    for (let round = 0; round < count; round += 1) {
      played += replayer.play(answers);
      await sleep(GAP_MS);
    }
    return played;
  };
  await rounds(WARM_UP_ROUNDS);
  await ask({ kind: "begin" }, "begun");
  const played = await rounds(Number(values.rounds));
  await sleep(100);
  const { cpuUs, events } = await ask({ kind: "end" }, "ended");
  child.disconnect();
  replayer.close();
  await server.close();
  if (events < played) throw new Error(`${name}: ${events} events of ${played} deliveries played`);
  return { us: cpuUs / played, bytes };
}

process.stdout.write(`${"client".padEnd(20)}${"CPU us a message".padEnd(20)}bytes of it\n`);
for (const name of positionals.length > 0 ? positionals : DEFAULTS) {
  const { us, bytes } = await costOf(name);
  process.stdout.write(`${name.padEnd(20)}${us.toFixed(1).padEnd(20)}${bytes.toFixed(0)}\n`);
}
process.exit(0);
