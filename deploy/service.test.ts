import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, test } from "vitest";
import { canRun } from "../harness/engines/balanced.test-fixture.ts";
import { startBalancer } from "../harness/engines/balancer.ts";
import { startRedis } from "../harness/engines/redis.ts";
import { createInbox, until } from "../transports/conformance/bench.ts";
import { builtModule } from "../transports/engines/built-module.ts";
import { HAPROXY, REDIS } from "../transports/engines/programs.ts";
import type { ConnectionState, Endpoint } from "../transports/port/transport.ts";
import { jwtIssuer } from "../transports/session/jwt.ts";
import { DEPLOYED, NODE_COUNT, serveArguments } from "./settings.ts";

const CLIENTS = 12;
const PUBLISHES = 5;

interface Served {
  readonly process: ChildProcess;
  readonly endpoint: Endpoint;
}

/** As in a container of compose.yaml, but on a free port. */
async function serve(transport: string, env: Readonly<Record<string, string>>): Promise<Served> {
  const words = [
    ...serveArguments(transport),
    "--host",
    "127.0.0.1",
    "--port",
    "0",
    "--metrics",
    "0",
    "--json",
  ];
  const child = spawn(process.execPath, [fileURLToPath(builtModule("cli/main")), ...words], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, ...env },
  });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return { process: child, endpoint: { url: JSON.parse(line).endpoint } };
}

describe.runIf(canRun(REDIS) && canRun(HAPROXY))(
  "the service of compose.yaml, without containers",
  { tags: ["full"] },
  () => {
    test.for(DEPLOYED)(
      "$name: delivers from each node to each, and goes on when one is killed",
      async (transport) => {
        const secret = randomBytes(32).toString("hex");
        const redis = await startRedis();
        const nodes: Served[] = [];
        const ends: (() => Promise<void>)[] = [];
        try {
          const env = { NOTIF_LAB_SECRET: secret, NOTIF_LAB_BACKPLANE: redis.url };
          while (nodes.length < NODE_COUNT) nodes.push(await serve(transport.name, env));
          const endpoints = nodes.map(({ endpoint }) => endpoint);
          const balancer = await startBalancer("haproxy", {
            nodes: endpoints,
            balancing: transport.balancing,
          });
          ends.push(() => balancer.engine.stop());
          const token = jwtIssuer(secret);
          const clients = await Promise.all(
            Array.from({ length: CLIENTS }, async (_, index) => {
              const states: ConnectionState[] = [];
              const inbox = createInbox();
              const client = await transport.connect(balancer.endpoint, {
                token: token(`user${index}`),
                reconnect: { attempts: 200, delayMs: 25, jitter: 0.3 },
                onState: (state) => states.push(state),
              });
              ends.unshift(() => client.close());
              await client.subscribe("topic/news", inbox.onEvent);
              return { client, states, inbox };
            }),
          );
          // Not through the balancer, and not at the node that is killed.
          const publisher = await transport.connect(nodes[1]?.endpoint ?? { url: "" }, {
            token: token("pub"),
          });
          ends.unshift(() => publisher.close());
          const publish = async (body: string) => {
            for (let i = 0; i < PUBLISHES; i += 1) await publisher.publish({ channel: "topic/news", body });
          };
          await publish("before");
          await Promise.all(clients.map(({ inbox }) => inbox.waitFor(PUBLISHES)));

          nodes[0]?.process.kill("SIGKILL");
          await publish("meanwhile");
          const lost = () => clients.filter(({ states }) => states.length > 0);
          await until("its clients have noticed", () => lost().length > 0);
          await until("and are back", () =>
            lost().every(({ states }) => states.at(-1)?.state === "connected"),
          );
          await clients[0]?.client.publish({ channel: "topic/news", body: "after" });
          await until("all have it", () => clients.every(({ inbox }) => inbox.bodies.at(-1) === "after"));
          for (const { inbox, states } of clients) {
            const bodies = inbox.bodies.join(" ");
            assert.match(bodies, /^(before ){5}(meanwhile ){0,5}after$/);
            // What it can't have is told.
            const missed = states.some((state) => state.state === "connected" && state.missed.length > 0);
            if (inbox.events.length < 2 * PUBLISHES + 1) assert.ok(missed, bodies);
          }
        } finally {
          for (const end of ends) await end();
          for (const node of nodes) node.process.kill("SIGKILL");
          await redis.engine.stop();
        }
      },
    );
  },
);
