import assert from "node:assert/strict";
import { basename } from "node:path";
import { describe, test } from "vitest";
import { learnerFile } from "./learner-file.ts";

describe("a learner's file", () => {
  test("is in the commands that its learner is told to type, unless it is the usual one", () => {
    assert.equal(learnerFile().command("3 --again"), "notif-lab workshop 3 --again");
    assert.equal(learnerFile("notif-lab-workshop.json").command("3"), "notif-lab workshop 3");
    assert.equal(learnerFile("ann.json").command("reset"), "notif-lab workshop reset --file ann.json");
    assert.equal(
      learnerFile("../it's mine.json").command("next"),
      "notif-lab workshop next --file '../it'\\''s mine.json'",
    );
  });

  test("has its runs for itself", () => {
    const runs = ["notif-lab-workshop.json", "ann.json", "ann.1", "ann.2"].map((name) =>
      basename(
        learnerFile(name)
          .runsOf(1)
          .replace(/.lesson-1$/, ""),
      ),
    );
    assert.deepEqual(runs, ["notif-lab-workshop-runs", "ann-runs", "ann.1-runs", "ann.2-runs"]);
  });
});
