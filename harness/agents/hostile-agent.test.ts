import assert from "node:assert/strict";
import { test } from "vitest";
import type { LoadReply } from "../processes/messages.ts";
import { imitatedLoad } from "./imitated.ts";
import { Member } from "./member.ts";
import { MemoryBroker } from "./memory-bus.ts";
import { type Announcement, subjects } from "./messages.ts";
import { piecesOf } from "./pieces.ts";

const agent: Announcement = {
  id: "0123456789abcdef",
  name: "stranger",
  version: "1",
  protocol: 1,
  node: "v20",
  cores: 1,
  openFiles: null,
  boot: "",
  clockSync: "none",
  machine: { platform: "linux", kernel: "6", arch: "x64", cpuModel: "x", memoryBytes: 1 },
};

/** A member whose agent answers the first request with whatever it is given. */
async function answeredBy(reply: unknown) {
  const broker = new MemoryBroker();
  const [there, here] = [broker.connect(), broker.connect()];
  let session = "";
  let number = 0;
  there.subscribe(subjects.claim(agent.id), (bytes, respond) => {
    ({ session } = JSON.parse(Buffer.from(bytes).toString()));
    there.subscribe(subjects.toAgent(session), (asked) => {
      if (!Buffer.from(asked.subarray(12)).toString().startsWith('{"kind":"ask"')) return;
      for (const piece of piecesOf({ kind: "answer", process: 0, reply }, number))
        there.publish(subjects.toController(session), piece);
      number += 1;
    });
    respond(Buffer.from('{"accepted":true}'));
  });
  const hungUp: string[] = [];
  const member = await Member.claim(agent, {
    bus: here,
    lines: {
      port: 1,
      expect: () => undefined,
      end: (ended) => void hungUp.push(ended),
      close: () => undefined,
    },
    host: "10.0.0.1",
    version: "1",
    protocol: 1,
    node: "v20",
  });
  return { member, load: member.startLoad(0), hungUp };
}

/** What an honest load process says at its end. */
const finished = await imitatedLoad().ask({ kind: "finish" }, "finished", 1);
const changed = (report: object): unknown => ({
  kind: "finished",
  report: { ...finished.report, ...report },
});
const latency = (counts: unknown, negative: unknown = 0) => ({ deliveryLatency: { counts, negative } });

test("an honest answer arrives as it was", async () => {
  const { load, member } = await answeredBy(finished);
  const reply: LoadReply = await load.ask({ kind: "finish" }, "finished", 5_000);
  assert.deepEqual(reply, finished);
  assert.equal(member.lost, undefined);
});

test.for<[what: string, reply: unknown]>([
  ["nothing", null],
  ["another kind", { kind: "shell" }],
  ["counts below zero", changed({ readFailures: -1 })],
  ["counts that are text", changed(latency(["1", "2"]))],
  ["counts without end", changed(latency(Array.from({ length: 60_001 }, () => 1)))],
  ["a number beyond all", changed(latency([1, 1e300]))],
  ["what JSON makes of NaN", changed({ lastSendUs: Number.NaN })],
  ["more than a report", changed({ run: "rm" })],
  [
    "codes by the hundred",
    changed({
      publishFailures: Object.fromEntries(Array.from({ length: 99 }, (_, index) => [`c${index}`, 1])),
    }),
  ],
  ["a column of half a number", changed({ trace: { ...finished.report.trace, keys: { column: "AAAA" } } })],
])("%s from an agent: it is out, by its name, in one line", async ([, reply]) => {
  const { load, member, hungUp } = await answeredBy(reply);
  await assert.rejects(load.ask({ kind: "finish" }, "finished", 5_000), (error: Error) => {
    assert.match(
      error.message,
      /^agent stranger can't be understood: an answer is not understood[^\n]{0,400}$/,
    );
    return true;
  });
  assert.ok(member.lost);
  assert.equal(hungUp.length, 1);
});
