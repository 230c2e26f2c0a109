import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { nowUs } from "./clock.ts";
import { estimateOffset, probeClock, serveClock } from "./clock-offset.ts";

const signal = new AbortController().signal;

describe("the offset of another clock", () => {
  test("is exact when both ways take as long", () => {
    // 40 us there, 10 us in between, 40 us back, by a clock that is 5,000 us ahead.
    assert.deepEqual(estimateOffset([{ t0: 100, t1: 5_140, t2: 5_150, t3: 190 }]), {
      offsetUs: 5_000,
      boundUs: 40,
    });
  });

  test("is off by no more than its bound, however unequal the two ways", () => {
    for (const there of [0, 10, 50, 90, 100]) {
      const t1 = 1_000 + there - 7_000;
      const probe = { t0: 1_000, t1, t2: t1 + 5, t3: 1_000 + 100 + 5 };
      const found = estimateOffset([probe]);
      assert.ok(found);
      assert.ok(Math.abs(found.offsetUs + 7_000) <= found.boundUs, `${there} us there`);
    }
  });

  test("is that of the shortest round trip, however long the other side took to answer", () => {
    const queued = { t0: 0, t1: 900, t2: 910, t3: 1_000 };
    const quick = { t0: 2_000, t1: 2_020, t2: 2_920, t3: 2_940 };
    assert.deepEqual(estimateOffset([queued, quick]), { offsetUs: 0, boundUs: 20 });
  });

  test("is unknown without a probe", () => assert.equal(estimateOffset([]), undefined));

  test("is found over TCP, ahead and behind", async () => {
    for (const skewUs of [5_000, -3_000_000, 0]) {
      const served = await serveClock(() => nowUs() + skewUs);
      const { offsetUs, boundUs } = await probeClock({ host: "127.0.0.1", port: served.port }, signal);
      served.close();
      assert.ok(Math.abs(offsetUs - skewUs) <= boundUs, `${offsetUs} for ${skewUs}, bound ${boundUs}`);
    }
  });

  test("rejects when nobody is there, when the other side leaves, and when aborted", async () => {
    const served = await serveClock();
    const target = { host: "127.0.0.1", port: served.port };
    const abort = new AbortController();
    const asked = probeClock(target, abort.signal, 1_000_000);
    setTimeout(() => abort.abort(new Error("interrupted")), 20);
    await assert.rejects(asked, /interrupted/);
    const left = probeClock(target, signal, 1_000_000);
    setTimeout(() => served.close(), 20);
    await assert.rejects(left, { code: "closed" });
    await assert.rejects(probeClock(target, signal), { code: "unreachable" });
  });
});
