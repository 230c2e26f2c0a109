import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { canRun } from "../harness/engines/balanced.test-fixture.ts";
import { until } from "../transports/conformance/bench.ts";
import { NATS } from "../transports/engines/programs.ts";
import { descendantsOf, endedSoon, runNotifLab, startNotifLab } from "./process.test-fixture.ts";

const notifLab = (...words: string[]) => runNotifLab(words);

describe("a study that can't be is answered with one line and exit code 2", () => {
  const slo = (text: string) => ["capacity", "--slo", text];
  const cases: [string, string[], RegExp][] = [
    ["an empty service level", slo(" , "), /--slo takes a service level/],
    ["a latency from below", slo("p99 > 50ms"), /better the lower; limit it from above/],
    ["losses from below", slo("lost > 5"), /lost is better the lower; limit it from above/],
    ["fewer losses than none", slo("lost < 0%"), /nothing can meet/],
    ["a quantile nobody knows", slo("p98 < 5ms"), /no metric "p98"; did you mean p90\?/],
    ["a latency without its unit", slo("p99 < 50"), /takes us, ms, s/],
    ["a service level for one transport", slo("websocket.fan-out.p99 < 5ms"), /leave "websocket\." out/],
    [
      "a highest load that is too high",
      [...slo("lost = 0"), "--max", "1e6"],
      /--max takes a number from 0\.1 to 100000/,
    ],
    [
      "capacity of no transport",
      [...slo("lost = 0"), "--transports", "loopback"],
      /loopback runs server and load in one process/,
    ],
    ["a sweep over too little", ["sweep", "--over", "payload=16..65536"], /from 21 to 65536, not "16"/],
    ["a sweep over words", ["sweep", "--over", "payload=64,x"], /not "x"/],
    [
      "a range of ratios from 0",
      ["sweep", "--over", "delay=0..100"],
      /list the values, such as delay=0,10,100/,
    ],
    [
      "a delay twice",
      ["sweep", "--over", "delay=0,9", "--link", "delay=5ms"],
      /delay is varied by this study/,
    ],
    [
      "a delay beside a profile",
      ["sweep", "--over", "delay=0,9", "--link", "4g"],
      /a profile sets all values of a link/,
    ],
    [
      "a sweep over nothing known",
      ["sweep", "--over", "luck=1..2"],
      /--over takes payload, rate, connections, nodes, delay/,
    ],
    [
      "a link between agents and server",
      ["sweep", "--over", "delay=0,9", "--agents", "local:1"],
      /--agents does not go with a study of delay yet; leave it out, or vary payload, rate or connections/,
    ],
    ["NATS without agents", [...slo("lost = 0"), "--nats", "nats://127.0.0.1"], /add --agents 2/],
    ["a sweep of one point", ["sweep", "--over", "rate=1..10", "--points", "1"], /--points takes a whole/],
    ["a sweep without repeats", ["sweep", "--over", "rate=1..10", "--blocks", "2"], /--blocks takes a whole/],
  ];
  test.each(cases)("%s", async (_what, words, message) => {
    const { code, out, err } = await notifLab(...words);
    assert.equal(code, 2, err);
    assert.equal(out, "");
    assert.match(err, message);
    assert.equal(err.trimEnd().split("\n").length, 1, err);
  });
});

test("capacity finds what a service level allows, and names what gave out", {
  timeout: 240_000,
  tags: ["full"],
}, async () => {
  const { code, out, err } = await notifLab(
    ...["capacity", "--slo", "p99 < 1s, lost = 0", "--transports", "tcp", "--connections", "10"],
    ...["--duration", "0.5", "--warmup", "0", "--max", "40", "--json"],
  );
  // Beside other tests the machine may be too busy to tell, and then the study says so.
  if (code === 1) return assert.match(err, /^notif-lab: too many trials are void: [^\n]+\n$/);
  assert.equal(code, 0, err);
  const { schema, wires } = JSON.parse(out);
  assert.equal(schema, "notif-lab/capacity@1");
  // 40 a second for nine subscribers is nothing: whatever the machine does, the search ends at --max or says why not.
  assert.ok(wires[0].holds === 40 || typeof wires[0].limit === "string", out);
  assert.ok(wires[0].trials.length >= 3);
});

describe.runIf(canRun(NATS))("with agents", () => {
  const of = (...words: string[]) => ["--transports", "tcp", "--connections", "10", ...words];
  const short = ["--duration", "0.5", "--warmup", "0", "--json"];

  test("a capacity is found by their load, and the document says so", { tags: ["full"] }, async () => {
    const words = [...of("--max", "40"), ...short, "--agents", "local:2"];
    const { code, out, err } = await notifLab("capacity", "--slo", "p99 < 1s, lost = 0", ...words);
    if (code === 1) return assert.match(err, /^notif-lab: too many trials are void: [^\n]+\n$/);
    assert.equal(code, 0, err);
    const { agents, wires } = JSON.parse(out);
    assert.equal(agents, 2);
    assert.ok(wires[0].trials.length >= 3, out);
    assert.ok(
      wires[0].trials.some((trial: { outcome: string }) => trial.outcome !== "broke"),
      out,
    );
  });

  test("so is a sweep made", { tags: ["full"], timeout: 240_000 }, async () => {
    const words = [...of("--over", "rate=10,40"), ...short, "--agents", "local:2"];
    const { code, out, err } = await notifLab("sweep", ...words);
    assert.equal(code, 0, err);
    const { agents, points } = JSON.parse(out);
    assert.equal(agents, 2);
    assert.deepEqual(
      points.map(({ at, states }: { at: number; states: string[] }) => [at, states.includes("failed")]),
      [
        [10, false],
        [40, false],
      ],
    );
  });

  test("Ctrl-C shows what there is and leaves no process", { tags: ["full"], timeout: 240_000 }, async () => {
    const words = ["sweep", ...of("--over", "rate=10,40", "--duration", "5", "--agents", "local:2")];
    const { child, ended, texts } = startNotifLab(words);
    try {
      await until("a trial is over", () => texts.err.includes("block 1/3"), 120_000);
      const running = descendantsOf(child.pid);
      child.kill("SIGINT");
      const { code, out, err } = await endedSoon(ended);
      assert.deepEqual([code, err.includes("interrupted; the trials so far are shown")], [130, true]);
      assert.match(out, /p50 over rate/);
      assert.ok(running.length > 4, `${running}`);
      await until("all have ended", () => !running.some(exists));
    } finally {
      child.kill("SIGKILL");
    }
  });
});

const exists = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
