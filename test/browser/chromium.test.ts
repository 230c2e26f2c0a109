import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findChromium } from "./chromium.test-fixture.ts";

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "notif-lab-find-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function program(folder: string, name: string): string {
  const path = join(folder, name);
  writeFileSync(path, "#!/bin/sh\n", { mode: 0o755 });
  return path;
}

test("NOTIF_LAB_CHROMIUM wins over the system's, and the first of the system's names over the others", async () => {
  const folder = emptyFolder();
  const [own, , chromium] = ["own", "google-chrome", "chromium"].map((name) => program(folder, name));
  const PATH = `/nowhere:${folder}`;
  expect((await findChromium(folder, { PATH, NOTIF_LAB_CHROMIUM: own })).path).toBe(own);
  expect((await findChromium(folder, { PATH })).path).toBe(chromium);
});

test("a wish that is no program is refused with what to do, not passed over", async () => {
  const folder = emptyFolder();
  program(folder, "chromium");
  const wish = join(folder, "nothing");
  await expect(findChromium(folder, { PATH: folder, NOTIF_LAB_CHROMIUM: wish })).rejects.toThrow(
    `NOTIF_LAB_CHROMIUM is "${wish}", which is no program; give a Chromium's path, or "npm"`,
  );
});
