import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, test } from "vitest";
import { canRun } from "../harness/engines/balanced.test-fixture.ts";
import { redisIsHere } from "../transports/backplane/redis/redis-server.test-fixture.ts";
import { type Program, requireProgram } from "../transports/engines/programs.ts";
import { boundAddress } from "../transports/net/listen.ts";
import { runNotifLab, startNotifLab, TINY } from "./process.test-fixture.ts";

let scratch = "";
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "notif-lab-watched-"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const PROMTOOL: Program = {
  name: "promtool",
  package: "prometheus",
  neededFor: "bench --metrics",
  versionFlag: "--version",
};

/** A bench that is scraped until it ends: its results, and every page that was got. */
async function scraped(out: string, ...words: string[]) {
  const folder = join(scratch, out);
  const { child, ended, texts } = startNotifLab(
    ["bench", "--metrics", "0", ...TINY, ...words, "--out", folder, "--json"],
    scratch,
  );
  const [first] = await once(child.stderr, "data");
  const url = /^Metrics {4}(http:\S+\/metrics)\n/.exec(String(first))?.[1];
  assert.ok(url, String(first));
  const pages: string[] = [];
  while (child.exitCode === null) {
    const answer = await fetch(url, { headers: { connection: "close" } }).catch(() => undefined);
    if (answer) pages.push(await answer.text());
    await sleep(20);
  }
  const { code } = await ended;
  assert.equal(code, 0, texts.err);
  return { pages, results: JSON.parse(texts.out) };
}

const matching = (pages: readonly string[], pattern: RegExp) => pages.filter((page) => pattern.test(page));

describe("bench --metrics", { timeout: 240_000 }, () => {
  test("tells of every server of a launch, and no slice is disturbed by it", { tags: ["full"] }, async () => {
    const words = "--transports websocket,tcp --scenarios fan-out".split(" ");
    const { pages, results } = await scraped("launch", ...words);
    for (const transport of ["websocket", "tcp"]) {
      const of = `\\{(scenario="fan-out",transport="${transport}"|transport="${transport}",scenario="fan-out")\\}`;
      for (const value of [
        "notif_lab_server_up%s 1",
        "notif_lab_publishes_total%s [1-9]\\d*",
        "notif_lab_publish_to_write_seconds_count%s [1-9]\\d*",
        "process_resident_memory_bytes%s [1-9]\\d*",
      ])
        assert.ok(matching(pages, new RegExp(`^${value.replace("%s", of)}$`, "m")).length > 0, value);
    }
    assert.doesNotMatch(pages.join(), /node="\d"\} /);
    assert.ok(results.environment.scrapes > 0);
    for (const { notes, metrics, reason, slices } of results.trials) {
      assert.ok(metrics, reason);
      assert.doesNotMatch(notes.join(), /asked for their metrics/);
      // Who is asked as often as here is not silent.
      const voids = slices.map((slice: { readonly void?: string }) => slice.void);
      assert.ok(voids.includes(undefined), voids.join());
    }
    if (!canRun(PROMTOOL)) return;
    const whole = matching(pages, /^notif_lab_publishes_total.*[1-9]$/m).at(-1);
    const { status, stderr } = spawnSync(requireProgram(PROMTOOL), ["check", "metrics"], {
      input: whole,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
  });

  test.skipIf(!redisIsHere)(
    "tells of each node of a cluster, and its trials say that they were asked",
    { tags: ["full"] },
    async () => {
      const words = "--transports websocket --scenarios fan-out --nodes 2".split(" ");
      const { pages, results } = await scraped("nodes", ...words);
      for (const node of [1, 2]) {
        const of = `\\{(scenario="fan-out",transport="websocket"|transport="websocket",scenario="fan-out"),node="${node}"\\}`;
        for (const line of ["notif_lab_server_up", "notif_lab_backplane_up"])
          assert.ok(matching(pages, new RegExp(`^${line}${of} 1$`, "m")).length > 0, `${line} ${node}`);
        assert.ok(matching(pages, new RegExp(`^notif_lab_deliveries_total${of} [1-9]`, "m")).length > 0);
      }
      const [trial] = results.trials;
      assert.match(trial.notes.join(), /the servers were asked for their metrics \d+ times/);
    },
  );

  test("a port that can't be had ends it before it begins", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const port = boundAddress(taken).split(":")[1] ?? "";
    for (const [word, expected, said] of [
      [port, 1, /^notif-lab: can't listen on 127\.0\.0\.1:\d+ .*choose another --metrics, or 0 for any\n$/],
      ["99999", 2, /^notif-lab: --metrics .*\n$/],
    ] as const) {
      const { code, err } = await runNotifLab(
        ["bench", "--quick", "--metrics", word, "--out", "none"],
        scratch,
      );
      assert.equal(code, expected);
      assert.match(err, said);
    }
    assert.equal(existsSync(join(scratch, "none")), false);
    taken.close();
  });
});
