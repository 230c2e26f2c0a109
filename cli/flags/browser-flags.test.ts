import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { browserOf, findBrowser, pageClients } from "./browser-flags.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-browser-flags-"));
  for (const name of ["chromium", "google-chrome", "own"])
    writeFileSync(join(folder, name), "#!/bin/sh\n", { mode: 0o755 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);

describe("--clients", () => {
  test("is for a page of one client, or of as many as it says", () => {
    assert.equal(pageClients({}), undefined);
    assert.equal(pageClients({ clients: "browser" }), 1);
    assert.equal(pageClients({ clients: "browser:12" }), 12);
  });

  test.each([
    ["firefox", /--clients takes browser, or browser:4/],
    ["browser:4:5", /--clients takes browser, or browser:4/],
    ["browser:", /--clients browser: takes a whole number from 1 to 255/],
    ["browser:0", /from 1 to 255, not "0"/],
    ["browser:256", /from 1 to 255, not "256"/],
  ])("%s is refused", (clients, message) => {
    assert.throws(() => pageClients({ clients }), message);
  });
});

describe("the browser", () => {
  test("is the one of the flag, else of CHROME_PATH, else of NOTIF_LAB_CHROMIUM, else an installed one", () => {
    const env = { PATH: folder, CHROME_PATH: at("google-chrome"), NOTIF_LAB_CHROMIUM: at("own") };
    assert.deepEqual(findBrowser({ browser: at("own") }, env), { path: at("own") });
    assert.deepEqual(findBrowser({}, env), { path: at("google-chrome") });
    assert.deepEqual(findBrowser({}, { ...env, CHROME_PATH: "" }), { path: at("own") });
    assert.deepEqual(findBrowser({}, { PATH: folder }), { path: at("chromium") });
    assert.deepEqual(findBrowser({}, { PATH: folder, NOTIF_LAB_CHROMIUM: "npm" }), { path: at("chromium") });
  });

  test("is refused by the name of what named it where it is no program", () => {
    const nothing = at("nothing");
    assert.throws(
      () => findBrowser({ browser: nothing }, {}),
      /--browser is ".*nothing", which is not a program/,
    );
    assert.throws(() => findBrowser({}, { CHROME_PATH: folder }), /CHROME_PATH is/);
  });

  test("is told to be absent in one line, and the run goes without", () => {
    const found = findBrowser({}, { PATH: "/nowhere" });
    assert.match("absent" in found ? found.absent : "", /no Chromium or Chrome is installed; .*--browser/);
    const told: string[] = [];
    const { PATH, CHROME_PATH, NOTIF_LAB_CHROMIUM } = process.env;
    Object.assign(process.env, { PATH: "/nowhere", CHROME_PATH: "", NOTIF_LAB_CHROMIUM: "" });
    try {
      assert.equal(
        browserOf({ clients: "browser" }, 1, (line) => told.push(line)),
        undefined,
      );
    } finally {
      Object.assign(process.env, { PATH });
      for (const [name, value] of Object.entries({ CHROME_PATH, NOTIF_LAB_CHROMIUM }))
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
    }
    assert.equal(told.length, 1);
    assert.match(told[0] ?? "", /^without clients in a browser: no Chromium/);
  });

  test("is of --clients alone", () => {
    assert.throws(() => browserOf({ browser: at("own") }, undefined, () => undefined), /--browser names/);
  });
});
