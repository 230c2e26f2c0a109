import assert from "node:assert/strict";
import { describe, test } from "vitest";
import type { Measured } from "../../claims/claim.ts";
import { CLAIMS_SCHEMA } from "../../claims/document.ts";
import { labelOf } from "../../claims/setup.ts";
import { bare } from "../html/assets.test-fixture.ts";
import { type Evidence, findingOf } from "./findings.ts";
import { renderClaimsHtml } from "./page.ts";
import { claimOf, evidenceOf, READINGS, verdictWith } from "./synthetic.test-fixture.ts";

describe("a chart", () => {
  const [, reading] = READINGS.find(([name]) => name === "seed-bandwidth 1") ?? [];
  assert.ok(reading);
  const { figure, claimed, places: tried, axis } = reading;
  /** The page of the reading with these figures at these places. */
  const pageOf = (figures: Readonly<Record<number, number>>) => {
    const places = Object.keys(figures).map((at, index) => ({
      ...tried[index],
      setup: { scenario: "fan-out", connections: 20, rate: 80, payload: 50 + index },
      at: Number(at),
    }));
    const made: Measured = {
      ...{ kind: "measured", meaning: "x", figure, claimed },
      places: places.map(({ fullOnly: _, ...one }) => one),
      ...(axis === undefined ? {} : { axis }),
    };
    const all = Object.values(figures).map((value) => evidenceOf(made, "quick", value));
    const labels = made.places.map(({ setup }) => labelOf(setup, "quick"));
    const trials: Evidence["trials"] = (label, names) =>
      all[labels.indexOf(label)]?.trials(label, names) ?? "none";
    return renderClaimsHtml(
      {
        schema: CLAIMS_SCHEMA,
        at: "2026-02-03T04:05:06.000Z",
        mode: "quick",
        machine: "a machine",
        command: "x",
        findings: [findingOf(claimOf(made), "quick", { lacking: () => undefined, trials })],
      },
      bare,
    );
  };
  /** Where the numbers below the axis stand. */
  const standing = (page: string) =>
    Object.fromEntries(
      [...page.matchAll(/<text x="([\d.]+)" y="171" text-anchor="middle">([\d,]+)</g)].map(([, x, at]) => [
        at,
        Number(x),
      ]),
    );

  test("has a mark for each place by what it says, the band of the claim and its own line", () => {
    const page = pageOf({ 50: 0.3, 200: 0.35, 1000: 0.8 });
    const [chart = ""] = /<svg class="plot-svg"[\s\S]*?<\/svg>/.exec(page) ?? [];
    assert.deepEqual([chart.match(/<circle cx/g)?.length, chart.match(/<rect x/g)?.length], [2, 1]);
    assert.match(chart, /class="margin"/);
    assert.equal(chart.match(/class="one"/g)?.length, 1);
    assert.match(page, /what agrees, tolerance included/);
  });

  test("has equal distances for equal ratios, what is 0 apart, and a mark where the figure turns", () => {
    const page = pageOf({ 0: 0.3, 10: 0.3, 100: 0.35, 1000: 0.8 });
    const x = standing(page);
    const [zero = 0, ten = 0, hundred = 0, thousand = 0] = [x["0"], x["10"], x["100"], x["1,000"]];
    assert.ok(zero < ten && Math.abs(thousand - hundred - (hundred - ten)) < 0.2, JSON.stringify(x));
    const [, left] = /class="turn"[^>]* d="M([\d.]+) /.exec(page) ?? [];
    assert.ok(Number(left) > hundred && Number(left) < thousand, left);
    assert.match(page, /where the figure is that \(estimate\)/);
  });

  test("has no mark where nothing turns", () => {
    const page = pageOf({ 50: 0.3, 200: 0.35 });
    assert.ok(!page.includes('class="turn"') && !page.includes("where the figure is that"));
  });
});

test("of a spread the blocks are shown from the lowest to the highest, under that head", () => {
  const [, cpu] = READINGS.find(([name]) => name === "websocket-shootout 1") ?? [];
  assert.ok(cpu);
  const page = renderClaimsHtml(
    {
      ...{ schema: CLAIMS_SCHEMA, at: "2026-02-03T04:05:06.000Z", mode: "quick", machine: "x", command: "x" },
      findings: [verdictWith(cpu, 1.2)],
    },
    bare,
  );
  assert.match(page, /lowest to highest block<[\s\S]*>0\.83x to 1\.20x of the mean</);
  assert.ok(!page.includes("0.83x (0.83"));
});
