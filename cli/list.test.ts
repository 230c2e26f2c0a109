import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "vitest";
import { everyTransport } from "../transports/registry.ts";
import { runNotifLab, startNotifLab } from "./process.test-fixture.ts";

const notifLab = (...words: string[]) => runNotifLab(words);

describe("list, doctor, version, help", () => {
  test("list names every transport and parameter, as text and as JSON", async () => {
    const { out } = await notifLab("list");
    for (const { name } of everyTransport) assert.ok(out.includes(`  ${name} `), name);
    assert.match(out, /--connections .*200 connections \(2 to 40000\)/);
    const described = JSON.parse((await notifLab("list", "--json")).out);
    assert.deepEqual(
      described.transports.map(({ name }: { name: string }) => name),
      everyTransport.map(({ name }) => name),
    );
  });

  test("doctor finds what the transports need", async () => {
    const { code, out } = await notifLab("doctor");
    assert.equal(code, 0, out);
    for (const what of ["Node.js", "cores", "memory", "open files", "ports", "clock", "ws 8", "aedes"]) {
      assert.ok(out.includes(what), what);
    }
  });

  test("the version is the package's, and help lists the commands", async () => {
    const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
    assert.equal((await startNotifLab(["--version"]).ended).out, `${manifest.version}\n`);
    const { code, out } = await notifLab("--help");
    assert.equal(code, 0);
    for (const command of ["bench", "list", "report", "compare", "serve", "doctor"])
      assert.ok(out.includes(command));
  });
});
