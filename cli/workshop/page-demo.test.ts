import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, test } from "vitest";
import { pageDemo } from "./page-demo.ts";

/** Demos that take a moment to start; the first ones fail. */
function demos(failing = 0) {
  const counts = { started: 0, closed: 0 };
  const demo = pageDemo(assert.ifError, async () => {
    counts.started += 1;
    const url = `http://127.0.0.1:${counts.started}/`;
    await sleep(10);
    if (counts.started <= failing) throw new Error("no port");
    const close = async () => {
      counts.closed += 1;
    };
    return { url, columns: [], close };
  });
  return { demo, counts };
}

describe("the demo beside the page", () => {
  test("is started once by two who ask at the same time", async () => {
    const { demo, counts } = demos();
    await Promise.all([demo.open(), demo.open()]);
    await demo.open();
    assert.equal(demo.url, "http://127.0.0.1:1/");
    assert.equal(await demo.close(), true);
    assert.equal(await demo.close(), false);
    assert.deepEqual([counts, demo.url], [{ started: 1, closed: 1 }, null]);
  });

  test("that is still about to start is closed as well, and its address never told", async () => {
    const { demo, counts } = demos();
    const opening = demo.open();
    assert.equal(await demo.close(), true);
    await opening;
    assert.deepEqual([counts, demo.url], [{ started: 1, closed: 1 }, null]);
  });

  test("that could not be started may be asked for again", async () => {
    const { demo } = demos(1);
    await assert.rejects(demo.open(), /no port/);
    await demo.open();
    assert.equal(demo.url, "http://127.0.0.1:2/");
  });
});
