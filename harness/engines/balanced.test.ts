import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createInbox, until } from "../../transports/conformance/bench.ts";
import type { ConnectionState } from "../../transports/port/transport.ts";
import { findTransport } from "../../transports/registry.ts";
import { BALANCED, BALANCERS, canRun, openBalanced } from "./balanced.test-fixture.ts";

/** A balancer passes them on as bytes. */
const OVER_TLS = BALANCED.map(({ name }) => findTransport(`${name}:tls`)).filter((one) => one !== undefined);

const CLIENTS = 12;
const connected = (states: readonly ConnectionState[]) =>
  states.filter(({ state }) => state === "connected").length;

describe.each(BALANCERS.map((balancer, place) => ({ ...balancer, place })))(
  "behind $name",
  ({ name, program, place }) => {
    describe.runIf(canRun(program)).each(BALANCED.map((transport, turn) => ({ ...transport, turn })))(
      "$name",
      ({ turn, ...transport }) => {
        // In `npm test` each transport is behind one of them, by turns.
        const tags = turn % BALANCERS.length === place ? [] : ["full"];
        test("two nodes: all are used, and who loses one goes on at the other", { tags }, async () => {
          const { nodes, connect, close } = await openBalanced(transport, name, { nodes: 2 });
          try {
            const clients = await Promise.all(
              Array.from({ length: CLIENTS }, async (_, index) => {
                const states: ConnectionState[] = [];
                const inbox = createInbox();
                const client = await connect(`user${index}`, (state) => states.push(state));
                await client.subscribe("topic/news", inbox.onEvent);
                return { client, states, inbox };
              }),
            );
            const ids: string[] = [];
            for (const { client } of clients)
              ids.push((await client.publish({ channel: "topic/news", body: "before" })).id);
            await Promise.all(clients.map(({ inbox }) => inbox.waitFor(CLIENTS)));
            const [first, ...others] = clients;
            const receipts = createInbox();
            await first?.client.subscribe("user/user0", receipts.onEvent);
            for (const { client } of others) await client.markRead(ids[0] ?? "");
            await receipts.waitFor(others.length);

            await nodes[0]?.close();
            const lost = () => clients.filter(({ states }) => states.length > 0);
            await until("who was at the first node has noticed", () => lost().length > 0);
            await until("and is back", () =>
              lost().every(({ states }) => states.length === 2 * connected(states)),
            );
            assert.ok(lost().length < CLIENTS, "some were at the second node");
            const publisher = clients.find(({ states }) => states.length === 0);
            await publisher?.client.publish({ channel: "topic/news", body: "after" });
            await Promise.all(clients.map(({ inbox }) => inbox.waitFor(CLIENTS + 1)));
          } finally {
            await close();
          }
        });
      },
    );

    test.runIf(canRun(program)).for([...BALANCED, ...OVER_TLS])(
      "one node: $name delivers, and comes back when the balancer does",
      { tags: ["full"] },
      async (transport) => {
        const { balancer, connect, close } = await openBalanced(transport, name, { nodes: 1 });
        try {
          const states: ConnectionState[] = [];
          const [ann, bob] = await Promise.all([
            connect("ann"),
            connect("bob", (state) => states.push(state)),
          ]);
          const [inbox, receipts] = [createInbox(), createInbox()];
          await bob.subscribe("topic/news", inbox.onEvent);
          await ann.subscribe("user/ann", receipts.onEvent);
          const { id } = await ann.publish({ channel: "topic/news", body: "one" });
          await inbox.waitFor(1);
          await bob.markRead(id);
          await receipts.waitFor(1);

          await balancer.engine.kill();
          await until("bob has noticed", () => states.length > 0);
          await balancer.engine.restart();
          await until("bob is back", () => connected(states) > 0);
          const eve = await connect("eve");
          await eve.publish({ channel: "topic/news", body: "two" });
          await inbox.waitFor(2);
          assert.deepEqual(inbox.bodies, ["one", "two"]);
        } finally {
          await close();
        }
      },
    );
  },
);
