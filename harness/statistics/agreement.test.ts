import { expect, test } from "vitest";
import { agreementOf } from "./agreement.ts";

/** Six rounds whose log ratios are `mean`, more and less by twice `sd` in turns. */
const rounds = (mean: number, sd: number) =>
  [-1, 1, -1, 1, -1, 1].map((one): [number, number] => [Math.exp(mean + one * sd), Math.exp(-one * sd)]);

test("two ways agree where the 90 % interval lies inside the margin, and only there p is under 5 %", () => {
  // Standard error 2 sd sqrt(1.2 / 6) = 0.8944 sd, 5 degrees of freedom, t = 2.0150; ln 1.05 = 0.04879.
  const at = (mean: number, sd = 0.015) => agreementOf(rounds(mean, sd), 0.05);
  expect(at(0.0217)).toMatchObject({ agrees: true, ratio: expect.closeTo(Math.exp(0.0217), 9) });
  expect(at(0.0218).agrees).toBe(false);
  expect(at(-0.0217).agrees).toBe(true);
  for (const mean of [-0.1, -0.0218, -0.0217, 0, 0.0217, 0.0218, 0.06]) {
    expect(at(mean).p < 0.05).toBe(at(mean).agrees);
    expect(at(mean).interval90.high <= 1.05 && at(mean).interval90.low >= 1 / 1.05).toBe(at(mean).agrees);
  }
  expect(at(0.1).p).toBeGreaterThan(0.95);
});

test("what changes from round to round in both ways is no noise, and what differs in one is", () => {
  const drifting = [1, 1.5, 0.7, 2].map((level): [number, number] => [level * 1.01, level]);
  expect(agreementOf(drifting, 0.05).agrees).toBe(true);
  expect(agreementOf(rounds(0, 0.2), 0.05)).toMatchObject({ agrees: false, ratio: expect.closeTo(1, 9) });
});
