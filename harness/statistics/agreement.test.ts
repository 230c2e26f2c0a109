import { expect, test } from "vitest";
import { agreementOf } from "./agreement.ts";

const spread = (mean: number, sd: number) => [-1, 1, -1, 1, -1, 1].map((one) => Math.exp(mean + one * sd));

test("two ways agree where the 90 % interval lies inside the margin, and only there p is under 5 %", () => {
  // Standard error sqrt(2 x 1.2 sd^2 / 6) = 0.6325 sd, 10 degrees of freedom, t = 1.8125; ln 1.05 = 0.04879.
  const at = (mean: number, sd = 0.03) => agreementOf(spread(mean, sd), spread(0, sd), 0.05);
  expect(at(0.0143)).toMatchObject({ agrees: true, ratio: expect.closeTo(Math.exp(0.0143), 9) });
  expect(at(0.0145).agrees).toBe(false);
  expect(at(-0.0143).agrees).toBe(true);
  for (const mean of [-0.1, -0.0145, -0.0143, 0, 0.0143, 0.0145, 0.06]) {
    expect(at(mean).p < 0.05).toBe(at(mean).agrees);
    expect(at(mean).interval90.high <= 1.05 && at(mean).interval90.low >= 1 / 1.05).toBe(at(mean).agrees);
  }
  expect(at(0.1).p).toBeGreaterThan(0.95);
});

test("noise is no agreement, though the means are the same", () => {
  expect(agreementOf(spread(0, 0.2), spread(0, 0.2), 0.05)).toMatchObject({
    agrees: false,
    ratio: expect.closeTo(1, 9),
  });
});
