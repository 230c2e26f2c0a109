import assert from "node:assert/strict";
import { test } from "vitest";
import { LabError } from "../../core/errors.ts";
import { Lifecycle } from "./lifecycle.ts";

const CONNECTION = { request: () => Promise.resolve({}), close: () => Promise.resolve() };

function setUp() {
  const told: string[] = [];
  const tell = (what: string) => (reason: LabError) => void told.push(`${what}: ${reason.message}`);
  let released: () => void = () => undefined;
  const lifecycle = new Lifecycle(
    { opened: () => void told.push("opened"), refused: tell("refused") },
    { down: tell("down") },
    (reason) => {
      tell("released")(reason);
      return new Promise<void>((resolve) => {
        released = resolve;
      });
    },
  );
  return { lifecycle, told, release: () => released() };
}

const because = (message: string) => new LabError("closed", message);

test("what ends before it stands is refused, what ends later is down, each once and when nothing is left open", async () => {
  for (const stands of [false, true]) {
    const { lifecycle, told, release } = setUp();
    assert.equal(lifecycle.begin(new AbortController().signal), true);
    if (stands) lifecycle.stands(CONNECTION);
    const ended = [lifecycle.end(because("first")), lifecycle.end(because("second"))];
    assert.ok(lifecycle.over);
    const before = [...(stands ? ["opened"] : []), "released: first"];
    assert.deepEqual(told, before);
    release();
    await Promise.all(ended);
    assert.deepEqual(told, [...before, stands ? "down: first" : "refused: first"]);
  }
});

test("the signal ends what does not stand yet, and nothing else", async () => {
  const aborting = new AbortController();
  const [opening, standing] = [setUp(), setUp()];
  for (const { lifecycle } of [opening, standing]) assert.ok(lifecycle.begin(aborting.signal));
  standing.lifecycle.stands(CONNECTION);
  aborting.abort(because("aborted"));
  opening.release();
  await opening.lifecycle.end(because("in vain"));
  assert.deepEqual(opening.told, ["released: aborted", "refused: aborted"]);
  assert.deepEqual(standing.told, ["opened"]);

  const late = setUp();
  assert.equal(late.lifecycle.begin(aborting.signal), false);
  late.release();
  await late.lifecycle.end(because("in vain"));
  assert.deepEqual(late.told, ["released: aborted", "refused: aborted"]);
});
