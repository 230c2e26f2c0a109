import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { z } from "zod";
import { journeySchema } from "../harness/result/schema/journey.ts";
import { endedSoon, runNotifLab, startNotifLab } from "./process.test-fixture.ts";

const start = (...words: string[]) => startNotifLab(["explain", ...words]);

const explain = (...words: string[]) => runNotifLab(["explain", ...words]);

test.each([
  [["websockt"], /did you mean websocket\?/],
  [["sse,grpc:tls"], /over TLS the bytes can't be explained; explain grpc/],
  [["loopback"], /puts no bytes on a network; choose another transport/],
  [["sse", "--body", ""], /--body takes 1 to 16384 characters, not 0/],
  [["sse", "--body", "x".repeat(16_385)], /not 16385/],
])("explain %s is answered with one line and exit code 2", async (words, reason) => {
  const { code, out, err } = await explain(...words);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(reason);
  expect(err.trimEnd().split("\n")).toHaveLength(1);
});

test("a transport's journey: no colour into a pipe, the body in it, nothing on stderr", async () => {
  const { code, out, err } = await start("mqtt", "--body", "Disk almost full", "--ascii").ended;
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/^mqtt: one notification from A to B/);
  expect(out).toContain("PUBLISH user/bob");
  expect(out).not.toContain("\u001b");
});

test("--json is the whole records, of the longest body too", { tags: ["full"] }, async () => {
  const { code, out } = await explain("tcp,websocket:deflate", "--json", "--body", "é".repeat(16_384));
  expect(code).toBe(0);
  const journeys = z.array(journeySchema).parse(JSON.parse(out));
  expect(journeys.map(({ transport }) => transport)).toEqual(["tcp", "websocket:deflate"]);
  const bodies = journeys[0]?.segments.flatMap(({ spans }) => spans.filter(([, , part]) => part === "body"));
  expect(bodies?.reduce((sum, [, length]) => sum + length, 0)).toBe(4 * 16_384);
});

test("all shows every transport and variant with a network", {
  timeout: 240_000,
  tags: ["full"],
}, async () => {
  const { code, out } = await explain("all", "--json");
  expect(code).toBe(0);
  const names = z.array(journeySchema).parse(JSON.parse(out));
  expect(names.length).toBeGreaterThan(10);
});

test.runIf(process.platform === "linux")("Ctrl-C ends it at once, with nothing left behind", async () => {
  const { child, ended } = start("all");
  const recorders = () =>
    readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim().split(" ").filter(Boolean);
  while (recorders().length === 0) await sleep(50);
  const pids = recorders().map(Number);
  child.kill("SIGINT");
  const { code, err } = await endedSoon(ended);
  expect({ code, err }).toEqual({ code: 130, err: "" });
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});
