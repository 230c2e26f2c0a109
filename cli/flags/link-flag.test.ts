import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { whyNoTokenBucket } from "../../harness/processes/token-bucket.ts";
import { main } from "../process.test-fixture.ts";

let bin = "";
beforeAll(() => {
  bin = mkdtempSync(join(tmpdir(), "notif-lab-bin-"));
});
afterAll(() => rmSync(bin, { recursive: true }));

/** With no other programs than these to be found. */
function bench(link: string, programs: readonly string[]) {
  const folder = mkdtempSync(join(bin, "only-"));
  for (const program of programs) symlinkSync(pathOf(program), join(folder, program));
  const words = [
    main,
    "bench",
    "--quick",
    "--transports",
    "tcp",
    "--link",
    link,
    "--out",
    join(folder, "run"),
  ];
  return spawnSync(process.execPath, words, { env: { PATH: folder }, encoding: "utf8" });
}

function pathOf(program: string): string {
  const { stdout } = spawnSync("sh", ["-c", `command -v ${program}`], {
    env: { PATH: [process.env.PATH, "/usr/sbin", "/sbin"].join(delimiter) },
    encoding: "utf8",
  });
  return stdout.trim();
}

function assertRefused({ status, stdout, stderr }: ReturnType<typeof bench>, message: RegExp): void {
  assert.equal(status, 2, stderr);
  assert.equal(stdout, "");
  assert.match(stderr, message);
  assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
}

for (const [link, message, tags] of [
  ["shared=10mbit", /a link that all clients share is not available here: it needs .*; rate=1mbit paces/, []],
  [
    "delay=5ms,drop=1%",
    /a link that loses packets is not available here: it needs .*; loss=1% imitates/,
    ["full"],
  ],
] as const)
  test(`${link} is refused in one line before the first trial where there is no namespace`, {
    tags: [...tags],
  }, () => {
    assertRefused(bench(link, []), message);
  });

test.skipIf(whyNoTokenBucket() !== undefined)(
  "a shared link is refused where there is no tc",
  {
    tags: ["full"],
  },
  () => {
    const message = /it needs tc, of the package iproute2/;
    assertRefused(bench("shared=10mbit", ["unshare", "nsenter", "sh", "ip"]), message);
  },
);
