import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { test } from "vitest";
import type { Link } from "../../scenarios/link.ts";
import { nowUs } from "../measurement/clock.ts";
import { Alarms } from "../relay/alarms.ts";
import { Lane } from "../relay/lane.ts";
import { ClockWatch } from "./clock-watch.ts";
import { openLine, openLines } from "./line.ts";

const SESSION = "0123456789abcdef0123456789abcdef";
const HOST = "127.0.0.1";

test("one clock compared with itself differs by less than the bound, and each end is told when the other hangs up", async () => {
  const lines = await openLines(HOST);
  try {
    for (const hangUp of ["agent", "controller"] as const) {
      let onControllers: (how: string) => void = () => undefined;
      let onAgents: () => void = () => undefined;
      const agentGone = new Promise<string>((resolve) => {
        onControllers = resolve;
      });
      const controllerGone = new Promise<void>((resolve) => {
        onAgents = resolve;
      });
      lines.expect(SESSION, onControllers);
      const line = await openLine({ host: HOST, port: lines.port }, SESSION, { onGone: onAgents });
      const { offsetUs, boundUs } = await line.compareClocks();
      assert.ok(boundUs > 0 && Math.abs(offsetUs) <= boundUs, `${offsetUs} +- ${boundUs}`);
      if (hangUp === "agent") {
        line.close();
        assert.match(await agentGone, /its connection was closed/);
      } else {
        lines.end(SESSION);
        await controllerGone;
        line.close();
      }
    }
  } finally {
    lines.close();
  }
});

test("who is not expected is hung up on", async () => {
  const lines = await openLines(HOST);
  try {
    await assert.rejects(openLine({ host: HOST, port: lines.port }, SESSION, { onGone: () => undefined }), {
      message: `the controller can't be reached at ${HOST}:${lines.port}`,
    });
    lines.expect(SESSION, () => assert.fail("another one's session was ended"));
    const stranger = connect(lines.port, HOST, () => stranger.write(`${SESSION}and more`));
    stranger.on("error", () => undefined);
    await once(stranger, "close");
  } finally {
    lines.close();
  }
});

/** The controller of a line whose two ways take so long. */
async function unequal(thereMs: number, backMs: number, port: number) {
  const link = (delayMs: number): Link => ({ delayMs, jitterMs: 0, lossShare: 0, retransmitMs: 0 });
  const alarms = await Alarms.start();
  const sockets = new Set<Socket>();
  const proxy = createServer({ noDelay: true }, (agent) => {
    const controller = connect({ port, host: HOST, noDelay: true });
    for (const one of [agent, controller]) sockets.add(one.on("error", () => one.destroy()));
    new Lane(agent, controller, link(thereMs), alarms, () => 0.5);
    new Lane(controller, agent, link(backMs), alarms, () => 0.5);
  });
  proxy.listen(0, HOST);
  await once(proxy, "listening");
  return {
    port: (proxy.address() as AddressInfo).port,
    close: async () => {
      for (const one of sockets) one.destroy();
      proxy.close();
      await alarms.stop();
    },
  };
}

test("10 ms there and 30 ms back: the offset is wrong by half of what differs, and the bound covers it", async () => {
  const lines = await openLines(HOST);
  const way = await unequal(10, 30, lines.port);
  try {
    lines.expect(SESSION, () => undefined);
    const line = await openLine({ host: HOST, port: way.port }, SESSION, { onGone: () => undefined });
    const { offsetUs, boundUs } = await line.compareClocks();
    line.close();
    // Both ends have one clock, so all of the offset is error.
    assert.ok(offsetUs < -5_000, `${offsetUs}`);
    assert.ok(Math.abs(offsetUs) <= boundUs, `${offsetUs} +- ${boundUs}`);
    // What the ways can differ by at the most, and no more is claimed.
    assert.ok(boundUs >= 20_000);
  } finally {
    await way.close();
    lines.close();
  }
});

test("a controller whose clock is another and drifts: what the line missed is the drift, within the bounds", async () => {
  const [aheadUs, rate] = [5_000_000_000, 0.01];
  const beganUs = nowUs();
  const lines = await openLines(HOST, () => nowUs() + aheadUs + rate * (nowUs() - beganUs));
  try {
    lines.expect(SESSION, () => undefined);
    const line = await openLine({ host: HOST, port: lines.port }, SESSION, { onGone: () => undefined });
    const watch = new ClockWatch();
    const first = await line.compareClocks();
    assert.ok(Math.abs(first.offsetUs - aheadUs - rate * (first.atUs - beganUs)) <= first.boundUs + 1);
    watch.compared(first);
    // Some milliseconds of exchanges, in which the clocks move apart.
    let second = first;
    while (second.atUs - first.atUs < 30_000) second = await line.compareClocks();
    const { heldUs, boundUs } = watch.compared(second);
    line.close();
    const drifted = rate * (second.atUs - first.atUs);
    assert.ok(Math.abs(heldUs + drifted) <= boundUs + first.boundUs + 1, `${heldUs} for ${drifted}`);
  } finally {
    lines.close();
  }
});
