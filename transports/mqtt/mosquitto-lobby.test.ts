import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "vitest";
import { Hub } from "../../core/hub.ts";
import type { Broker } from "./mosquitto-broker.ts";
import { createLobby, type Guest } from "./mosquitto-lobby.ts";

test("a login goes to the visitor who showed the token, and to nobody who has its client id by then", async () => {
  const hub = new Hub({
    clock: Date.now,
    authenticate: (token) => ({ user: token, expiresAt: Number.POSITIVE_INFINITY }),
    epoch: "x",
  });
  const outlet = hub.attach<Guest>(
    () => undefined,
    () => undefined,
  );
  const said: string[] = [];
  let grant: () => void = () => undefined;
  const broker = {
    publish: (topic: string) => said.push(topic) > 0,
    evict: () => undefined,
    logins: {
      grant: () =>
        new Promise<void>((resolve) => {
          grant = resolve;
        }),
    },
  } as unknown as Broker;
  const ended: Guest[] = [];
  const end = (guest: Guest) => {
    clearTimeout(guest.deadline);
    ended.push(guest);
  };
  const guests = new Map<string, Guest>();
  const lobby = createLobby({ hub, outlet, broker, guests, timeoutMs: 60_000, end });
  const show = () => lobby.token("c", Buffer.from('{"op":"login","ref":1,"token":"ann"}'));
  lobby.came("c");
  show();
  lobby.left("c");
  lobby.came("c");
  grant();
  await sleep(1);
  assert.deepEqual([said, ended.length], [[], 1]);
  show();
  grant();
  await sleep(1);
  assert.deepEqual([said, ended.length], [["login/c"], 1]);
  for (const guest of guests.values()) clearTimeout(guest.deadline);
  lobby.close();
});
