import assert from "node:assert/strict";
import { test } from "vitest";
import { clockBoundUs, tellTime } from "./clock-bound.ts";
import { MemoryBroker } from "./memory-bus.ts";
import { subjects } from "./messages.ts";

test("a clock is known to half of a round trip, and only while its agent is free", async () => {
  const broker = new MemoryBroker();
  const [agent, asking] = [broker.connect(), broker.connect()];
  let isTaken = false;
  tellTime(agent, "a", () => isTaken);
  const began = performance.now();
  const bound = await clockBoundUs(asking, "a");
  assert.ok(bound !== undefined && bound >= 0 && bound <= (performance.now() - began) * 500, `${bound}`);
  isTaken = true;
  const before = agent.messages();
  assert.equal(await clockBoundUs(asking, "a"), undefined);
  assert.equal(agent.messages(), before + 1);
});

test("who is not there, and who answers something else, has no bound", async () => {
  const broker = new MemoryBroker();
  const [agent, asking] = [broker.connect(), broker.connect()];
  assert.equal(await clockBoundUs(asking, "nobody"), undefined);
  for (const answer of [Buffer.from("noon"), Buffer.alloc(16, 0xff)]) {
    const end = agent.subscribe(subjects.clock("b"), (_, respond) => respond(answer));
    assert.equal(await clockBoundUs(asking, "b"), undefined);
    end();
  }
});
