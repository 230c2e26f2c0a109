import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { DEFAULT_HEARTBEAT } from "../../core/heartbeat.ts";
import { fanOut } from "../../scenarios/fan-out.ts";
import { notify } from "../../scenarios/notify.ts";
import type { Plan } from "../../scenarios/plan.ts";
import type { DissectorFactory, Segment } from "../../transports/dissect/dissector.ts";
import { installedHere, transports } from "../../transports/registry.ts";
import { dissect } from "../../transports/tcp/dissect.ts";
import { tcp } from "../../transports/tcp/transport.ts";
import { type ByteBreakdown, byteBreakdownSchema } from "../result/schema/byte-breakdown.ts";
import { dissectTransport } from "./pass.ts";

const PAYLOAD = 128;
const TIMEOUT = 120_000;
const params = { connections: 100, payload: PAYLOAD, duration: 4, warmup: 1 };
const plans: readonly Plan[] = [notify, fanOut].map((scenario) => scenario.plan({ ...params, rate: 80 }, 7));
const signal = new AbortController().signal;

const networked = [...transports, ...(await installedHere())].filter(({ supports }) => supports.network);

/** One that frames messages itself and one on HTTP/2; the others in the full set. */
const SHORT = ["websocket", "grpc"];

const cases = networked.flatMap((transport) => plans.map((plan) => ({ transport, plan })));

for (const { transport, plan } of cases) {
  const isShort = SHORT.includes(transport.name) && plan.scenario === "notify";
  const isVariant = transport.name.includes(":");
  const inRelease = isVariant || plan.scenario === "fan-out";
  const tags = isShort ? [] : inRelease ? ["full", "release"] : ["full"];
  test(`breakdown of ${transport.name} on ${plan.scenario}`, {
    timeout: TIMEOUT,
    // Each has a server of its own, and waits for most of its time.
    concurrent: true,
    tags,
  }, async () => {
    const began = performance.now();
    const breakdown = byteBreakdownSchema.parse(await dissectTransport(transport, plan, signal));
    const tookMs = performance.now() - began;
    assert.equal(breakdown.scenario, plan.scenario);
    assertAddsUp(breakdown);
    assertBodies(breakdown);
    const { publishes, deliveries, receipts, users, handshakeBytesPerConnection, perDelivery } = breakdown;
    assert.deepEqual(
      { users, deliveries, receipts },
      plan.scenario === "notify"
        ? { users: 20, deliveries: publishes, receipts: publishes }
        : { users: 20, deliveries: publishes * 19, receipts: 0 },
    );
    assert.ok(handshakeBytesPerConnection.in > 100 && handshakeBytesPerConnection.out > 50);
    for (const direction of [perDelivery.in, perDelivery.out]) {
      assert.equal(direction.handshakeBytesPerDelivery, 0, "nobody connects or follows in the window");
      // A busy machine may take far longer than the seconds that the plan has.
      if (tookMs < DEFAULT_HEARTBEAT.intervalMs && transport.pollEveryMs === undefined)
        assert.equal(direction.heartbeatsBytesPerDelivery, 0, "it is too soon for a heartbeat");
      assert.ok(direction.framingBytesPerDelivery > 0);
    }
    assertIdle(breakdown);
  });
}

/** The published figures, against the counts they were checked with. */
function assertAddsUp({ perDelivery, deliveries, checked }: ByteBreakdown): void {
  for (const direction of ["in", "out"] as const) {
    const sum = Object.values(perDelivery[direction]).reduce((total, bytes) => total + bytes, 0);
    const { window, whole, idle } = checked;
    assert.equal(Math.round(sum * deliveries), window[direction].partsBytes);
    for (const count of [window, whole, idle].map((one) => one?.[direction])) {
      if (!count) continue;
      assert.equal(count.partsBytes + count.heldBytesAfter - count.heldBytesBefore, count.relayBytes);
      assert.equal(count.relayBytes, count.meterBytes);
    }
    assert.ok(whole[direction].relayBytes > window[direction].relayBytes);
  }
}

function assertBodies({ transport, perDelivery, publishes, deliveries }: ByteBreakdown): void {
  const { in: up, out: down } = perDelivery;
  if (transport === "websocket:deflate") {
    for (const { bodyBytesPerDelivery, envelopeBytesPerDelivery, compressedBytesPerDelivery } of [up, down]) {
      assert.equal(bodyBytesPerDelivery + envelopeBytesPerDelivery, 0);
      assert.ok(compressedBytesPerDelivery > 0);
    }
    return;
  }
  assert.equal(Math.round(up.bodyBytesPerDelivery * deliveries), publishes * PAYLOAD);
  assert.equal(down.bodyBytesPerDelivery, PAYLOAD);
  assert.equal(up.compressedBytesPerDelivery + down.compressedBytesPerDelivery, 0);
}

/** One ping and its answer an interval: of 2 and 6 bytes, masked; of 13 and 4 for their length; of HTTP/2, and of the client's own. */
const HEARTBEATS: Readonly<Record<string, { in: number; out: number }>> = {
  websocket: { in: 6, out: 2 },
  tcp: { in: 17, out: 17 },
  grpc: { in: 33, out: 33 },
};

function assertIdle({ transport, idle, checked }: ByteBreakdown): void {
  // A machine that stalls for longer than a shortened time-out ends connections, and then there is a reason.
  if (idle.state === "absent") {
    assert.match(idle.reason, /did not last/);
    return;
  }
  const { heartbeatBytesPerCycle, derived, cycles, defaultCycleMs } = idle;
  assert.ok(cycles >= 3);
  const cyclesPerHour = 3_600_000 / defaultCycleMs;
  assert.ok(heartbeatBytesPerCycle.in > 0 && heartbeatBytesPerCycle.out > 0);
  assert.ok(
    Math.abs(derived.idleBytesPerConnectionHour.in / heartbeatBytesPerCycle.in - cyclesPerHour) < 1e-6,
  );
  assert.ok(checked.idle);
  const known = HEARTBEATS[transport];
  if (known) assert.deepEqual(heartbeatBytesPerCycle, known);
}

describe("an account that does not add up is no result", () => {
  const [plan] = plans;
  const tampered = (tamper: (segments: readonly Segment[]) => readonly Segment[]): DissectorFactory => {
    return (isBody) => {
      const honest = dissect(isBody);
      return { held: honest.held, push: (direction, bytes) => tamper(honest.push(direction, bytes)) };
    };
  };
  const tcpWith = (tamper: (segments: readonly Segment[]) => readonly Segment[]) => ({
    ...tcp,
    dissector: async () => tampered(tamper),
  });

  test.concurrent.each([
    [
      "bytes that are left out",
      (segments) => segments.slice(1),
      /don't add up \(in\): \d+ in parts, \d+ at the relay/,
    ],
    ["bytes told twice", (segments) => [...segments, ...segments], /don't add up/],
    [
      "bodies taken for something else",
      (segments) => segments.map((one) => (one.part === "body" ? { ...one, part: "envelope" } : one)),
      /0 bytes of bodies were found in the traffic window \(in\), \d+ were handed over/,
    ],
  ] satisfies [string, Parameters<typeof tampered>[0], RegExp][])(
    "%s",
    { timeout: TIMEOUT },
    async (_, tamper, reason) => {
      assert.ok(plan);
      await assert.rejects(dissectTransport(tcpWith(tamper), plan, signal), reason);
    },
  );

  test("a transport without a network has none; one that is aborted says why", async () => {
    const loopback = transports.find(({ supports }) => !supports.network);
    assert.ok(loopback && plan);
    await assert.rejects(dissectTransport(loopback, plan, signal), { code: "unsupported" });
    const reason = new Error("enough");
    const ending = new AbortController();
    const under = dissectTransport(tcp, plan, ending.signal);
    setImmediate(() => ending.abort(reason));
    await assert.rejects(under, reason);
  });
});
