import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type SignsOfLife, startSignsOfLife } from "./signs-of-life.ts";

const INTERVAL = 10_000;

describe("signs of life", () => {
  const said: number[] = [];
  let signs: SignsOfLife;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    said.length = 0;
    signs = startSignsOfLife(INTERVAL, () => said.push(performance.now()));
  });
  afterEach(() => {
    signs.stop();
    vi.useRealTimers();
  });

  test("come once an interval, counted from when the client has spoken", () => {
    vi.advanceTimersByTime(INTERVAL);
    expect(said).toHaveLength(1);
    vi.advanceTimersByTime(1_000);
    signs.spoke();
    vi.advanceTimersByTime(INTERVAL - 1);
    expect(said).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(said).toHaveLength(2);
    signs.stop();
    vi.advanceTimersByTime(10 * INTERVAL);
    expect(said).toHaveLength(2);
  });

  test("come with what arrives where no timer is called, at least once an interval and not with each", () => {
    signs.stop();
    const began = performance.now();
    // A minute in a hidden page, with something new every second.
    for (let second = 0; second < 60; second += 1) {
      vi.advanceTimersByTime(1_000);
      signs.arrived();
    }
    const gaps = said.map((at, index) => at - (said[index - 1] ?? began));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(INTERVAL);
    expect(Math.min(...gaps)).toBeGreaterThan(INTERVAL / 2);
    expect(said.length).toBeGreaterThanOrEqual(6);
  });

  test("end where what is said ends them", () => {
    signs.stop();
    const ending = startSignsOfLife(INTERVAL, () => {
      said.push(performance.now());
      ending.stop();
    });
    vi.advanceTimersByTime(10 * INTERVAL);
    expect(said).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("come with the server's heartbeat alone, though that is a little early", () => {
    signs.stop();
    for (let beat = 0; beat < 6; beat += 1) {
      vi.advanceTimersByTime(INTERVAL - 20);
      signs.arrived();
    }
    expect(said).toHaveLength(6);
  });
});
