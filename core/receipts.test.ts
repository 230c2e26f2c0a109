import assert from "node:assert/strict";
import { test } from "vitest";
import type { ChannelName } from "./channel.ts";
import { SentLog } from "./receipts.ts";

const channel = "topic/news" as ChannelName;

test("a reader is noted once, and the oldest notification is forgotten when there are too many", () => {
  const log = new SentLog(2);
  for (const id of ["a-1", "a-2", "a-3"]) log.add(id, channel, "ann");
  assert.equal(log.find("a-1"), undefined);
  assert.deepEqual(log.find("a-3"), { channel, from: "ann", readers: undefined });
  assert.deepEqual([log.markRead("a-3", "bob"), log.markRead("a-3", "bob")], [true, false]);
  assert.equal(log.markRead("a-1", "bob"), false);
});

test("readers of all notifications together are bounded: those that came first are forgotten first", () => {
  const log = new SentLog(100, 5);
  for (const id of ["a-1", "a-2", "a-3"]) log.add(id, channel, "ann");
  for (const id of ["a-1", "a-2", "a-3"])
    for (const reader of ["b", "c"]) assert.ok(log.markRead(id, reader));
  assert.equal(log.find("a-1"), undefined);
  assert.equal(log.markRead("a-2", "c"), false, "it is still known who has read it");
  // What has been forgotten counts no more, whoever forgets it.
  for (let more = 4; more < 300; more += 1) log.add(`a-${more}`, channel, "ann");
  for (const reader of ["b", "c", "d", "e", "f"]) assert.ok(log.markRead("a-299", reader));
  assert.ok(log.find("a-299"));
});
