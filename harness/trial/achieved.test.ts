import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { LagTrendRecorder } from "../measurement/lag-trend.ts";
import { achievedShare, type Sends } from "./achieved.ts";
import { LIMITS } from "./validity.ts";

const SECOND = 1_000_000;
const MS = 1_000;
const START_US = 7 * SECOND;

interface Generator {
  readonly seconds: number;
  readonly perSecond: number;
  /** Microseconds, of a send due then. */
  readonly lagUs: (dueUs: number) => number;
}

/** What a load process tells that made evenly spaced sends with such lags. */
function sendsOf({ seconds, perSecond, lagUs }: Generator): Sends {
  const recorder = new LagTrendRecorder(seconds * SECOND);
  let lastSendUs = 0;
  for (let index = 0; index < seconds * perSecond; index += 1) {
    const dueUs = (index * SECOND) / perSecond;
    recorder.record(dueUs, lagUs(dueUs));
    lastSendUs = START_US + dueUs + lagUs(dueUs);
  }
  return { lastSendUs, lagTrend: recorder.trend() };
}

const shareOf = (generator: Generator) =>
  achievedShare(generator.seconds * 1_000, START_US, [sendsOf(generator)]);

/** Lags of one that is held up once, and then makes all that is due at once. */
const pausing = (fromUs: number, forUs: number) => (dueUs: number) =>
  dueUs >= fromUs && dueUs < fromUs + forUs ? fromUs + forUs - dueUs : 0;

/** Lags of one whose clock is slow by so much. */
const slow = (share: number) => (dueUs: number) => dueUs / share - dueUs;

const near = (share: number, known: number, within: number) =>
  assert.ok(Math.abs(share - known) < within, `${share}, not ${known}`);

test("a generator that made every send in time has made the rate", () => {
  assert.equal(shareOf({ seconds: 2, perSecond: 100, lagUs: () => 0 }), 1);
});

test("one that is always a little late has made it too: it does not fall behind", () => {
  assert.equal(shareOf({ seconds: 1, perSecond: 100, lagUs: () => 4 * MS }), 1);
});

test.each([1, 10])(
  "in %i bursts the last of each is late, and the generator is not behind all the same",
  (bursts) => {
    const lagTrend = new LagTrendRecorder(SECOND);
    for (let index = 0; index < 1_000; index += 1)
      lagTrend.record(
        (Math.floor((index * bursts) / 1_000) * SECOND) / bursts,
        50 * (index % (1_000 / bursts)),
      );
    assert.equal(
      achievedShare(1_000, START_US, [{ lastSendUs: START_US + 0.95 * SECOND, lagTrend: lagTrend.trend() }]),
      1,
    );
  },
);

test("no sends at all are none that were missed", () => {
  const none: Sends = { lastSendUs: 0, lagTrend: new LagTrendRecorder(SECOND).trend() };
  assert.equal(achievedShare(1_000, START_US, [none]), 1);
  assert.equal(achievedShare(1_000, START_US, []), 1);
});

describe("a pause of the generator", () => {
  test.each([100, 10_000])(
    "of 10 ms under the last of %i sends a second is within the slack",
    (perSecond) => {
      const lagUs = pausing(2 * SECOND - 9 * MS - SECOND / perSecond, 10 * MS);
      const { lagTrend, lastSendUs } = sendsOf({ seconds: 2, perSecond, lagUs });
      assert.ok(lagTrend.endUs > 0, "the last send was late");
      assert.equal(achievedShare(2_000, START_US, [{ lagTrend, lastSendUs }]), 1);
    },
  );

  test("that makes the last send more than 10 ms too late is not", () => {
    const lagUs = (dueUs: number) => (dueUs === 1.99 * SECOND ? 30 * MS : 0);
    near(shareOf({ seconds: 2, perSecond: 100, lagUs }), 2 / 2.03, 1e-9);
  });

  test("in the midst is made up for, however long", () => {
    assert.equal(shareOf({ seconds: 10, perSecond: 100, lagUs: pausing(3 * SECOND, 6 * SECOND) }), 1);
  });
});

describe.each([2, 10, 60])("over %i s", (seconds) => {
  test.each([{ perSecond: 100 }, { perSecond: 1_000 }, { perSecond: 10_000 }])(
    "99.6 % of $perSecond sends a second is found, and voids the trial",
    ({ perSecond }) => {
      const share = shareOf({ seconds, perSecond, lagUs: slow(0.996) });
      near(share, 0.996, 5e-5);
      assert.ok(share < LIMITS.achieved);
    },
  );

  test("99.95 % is found, and stands", () => {
    const share = shareOf({ seconds, perSecond: 1_000, lagUs: slow(0.9995) });
    near(share, 0.9995, 5e-5);
    assert.ok(share >= LIMITS.achieved);
  });
});

test("a tenth of the rate is a tenth, to the last gap", () => {
  const share = shareOf({ seconds: 2, perSecond: 1_000, lagUs: slow(0.1) });
  assert.ok(share >= 0.1 && share < 0.1001, `${share}`);
});

test("the slowest of several load processes counts", () => {
  const good = sendsOf({ seconds: 2, perSecond: 100, lagUs: () => 0 });
  const bad = sendsOf({ seconds: 2, perSecond: 100, lagUs: slow(0.99) });
  const share = achievedShare(2_000, START_US, [good, bad, good]);
  assert.equal(share, shareOf({ seconds: 2, perSecond: 100, lagUs: slow(0.99) }));
  assert.ok(share < 0.991);
});

describe("not seen are up to 10 ms at the end", () => {
  const unseen = 2 / 2.01;

  test("of fewer than five sends in a third of the time", () => {
    assert.equal(shareOf({ seconds: 2, perSecond: 6, lagUs: slow(unseen) }), 1);
    assert.ok(shareOf({ seconds: 2, perSecond: 8, lagUs: slow(unseen) }) < 0.996);
  });

  test("of a process that falls behind in the last third alone", () => {
    const late = (endUs: number) => (dueUs: number) => (dueUs < 1.9 * SECOND ? 0 : endUs);
    assert.equal(shareOf({ seconds: 2, perSecond: 100, lagUs: late(20 * MS) }), 1);
    near(shareOf({ seconds: 2, perSecond: 100, lagUs: late(20 * MS + 1) }), 2 / 2.020001, 1e-9);
  });
});
