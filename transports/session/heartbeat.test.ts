import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Heartbeat, listening, startHeartbeat } from "./heartbeat.ts";

const SETTINGS = { intervalMs: 10_000, timeoutMs: 5_000 };

describe("a heartbeat", () => {
  /** Seconds after the beginning. */
  const probed: number[] = [];
  const dead: number[] = [];
  let beganMs = 0;
  let heartbeat: Heartbeat;
  const seconds = () => Math.round((performance.now() - beganMs) / 10) / 100;
  const wait = (s: number) => vi.advanceTimersByTime(s * 1_000);
  const start = (settings = SETTINGS, answer = () => undefined as unknown) => {
    beganMs = performance.now();
    heartbeat = startHeartbeat(settings, {
      probe: () => {
        probed.push(seconds());
        answer();
      },
      dead: () => dead.push(seconds()),
    });
  };
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ["setTimeout", "clearTimeout", "setImmediate", "clearImmediate", "performance"],
    });
    probed.length = 0;
    dead.length = 0;
  });
  afterEach(() => {
    heartbeat.stop();
    vi.useRealTimers();
  });

  test("probes a silent peer that answers once an interval, in step", () => {
    start(SETTINGS, () => setTimeout(() => heartbeat.alive(), 70));
    wait(61);
    expect(probed).toEqual([10, 20, 30, 40, 50, 60]);
    expect(dead).toEqual([]);
  });

  test("gives up interval and time-out after the last arrival, whenever that was", () => {
    for (const last of [0.1, 3, 9.9, 10.1, 14]) {
      probed.length = 0;
      dead.length = 0;
      start();
      for (let passed = 0.1; passed < last; passed += 0.1) {
        wait(0.1);
        heartbeat.alive();
      }
      const heard = seconds();
      wait(60);
      expect([probed, dead]).toEqual(
        [[heard + 10], [heard + 15]].map((one) => one.map((s) => expect.closeTo(s, 1))),
      );
    }
  });

  test("an answer that lay unread while this process stood still is one", () => {
    // Due in the same moment as the look for it, and behind that.
    start(SETTINGS, () => setTimeout(() => heartbeat.alive(), SETTINGS.timeoutMs));
    wait(60);
    expect(dead).toEqual([]);
  });

  test("asks nobody who talks", () => {
    start();
    for (let passed = 0; passed < 60; passed += 1) {
      wait(1);
      heartbeat.alive();
    }
    expect(probed).toEqual([]);
  });

  test("gives up as soon on a peer whose last sign was an answer", () => {
    start(SETTINGS, () => {
      if (probed.length === 1) setTimeout(() => heartbeat.alive(), 70);
    });
    wait(60);
    expect([probed, dead]).toEqual([[10, 20], [25]]);
  });

  test("of the end that listens comes only where the other's is overdue, and is as patient in all", () => {
    start(listening(SETTINGS));
    for (let beat = 0; beat < 6; beat += 1) {
      wait(10 + (beat % 2 === 0 ? 0.2 : -0.2));
      heartbeat.alive();
    }
    expect(probed).toEqual([]);
    const heard = seconds();
    wait(60);
    expect([probed, dead]).toEqual([[heard + 12.5], [heard + 15]]);
  });

  test("says nothing any more once it is stopped", () => {
    start();
    wait(11);
    heartbeat.stop();
    wait(60);
    expect([probed, dead]).toEqual([[10], []]);
  });
});
