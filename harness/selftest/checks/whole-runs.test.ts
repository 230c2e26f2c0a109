import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { agreementOf } from "../../statistics/agreement.ts";
import { mostErrors } from "./aa-plan.ts";
import { concluded } from "./slices.ts";

const found = (sliced: readonly number[], whole: readonly number[]) => ({
  name: "sse, CPU",
  agreement: agreementOf(sliced, whole, 0.05),
});
const quiet = [100, 100.5, 99.8, 100.2];

describe("slices against trials in one piece", () => {
  test("agree, differ or can't be told, by where the interval lies", () => {
    const same = found(quiet, [100.1, 99.9, 100.4, 100]);
    assert.equal(concluded([same]).verdict, "pass");
    const other = found([120, 120.5, 119.8, 120.2], quiet);
    assert.equal(concluded([same, other]).verdict, "fail");
    const loud = found([80, 120, 100, 95], [110, 90, 85, 125]);
    assert.equal(concluded([same, loud]).verdict, "not possible");
    assert.equal(concluded([same, { name: "grpc, CPU", agreement: undefined }]).verdict, "not possible");
    assert.equal(concluded([]).verdict, "not possible");
  });
});

describe("family errors of whole runs", () => {
  test("as many are allowed as a sound instrument has, nine in a hundred", () => {
    assert.deepEqual([1, 2, 30, 100].map(mostErrors), [1, 1, 4, 9]);
  });
});
