import assert from "node:assert/strict";
import { test } from "vitest";
import type { Latency, Metrics } from "../result/result.ts";
import { relief } from "./busy.ts";
import { LIMITS, validityOf } from "./validity.ts";

const latency = (p50: number, p99: number, negative = 0): Latency => ({
  count: 100,
  publishes: 100,
  negative,
  min: 1,
  mean: p50,
  p50,
  p90: p99,
  p99,
  p999: p99,
  max: p99,
  histogram: "",
});

function metrics(overrides: Partial<Metrics>, loadUtilization = 0.2): Metrics {
  const one = {
    cpuUserUs: 1,
    cpuSystemUs: 1,
    rssBytes: 1,
    spunUs: 0,
    gcPauses: 0,
    gcPausedUs: 0,
    gcLongestUs: 0,
    loopDelayP99Us: 0,
    loopDelayMaxUs: 0,
  };
  return {
    deliveryLatencyUs: latency(1_000, 3_000),
    serviceLatencyUs: latency(980, 2_950),
    sendLagUs: latency(20, 90),
    publishes: 100,
    publishFailures: {},
    expected: 1_000,
    delivered: 1_000,
    lost: 0,
    duplicated: 0,
    reordered: 0,
    receiptsExpected: 0,
    receiptsReceived: 0,
    offeredPerSecond: 10,
    achievedShare: 1,
    sendsChecksum: "0",
    backlogAtEnd: 0,
    deliveriesPerSecond: 100,
    measuredSeconds: 10,
    serverRssBytes: 1,
    serverHeapUsedBytes: 1,
    serverExternalBytes: 1,
    serverLoopUtilization: 0.3,
    memoryPerConnection: { steps: [] },
    warmup: { seconds: 5, steadiness: "steady" },
    host: { otherCpus: 0 },
    timeline: [],
    connections: 10,
    sockets: 10,
    connectSeconds: 1,
    slowDisconnects: 0,
    dropped: 0,
    reconnects: 0,
    processes: [
      { ...one, role: "server", loopUtilization: 0.3 },
      { ...one, role: "load", loopUtilization: loadUtilization },
    ],
    ...overrides,
  };
}

const strict = { loop: "open", gates: "void" } as const;
const validity = (overrides: Partial<Metrics>, loadUtilization?: number) =>
  validityOf(metrics(overrides, loadUtilization), strict);

test("a trial as it should be is completed, without notes", () => {
  assert.deepEqual(validity({}), { state: "completed", notes: [] });
});

test("what to do about a late generator fits what kept it", () => {
  const late = { deliveryLatencyUs: latency(3_000, 9_000), serviceLatencyUs: latency(2_600, 9_000) };
  const reason = (more: Partial<Metrics>, busy: number) => validity({ ...late, ...more }, busy).reason ?? "";
  assert.match(reason({}, 0.6), /; lower --rate/);
  const idle = reason({}, 0.15);
  assert.match(
    idle,
    /though no load process was busy for more than 15 % of the time: .*; close other programs/,
  );
  assert.doesNotMatch(idle, /--load-processes/);
  assert.match(reason({ host: { otherCpus: 900 } }, 0.15), /: other programs used 900\.00 CPUs meanwhile/);
  assert.match(
    reason({ achievedShare: 0.9 }, 0.15),
    /only 90\.0 % of the rate, though no load process was busy/,
  );
});

test("a generator that is late by more than a tenth of the median voids the trial; in the tail alone it is noted", () => {
  const late = validity({
    deliveryLatencyUs: latency(3_000, 9_000),
    serviceLatencyUs: latency(2_600, 9_000),
  });
  assert.equal(late.state, "invalid");
  assert.match(late.reason ?? "", /sent late: 400 µs of the median delivery latency of 3\.00 ms are/);
  assert.equal(
    validity({ deliveryLatencyUs: latency(1_000, 3_000), serviceLatencyUs: latency(850, 3_000) }).state,
    "completed",
  );
  const tail = validity({
    deliveryLatencyUs: latency(1_000, 4_000),
    serviceLatencyUs: latency(1_000, 3_000),
  });
  assert.equal(tail.state, "completed");
  assert.match(tail.notes.join(), /own lag is 25 % of the p99 delivery latency \(1\.00 ms of 4\.00 ms\)/);
});

test("a generator that did not make the rate voids the trial, but not in a closed loop, where the rate gives way", () => {
  const slow = metrics({ achievedShare: LIMITS.achieved - 0.002 });
  assert.match(validityOf(slow, strict).reason ?? "", /made only 99\.7 % of the rate/);
  const closed = validityOf(slow, { ...strict, loop: "closed" });
  assert.equal(closed.state, "completed");
  assert.match(closed.notes.join(), /closed loop/);
});

test("a server is not blamed for a load that the generator never made", () => {
  const both = {
    achievedShare: 0.2,
    serverLoopUtilization: 0.99,
    backlogAtEnd: 900,
    lost: 100,
    delivered: 900,
  };
  assert.match(validity(both).reason ?? "", /the generator made only 20\.0 %/);
});

test("what to do about a busy load process depends on the processors, and on whom it runs", () => {
  const busy = metrics({}, 0.9);
  assert.equal(relief(busy, 8), "lower --rate or raise --load-processes");
  assert.match(relief(busy, 2), /^lower --rate: .* would share a CPU$/);
  const [server, load] = busy.processes;
  assert.ok(server && load);
  const probes = { ...load, part: "probes" as const, loopUtilization: 0.95 };
  assert.match(relief({ ...busy, processes: [server, load, probes] }, 8), /^lower --rate: the probes/);
  assert.match(validity({}, 0.71).reason ?? "", /latencies are partly its own; lower --rate/);
});

test("a busy generator and a broken clock void the trial", () => {
  assert.match(validity({}, 0.71).reason ?? "", /busy 71 %/);
  assert.equal(validity({}, 0.69).state, "completed");
  assert.equal(validity({ deliveryLatencyUs: latency(1_000, 3_000, 2) }).state, "invalid");
});

test("a server that can't carry the load is saturated, and that is told apart from a saturated generator", () => {
  const overrun = { lost: 400, delivered: 600, serverLoopUtilization: 0.99 };
  assert.equal(validity(overrun).state, "saturated");
  assert.match(validity(overrun).reason ?? "", /carried 60 % of the load/);
  const one = validity({ lost: 1, delivered: 999, slowDisconnects: 1 });
  assert.equal(one.state, "saturated");
  assert.match(one.reason ?? "", /carried nearly all of the load \(1 of 1000 deliveries never came\)/);
  const unread = { receiptsExpected: 50, receiptsReceived: 47, serverLoopUtilization: 0.99 };
  assert.match(validity(unread).reason ?? "", /carried all of the load, but 3 of 50 read receipts did not/);
  assert.equal(validity(overrun, 0.8).state, "saturated");
  assert.equal(validity(overrun, 0.99).state, "invalid");
});

test("a queue that is still there at the end is saturation though all came in the drain, if the server was busy", () => {
  const behind = { backlogAtEnd: 300, deliveriesPerSecond: 100 };
  assert.match(
    validity({ ...behind, serverLoopUtilization: 0.95 }).reason ?? "",
    /carried 70 % of the load while it was offered \(700 of 1000 deliveries\); 300 were still queued at the end, of which 300 came after it/,
  );
  assert.equal(validity({ ...behind, serverLoopUtilization: 0.5 }).state, "invalid");
  assert.equal(validity({ ...behind, backlogAtEnd: 40 }).state, "completed");
});

test("a pipe that all clients share and fill is saturation when deliveries pile up behind it, else a note", () => {
  const link = { utilization: 0.5, bytes: 9e5, segments: 1_000, droppedSegments: 0, overlimits: 1_000 };
  const behind = { backlogAtEnd: 300, deliveriesPerSecond: 100 };
  const full = [
    { ...link, utilization: 0.97 },
    { ...link, segments: 900, droppedSegments: 100 },
  ] as const;
  for (const sharedLink of full) {
    assert.equal(validity({ ...behind, sharedLink }).state, "saturated");
    const alone = validity({ sharedLink });
    assert.equal(alone.state, "completed");
    assert.match(alone.notes.join(), /^the shared link was \d+ % full and dropped \d+ of 1000 segments$/);
  }
  const reason = validity({ ...behind, sharedLink: full[1] }).reason ?? "";
  assert.match(
    reason,
    /carried 70 % of the load while it was offered .*; it was 50 % full and dropped 100 of/,
  );
  assert.equal(validity({ ...behind, sharedLink: link }).state, "invalid");
  assert.deepEqual(validity({ sharedLink: { ...link, droppedSegments: 9 } }).notes, []);
});

test("a machine that is busy with something else voids the trial, or is noted where nothing is ranked", () => {
  const hosts = [{ otherCpus: 30 }, { otherCpus: 0, steal: 0.03 }, { otherCpus: 0, cpuPressure: 0.6 }];
  for (const host of hosts) {
    assert.equal(validity({ host }).state, "invalid");
    const noted = validityOf(metrics({ host }), { ...strict, gates: "note" });
    assert.equal(noted.state, "completed");
    assert.equal(noted.notes.length, 1);
  }
  assert.match(validity({ host: { otherCpus: 30 } }).reason ?? "", /other programs used 30\.00 CPUs/);
  // In slices tasks wait for those of the same transport.
  const pressed = metrics({ host: { otherCpus: 0, cpuPressure: 0.6 } });
  assert.equal(validityOf(pressed, { loop: "open", gates: "void", sliced: true }).state, "completed");
  assert.equal(validityOf(pressed, { loop: "open", gates: "void" }).state, "invalid");
});

test("clients that are busy only while bursts come in are noted where they make up most of the latency", () => {
  const split = {
    publishes: 10,
    deliveries: 990,
    unmatched: 0,
    publishUs: 100,
    serverUs: 100,
    waitUs: 300,
    clientUs: 50,
    clientShare: 350 / 550,
    lastWriteUs: 900,
  };
  const busyInBursts = (overrides: Partial<Metrics>, burstUtilization: number) => {
    const one = metrics({ split, ...overrides });
    return {
      ...one,
      processes: one.processes.map((each) => ({ ...each, burstUtilization, burstUs: 1_000 })),
    };
  };
  const noted = validityOf(busyInBursts({}, 0.98), { loop: "open", gates: "void" });
  assert.equal(noted.state, "completed");
  assert.match(noted.notes.join(), /client-bound/);
  const seldom = validityOf(busyInBursts({}, 0.6), { loop: "open", gates: "void" });
  assert.deepEqual(seldom.notes, []);
  const server = validityOf(busyInBursts({ split: { ...split, clientShare: 0.3 } }, 0.98), {
    loop: "open",
    gates: "void",
  });
  assert.deepEqual(server.notes, []);
});

test("an unsteady warm-up is said, with the drift", () => {
  const warmup = { seconds: 10, steadiness: "unsteady", latencyDrift: -0.2, cpuDrift: 0.01 } as const;
  assert.match(validity({ warmup }).notes.join(), /unsteady: .* moved by -20 % .* \+1 %/);
});

test("losses of a server with time to spare are a finding, not saturation", () => {
  const lossy = validity({ lost: 3, delivered: 997 });
  assert.equal(lossy.state, "completed");
  assert.match(lossy.notes.join(), /3 of 1000 deliveries were lost/);
});

test("what is on its way over a slow link when the time is over is no backlog", () => {
  const onItsWay = { backlogAtEnd: 70 };
  const over = (wayMs: number) => validityOf(metrics(onItsWay), { loop: "open", gates: "void", wayMs });
  assert.equal(over(0).state, "invalid");
  assert.equal(over(600).state, "completed");
});

test("nor what every delivery takes: of ten a second, fifteen that take a second and a half are all the time on their way", () => {
  const slow = { ...latency(1_500_000, 2_500_000), min: 930_000 };
  // What came in time is less, which is not to make a backlog longer.
  const latencies = (us: Latency) => ({ deliveryLatencyUs: us, serviceLatencyUs: us });
  const polled = { ...latencies(slow), expected: 100, delivered: 100, deliveriesPerSecond: 8.5 };
  assert.equal(validity({ ...polled, backlogAtEnd: 14 }).state, "completed");
  assert.equal(validity({ ...polled, backlogAtEnd: 16 }).state, "invalid");
  // A queue that grows from nothing has deliveries that were quick.
  const growing = { ...polled, ...latencies({ ...slow, min: 1_000 }) };
  assert.equal(validity({ ...growing, backlogAtEnd: 14 }).state, "invalid");
});
