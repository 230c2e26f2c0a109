import assert from "node:assert/strict";
import { onTestFinished, test } from "vitest";
import { LabError } from "../../core/errors.ts";
import { Logins } from "./mosquitto-logins.ts";

function recorded() {
  const files: { readonly logins: string; readonly rights: string }[] = [];
  let reloads = 0;
  let onReload: () => void = () => undefined;
  let handled = Promise.resolve();
  const logins = new Logins({
    core: { user: "core", password: "c" },
    write: (logins, rights) => void files.push({ logins, rights }),
    reload: () => {
      reloads += 1;
      onReload();
    },
    handled: () => handled,
  });
  let settled = 0;
  const asking: Promise<unknown>[] = [];
  onTestFinished(async () => {
    logins.end(new LabError("closed", "the test is over"));
    await Promise.allSettled(asking);
  });
  return {
    logins,
    /** To a user ann; settled() tells how many of these have been let in. */
    grant: (name: string) =>
      void asking.push(logins.grant({ user: name, password: "p" }, "ann").then(() => (settled += 1))),
    settled: () => settled,
    last: () => files.at(-1),
    reloads: () => reloads,
    reads: () => {
      let done: () => void = () => undefined;
      handled = new Promise((resolve) => (done = resolve));
      return done;
    },
    asked: () => new Promise<void>((resolve) => (onReload = resolve)),
  };
}

const usersIn = (text = "") => text.split("\n").flatMap((line) => (line === "" ? [] : line.split(":")[0]));

test("what is asked for in one turn, and while the broker reads, goes together into one reading", async () => {
  const { logins, grant, settled, last, reloads, asked } = recorded();
  let reading = asked();
  grant("a");
  grant("b");
  await reading;
  assert.deepEqual(usersIn(last()?.logins), ["core", "a", "b"]);
  grant("c");
  grant("d");
  assert.equal(reloads(), 1);
  reading = asked();
  logins.reloading();
  await reading;
  assert.equal(settled(), 2);
  assert.deepEqual(usersIn(last()?.logins), ["core", "a", "b", "c", "d"]);
  logins.reloading();
  await new Promise(setImmediate);
  assert.deepEqual([settled(), reloads()], [4, 2]);
});

test("nothing is asked for while the broker reads: it would forget the signal", async () => {
  const { logins, grant, settled, reloads, reads, asked } = recorded();
  let reading = asked();
  grant("a");
  await reading;
  const done = reads();
  logins.reloading();
  grant("b");
  await new Promise(setImmediate);
  assert.deepEqual([settled(), reloads()], [0, 1]);
  reading = asked();
  done();
  await reading;
  assert.deepEqual([settled(), reloads()], [1, 2]);
});

test("a login that is revoked has neither line nor rights any more", async () => {
  const { logins, last, asked } = recorded();
  let reading = asked();
  const granted = logins.grant({ user: "a", password: "secret" }, "ann");
  await reading;
  assert.match(last()?.rights ?? "", /user a\ntopic read topic\/#\ntopic read user\/ann\n$/);
  assert.doesNotMatch(last()?.logins ?? "", /secret/);
  logins.reloading();
  await granted;
  reading = asked();
  const revoked = logins.revoke("a");
  await reading;
  assert.deepEqual(usersIn(last()?.logins), ["core"]);
  assert.doesNotMatch(last()?.rights ?? "", /ann/);
  logins.reloading();
  await revoked;
  await logins.revoke("a");
});

test("whoever waits when it ends is told, and whoever comes later", async () => {
  const { logins } = recorded();
  const waiting = logins.grant({ user: "a", password: "p" }, "ann");
  logins.end(new LabError("closed", "the server is closing"));
  await assert.rejects(waiting, { code: "closed" });
  await assert.rejects(logins.grant({ user: "b", password: "p" }, "ann"), { code: "closed" });
});
