import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { Hub } from "../../core/hub.ts";
import { measureClients, READERS } from "../../harness/client-cost/measure.ts";
import { Replayer } from "../../harness/client-cost/replayer.ts";
import { medianOf } from "../../harness/statistics/estimate.ts";
import { defaultTransports, findTransport } from "../../transports/registry.ts";
import { jwtAuthenticator, jwtIssuer } from "../../transports/session/jwt.ts";
import { replyOf, start } from "../fork.ts";
import type { FromClients, ToClients } from "./messages.ts";

/*
 * npm run bench:clients -- [client ...]: what each transport's client library costs, with no server in it, as a rigorous run measures it
 * (harness/client-cost/). `sse/eventsource` and the like are other ways to read an event stream, to tell what of a cost is whose. Nothing here
 * is a test.
 */
const BODY = "x".repeat(128);
const DEFAULTS = ["tcp", ...defaultTransports.map(({ name }) => name)];

const { positionals } = parseArgs({ allowPositionals: true });

async function costOf(name: string) {
  const [transportName = ""] = name.split("/");
  const transport = findTransport(transportName);
  if (!transport) throw new Error(`no transport ${transportName}`);
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
    { kind: "connect", client: name, url: replayer.url, token, channel, clients: READERS },
    "connected",
  );
  const readers = { used: () => ask({ kind: "use" }, "used") };
  const cost = await measureClients(replayer, readers, () => publisher.publish({ channel, body: BODY }));
  await publisher.close();
  child.disconnect();
  replayer.close();
  await server.close();
  return cost;
}

process.stdout.write(`${"client".padEnd(20)}${"CPU us a message".padEnd(30)}bytes of it\n`);
for (const name of positionals.length > 0 ? positionals : DEFAULTS) {
  const { usPerMessage, bytes } = await costOf(name);
  const range = `${Math.min(...usPerMessage).toFixed(1)}-${Math.max(...usPerMessage).toFixed(1)}`;
  process.stdout.write(
    `${name.padEnd(20)}${`${medianOf(usPerMessage).toFixed(1)} (${range})`.padEnd(30)}${bytes.toFixed(0)}\n`,
  );
}
process.exit(0);
