import assert from "node:assert/strict";
import { test } from "vitest";
import type { ServerSample } from "../processes/messages.ts";
import { departed, sinceServing, together, usedUp } from "./node-samples.ts";

const process = {
  cpuUserUs: 300,
  cpuSystemUs: 100,
  loopActiveMs: 5,
  loopIdleMs: 50,
  rssBytes: 1_000,
  heapUsedBytes: 500,
  externalBytes: 50,
  gcPauses: 2,
  gcPausedUs: 20,
  gcLongestUs: 15,
  loopDelayP99Us: 7,
  loopDelayMaxUs: 9,
};

const sampleOf = (cpuUserUs: number): ServerSample => ({
  process: { ...process, cpuUserUs },
  bytesIn: 1,
  bytesOut: 2,
  sockets: 3,
  openBytesIn: 1,
  openBytesOut: 1,
  published: 4,
  sessions: 3,
  slowDisconnects: 0,
  mostHeldBytes: 10,
  dropped: 0,
  wireBytes: 77,
});

test("a process is counted from when it served until its end, and holds nothing after that", () => {
  const started = sampleOf(200);
  const atDeath = usedUp(sampleOf(700), 950);
  const gone = departed(sinceServing(atDeath, started));
  // Of the 950 us of its life 300 were spent before it served.
  assert.equal(gone.process.cpuUserUs + gone.process.cpuSystemUs, 650);
  assert.deepEqual([gone.sessions, gone.sockets, gone.process.rssBytes], [0, 0, 0]);
  const all = together([gone, sampleOf(1_000)]);
  assert.equal(all.process.cpuUserUs + all.process.cpuSystemUs, 1_750);
  assert.deepEqual([all.published, all.sessions, all.wireBytes], [8, 3, undefined]);
});

test("what the kernel tells late or not at all takes nothing away", () => {
  assert.equal(usedUp(sampleOf(700), 600).process.cpuUserUs, 700);
  assert.equal(usedUp(sampleOf(700)).process.cpuUserUs, 700);
  assert.equal(sinceServing(sampleOf(700), undefined).process.cpuUserUs, 700);
});
