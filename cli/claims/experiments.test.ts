import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { claims } from "../../claims/registry.ts";
import { labelOf } from "../../claims/setup.ts";
import type { Trial } from "../../harness/result/result.ts";
import { metricOf } from "../../reports/claims/values.ts";
import { resultsOf, unwell } from "../../reports/model/results.test-fixture.ts";
import { findTransport } from "../../transports/registry.ts";
import {
  canInterleave,
  experimentsOf,
  grouped,
  groupSeconds,
  SPENDING,
  trialsSeconds,
} from "./experiments.ts";
import { fileOf, type KeptRuns } from "./kept-runs.ts";
import { NOTHING_KEPT } from "./nothing-kept.test-fixture.ts";
import { planned } from "./run-claims.ts";
import { blocksLacking } from "./run-group.ts";

const isHere = (name: string) => findTransport(name) !== undefined;

describe("experiments", () => {
  test("of all claims are each there once, and serve several claims", () => {
    const all = experimentsOf(claims, "quick", isHere);
    assert.equal(new Set(all.map(({ label }) => label)).size, all.length);
    const feed = all.find(({ label }) => label === "fan-out, 20 connections, 80/s, 200 characters");
    assert.ok(feed && feed.claims.length >= 4, `${feed?.claims}`);
    assert.ok(feed.transports.includes("websocket") && feed.transports.includes("mqtt"));
  });

  test("with clients that ask all the time take no turns with others", () => {
    const all = experimentsOf(claims, "full", isHere);
    const asking = grouped(all).filter(([one]) => one && !canInterleave(one.transports));
    assert.ok(asking.length > 0);
    for (const group of asking) assert.equal(group.length, 1);
    assert.ok(asking.flat().some(({ transports }) => transports.includes("polling:no-keep-alive")));
  });

  test("of a transport that is not here are none", () => {
    const all = experimentsOf(claims, "quick", (name) => name !== "long-polling" && isHere(name));
    assert.ok(all.every(({ transports }) => !transports.includes("long-polling")));
    assert.ok(!all.some((one) => one.claims.includes("seed-bandwidth")));
  });

  test("have the plans that they say, scaled to the mode", () => {
    for (const mode of ["quick", "full"] as const)
      for (const { scenario, label } of experimentsOf(claims, mode, isHere)) {
        const plan = scenario.plan(1);
        const users = plan.groups.reduce((sum, one) => sum + one.users, 0);
        const said = /([\d,]+) connections/.exec(label)?.[1]?.replaceAll(",", "");
        if (said !== undefined) assert.equal(users, Number(said), label);
        assert.equal(plan.link !== undefined, label.includes("link "), label);
      }
  });

  test("have as many publishes as the quantiles that are read from them need", () => {
    for (const mode of ["quick", "full"] as const)
      for (const { scenario, label, claims: served } of experimentsOf(claims, mode, () => true)) {
        const { traffic, phases } = scenario.plan(1);
        const publishes =
          (traffic.reduce((sum, one) => sum + one.ratePerSecond, 0) * phases.measureMs) / 1_000;
        const readings = claims
          .filter(({ id }) => served.includes(id))
          .flatMap((claim) => claim.readings)
          .filter((reading) => reading.kind === "measured")
          .filter(({ places }) =>
            places.some(
              ({ setup, fullOnly }) => labelOf(setup, mode) === label && (!fullOnly || mode === "full"),
            ),
          );
        assert.ok(readings.length > 0, label);
        for (const { figure } of readings)
          for (const term of [figure.of, ...(figure.over ? [figure.over] : [])])
            assert.ok(publishes >= (metricOf(term).support?.needs ?? 0), `${label}: ${term.metric}`);
      }
  });

  test("of all claims take at most 10 minutes in a quick run and 60 in a whole one, by estimate and with every transport", () => {
    const minutes = (mode: "quick" | "full") =>
      grouped(experimentsOf(claims, mode, () => true)).reduce(
        (sum, group) => sum + groupSeconds(group, mode),
        0,
      ) / 60;
    assert.ok(minutes("quick") <= 10, `${minutes("quick")}`);
    assert.ok(minutes("full") <= 60, `${minutes("full")}`);
  });
});

test("what a group takes by plan is told by the trials that were run: further blocks are no slowness, what was kept no speed", () => {
  const [group = []] = grouped(experimentsOf(claims, "quick", isHere));
  const all = SPENDING.quick.blocks * group.length * (group[0]?.transports.length ?? 0);
  const whole = groupSeconds(group, "quick");
  assert.ok(whole > 0);
  const shares = [all, 2 * all, all / 2, 0].map((trials) =>
    Number((trialsSeconds(group, trials, "quick") / whole).toFixed(6)),
  );
  assert.deepEqual(shares, [1, 2, 0.5, 0]);
});

describe("what is kept", () => {
  const some = claims.filter(({ id }) => id === "seed-bandwidth");
  const spec = { claims: some, told: some, mode: "quick" as const, named: false, lacking: () => undefined };
  const having = (trial: (trial: Trial) => Trial): KeptRuns => {
    const results = (experiment: string, transports: readonly string[]) =>
      resultsOf({ transports, scenarios: [experiment], blocks: SPENDING.quick.blocks, trial });
    return { ...NOTHING_KEPT, results, trials: (...words) => results(...words).trials };
  };
  const everything = having((trial) => trial);

  test("is not measured again unless asked, and then what was begun since is not either", () => {
    assert.equal(planned({ ...spec, kept: NOTHING_KEPT }).groups.length, 1);
    assert.equal(planned({ ...spec, kept: everything }).groups.length, 0);
    assert.equal(planned({ ...spec, kept: everything, since: "2026-02-04T00:00:00.000Z" }).groups.length, 1);
    assert.equal(planned({ ...spec, kept: everything, since: "2026-02-03T00:00:00.000Z" }).groups.length, 0);
  });

  test("is measured again where noise left no figure of a claim that is named", () => {
    const spoiled = having((trial) => (trial.block === 1 ? unwell(trial, "invalid", "busy machine") : trial));
    assert.equal(planned({ ...spec, kept: spoiled }).groups.length, 0);
    const again = planned({ ...spec, named: true, kept: spoiled }).groups.flat();
    assert.equal(again.length, planned({ ...spec, kept: NOTHING_KEPT }).groups.flat().length);
    assert.equal(planned({ ...spec, named: true, kept: everything }).groups.length, 0);
  });

  test("is enough where noise spoiled a block and three are left; fewer are made up for", () => {
    const [whole] = planned({ ...spec, kept: NOTHING_KEPT }).groups;
    const [first] = whole ?? [];
    assert.ok(whole && first);
    const of = (blocks: number, spoiled: readonly number[], state: "invalid" | "failed") =>
      resultsOf({
        transports: first.transports,
        scenarios: [first.label],
        blocks,
        trial: (trial) =>
          spoiled.includes(trial.block) && trial.transport === "websocket"
            ? unwell(trial, state, "reason")
            : trial,
      }).trials;
    assert.equal(blocksLacking(whole, of(3, [], "invalid")), 0);
    assert.equal(blocksLacking(whole, of(3, [1], "invalid")), 1);
    assert.equal(blocksLacking(whole, of(4, [1], "invalid")), 0);
    assert.equal(blocksLacking(whole, of(3, [0, 2], "invalid")), 2);
    // What spoils every block would spoil more.
    assert.equal(blocksLacking(whole, of(3, [0, 1, 2], "invalid")), 0);
    assert.equal(blocksLacking(whole, of(3, [0, 1, 2], "failed")), 0);
    // Of a lesson that looks at what noise leaves as it is.
    const calm = whole.map((one) => ({ ...one, mindsNoise: false }));
    assert.equal(blocksLacking(calm, of(3, [1], "invalid")), 0);
  });

  test("has a name for the same experiments on the same transports, and another in another mode", () => {
    const [group] = planned({ ...spec, kept: NOTHING_KEPT }).groups;
    assert.ok(group);
    assert.equal(fileOf(group, "quick"), fileOf([...group], "quick"));
    assert.notEqual(fileOf(group, "quick"), fileOf(group, "full"));
    assert.notEqual(fileOf(group, "quick"), fileOf(group.slice(1), "quick"));
  });
});
