import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { resultsOf } from "../model/results.test-fixture.ts";
import { briefProblems } from "./brief-warnings.ts";

/** What is said of websocket when these are the reasons why its trials failed, in one block after the other. */
function toldOf(reasons: readonly string[]): string[] {
  const results = resultsOf({
    transports: ["websocket"],
    blocks: reasons.length,
    trial: ({ metrics: _, ...trial }) => ({ ...trial, state: "failed", reason: reasons[trial.block] ?? "" }),
  });
  return briefProblems(results, "notify", {});
}

describe("the trials that did not complete", () => {
  test("are told in one line where their reasons differ in amounts alone, with the range of each", () => {
    assert.deepEqual(toldOf(["used 0.41 of 2 CPUs", "used 1.74 of 2 CPUs", "used 1 of 2 CPUs"]), [
      "websocket failed in notify, blocks 1, 2 and 3: used 0.41–1.74 of 2 CPUs.",
    ]);
    assert.deepEqual(toldOf(["lost 1,200 of 9,000", "lost 30 of 10,000"]), [
      "websocket failed in notify, blocks 1 and 2: lost 30–1,200 of 9,000–10,000.",
    ]);
  });

  test("an address is no amount: the same in all it stands as it is, and of ports that differ none is told", () => {
    const refused = (address: string) => `connect ECONNREFUSED ${address}`;
    assert.deepEqual(toldOf([refused("127.0.0.1:4321"), refused("127.0.0.1:4321")]), [
      "websocket failed in notify, blocks 1 and 2: connect ECONNREFUSED 127.0.0.1:4321.",
    ]);
    for (const host of ["127.0.0.1", "localhost", "[::1]"])
      assert.deepEqual(toldOf([refused(`${host}:43211`), refused(`${host}:50122`)]), [
        `websocket failed in notify, blocks 1 and 2: connect ECONNREFUSED ${host}.`,
      ]);
    assert.deepEqual(
      toldOf(["no answer of ws://127.0.0.1:4/x in 5 s", "no answer of ws://127.0.0.1:5/x in 7 s"]),
      ["websocket failed in notify, blocks 1 and 2: no answer of ws://127.0.0.1/x in 5–7 s."],
    );
  });

  test("other addresses and other versions are other reasons", () => {
    assert.equal(toldOf(["10.0.0.1:1 is gone", "10.0.0.2:1 is gone"]).length, 2);
    assert.deepEqual(toldOf(["Redis 7.0.15 is too slow", "Redis 7.0.15 is too slow"]), [
      "websocket failed in notify, blocks 1 and 2: Redis 7.0.15 is too slow.",
    ]);
    assert.equal(toldOf(["Redis 7.0.15 is too slow", "Redis 7.2.1 is too slow"]).length, 2);
  });
});
