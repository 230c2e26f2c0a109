import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { learnerFile } from "./learner-file.ts";
import { writeBeside } from "./write-beside.ts";

let base = "";
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), "notif-lab-beside-"));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

function scene(name = "notif-lab-workshop.json", folder = mkdtempSync(join(base, "one-"))) {
  const file = learnerFile(join(folder, name));
  return {
    folder,
    write: (content: string) => writeBeside(file, "decision.md", content),
    at: (other: string) => join(folder, other),
    text: (other: string) => readFileSync(join(folder, other), "utf8"),
    edit: (other: string, content: string) => writeFileSync(join(folder, other), content),
  };
}

describe("what the lab writes for the learner", () => {
  test("is written anew as long as nobody has edited it", async () => {
    const { write, at, text } = scene();
    assert.equal(await write("first"), at("notif-lab-decision.md"));
    assert.equal(await write("second"), at("notif-lab-decision.md"));
    assert.equal(text("notif-lab-decision.md"), "second");
  });

  test("stands once it is edited, however often the lesson is shown again", async () => {
    const { write, at, text, edit } = scene();
    await write("first");
    edit("notif-lab-decision.md", "first, and decided by Ann");
    for (let times = 0; times < 2; times += 1)
      assert.equal(await write("first"), at("notif-lab-decision.md"));
    assert.equal(text("notif-lab-decision.md"), "first, and decided by Ann");
  });

  test("gets another name where there is news and the last one was edited", async () => {
    const { write, at, text, edit } = scene();
    await write("first");
    edit("notif-lab-decision.md", "edited");
    assert.equal(await write("second"), at("notif-lab-decision-2.md"));
    assert.equal(await write("third"), at("notif-lab-decision-2.md"));
    edit("notif-lab-decision-2.md", "edited too");
    assert.equal(await write("third"), at("notif-lab-decision-2.md"));
    assert.equal(await write("fourth"), at("notif-lab-decision-3.md"));
    assert.deepEqual(
      ["notif-lab-decision.md", "notif-lab-decision-2.md", "notif-lab-decision-3.md"].map(text),
      ["edited", "edited too", "fourth"],
    );
  });

  test("is written again where the newest was given another name, and no older one passes for it", async () => {
    const { write, at, text, edit } = scene();
    await write("first");
    edit("notif-lab-decision.md", "first, edited");
    await write("second");
    renameSync(at("notif-lab-decision-2.md"), at("for the team.md"));
    assert.equal(await write("second"), at("notif-lab-decision-2.md"));
    assert.deepEqual(["notif-lab-decision.md", "notif-lab-decision-2.md"].map(text), [
      "first, edited",
      "second",
    ]);
  });

  test("is written again where it was removed, and never over what something else has put there", async () => {
    const { write, at, text } = scene();
    await write("first");
    rmSync(at("notif-lab-decision.md"));
    assert.equal(await write("first"), at("notif-lab-decision.md"));
    assert.equal(text("notif-lab-decision.md"), "first");
    const other = scene();
    other.edit("notif-lab-decision.md", "of an older version, perhaps edited");
    assert.equal(await other.write("first"), other.at("notif-lab-decision-2.md"));
    const odd = scene();
    mkdirSync(odd.at("notif-lab-decision.md"));
    assert.equal(await odd.write("first"), odd.at("notif-lab-decision-2.md"));
  });

  test("is named after the learner, so that two in one folder have one each", async () => {
    const ann = scene("ann.json");
    const bob = scene("bob-workshop", ann.folder);
    assert.equal(await ann.write("Ann's"), ann.at("ann-decision.md"));
    assert.equal(await bob.write("Bob's"), ann.at("bob-decision.md"));
    assert.equal(ann.text("ann-decision.md"), "Ann's");
  });
});
