import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, test, vi } from "vitest";
import type { Progress } from "../../harness/run/run.ts";
import { resultsOf, SIX_TRANSPORTS, unwell } from "../../reports/model/results.test-fixture.ts";
import { styleOf } from "../output/render.ts";
import { createProgress } from "./progress.ts";
import { outcome } from "./progress-frame.ts";

/** A terminal that knows what the drawing uses: cursor up, carriage return, clear line and below, hide and show. */
class Terminal extends EventEmitter {
  readonly isTTY = true;
  rows = 24;
  columns = 80;
  writes = 0;
  cursorShown = true;
  readonly #lines: string[] = [""];
  #row = 0;

  write(text: string): boolean {
    this.writes += 1;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences are what is read
    for (const [part] of text.matchAll(/\u001b\[\??[\d;]*[A-Za-z]|\n|\r|[^\u001b\n\r]+/g)) this.#take(part);
    return true;
  }

  /** Lines that are too long for a narrower window are wrapped by it. */
  resize(columns: number, rows: number): void {
    const wrapped = this.#lines.flatMap((line) => line.match(new RegExp(`.{1,${columns}}`, "g")) ?? [""]);
    this.#lines.splice(0, Number.POSITIVE_INFINITY, ...wrapped);
    this.#row = wrapped.length - 1;
    Object.assign(this, { columns, rows });
    this.emit("resize");
  }

  /** What one would see, without empty lines at the end. */
  get screen(): string[] {
    return this.#lines.join("\n").trimEnd().split("\n");
  }

  #take(part: string): void {
    const up = /\[(\d+)A$/.exec(part)?.[1];
    if (up) {
      assert.ok(Number(up) <= this.#row, "it goes no higher than it has written");
      this.#row -= Number(up);
      this.#pending = "";
    } else if (part === "\n") this.#newLine();
    else if (part === "\r") this.#pending = "";
    else if (part.endsWith("[K")) this.#lines[this.#row] = this.#pending;
    else if (part.endsWith("[J")) this.#lines.splice(this.#row, Number.POSITIVE_INFINITY, "");
    else if (part.endsWith("?25l")) this.cursorShown = false;
    else if (part.endsWith("?25h")) this.cursorShown = true;
    else if (!part.startsWith("\u001b")) {
      this.#pending += part;
      this.#lines[this.#row] = this.#pending;
    }
  }

  #pending = "";
  #newLine(): void {
    this.#row += 1;
    this.#pending = "";
    if (this.#lines.length <= this.#row) this.#lines.push("");
  }
}

const results = resultsOf({ blocks: 1, publishes: 5_000 });
const progressOf = (over: Partial<Progress> = {}): Progress => ({
  stage: "measuring",
  transport: "sse",
  scenario: "notify",
  block: 0,
  finished: 3,
  total: 12,
  secondsLeft: 125,
  ...over,
});

function displayOn(terminal: Terminal) {
  return createProgress(terminal, SIX_TRANSPORTS);
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubEnv("NO_COLOR", "1");
  vi.stubEnv("LC_ALL", "en_US.UTF-8");
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

describe("on a terminal", () => {
  test("stage, bar and time left, then a row for each transport with its last figures, the current one marked", () => {
    const terminal = new Terminal();
    const display = displayOn(terminal);
    for (const trial of results.trials.slice(0, 2))
      display.update(progressOf({ transport: trial.transport, stage: "done", trial, finished: 4 }));
    display.update(progressOf());
    vi.advanceTimersByTime(500);
    const [first = "", head = "", ...rows] = terminal.screen;
    assert.match(first, /^measuring +█{4}░{12} 3\/12 {2}3 min left {2}sse on notify, block 1$/);
    assert.match(head, /^ +transport +last trial +state +p50 +p99 +CPU$/);
    assert.equal(rows.length, SIX_TRANSPORTS.length);
    assert.match(rows[0] ?? "", /^ {2}websocket +notify +completed +1\.\d+ ms +3\.\d+ ms +\d+(\.\d+)? µs$/);
    assert.match(rows.find((row) => row.startsWith("▸")) ?? "", /^▸ sse +–$/);
    assert.ok(terminal.screen.every((line) => line.length < 80));
    display.stop();
    assert.deepEqual([terminal.screen, terminal.cursorShown], [[""], true]);
  });

  test("twice a second at most, and nothing while nothing changed", () => {
    const terminal = new Terminal();
    const display = displayOn(terminal);
    for (let i = 0; i < 50; i += 1) {
      display.update(progressOf({ finished: i % 12 }));
      vi.advanceTimersByTime(20);
    }
    assert.ok(terminal.writes <= 2, String(terminal.writes));
    const before = terminal.writes;
    // Minutes left change once a minute.
    vi.advanceTimersByTime(3_000);
    assert.equal(terminal.writes, before);
    display.stop();
    vi.advanceTimersByTime(4_000);
    assert.equal(terminal.writes, before + 2, "it ends by clearing and showing the cursor");
  });

  test("a trial that went wrong stays, above the table", () => {
    const terminal = new Terminal();
    const display = displayOn(terminal);
    display.update(progressOf());
    vi.advanceTimersByTime(500);
    const [first] = results.trials;
    assert.ok(first);
    const trial = unwell(first, "failed", "no server\u001b[2J");
    display.update(progressOf({ stage: "done", transport: trial.transport, trial, finished: 4 }));
    vi.advanceTimersByTime(500);
    assert.equal(terminal.screen[0], "websocket on notify: failed (no server [2J)");
    display.stop();
    assert.deepEqual(terminal.screen, ["websocket on notify: failed (no server [2J)"]);
  });

  test("a narrow or low terminal shows what fits, the current transport among it", () => {
    const terminal = new Terminal();
    const display = displayOn(terminal);
    display.update(progressOf({ transport: "mqtt" }));
    vi.advanceTimersByTime(500);
    terminal.resize(30, 5);
    assert.equal(terminal.screen.length, 4, "no rest of the wider lines is left");
    assert.ok(terminal.screen.at(-1)?.startsWith("▸ mqtt"));
    assert.ok(terminal.screen.every((line) => line.length < 30));
    display.stop();
  });

  test("without a UTF-8 locale all is ASCII", () => {
    vi.stubEnv("LC_ALL", "C");
    const terminal = new Terminal();
    const display = displayOn(terminal);
    for (const trial of results.trials)
      display.update(progressOf({ transport: trial.transport, stage: "done", trial }));
    vi.advanceTimersByTime(500);
    assert.match(terminal.screen.join(""), /^[ -~]+$/);
    assert.match(terminal.screen.join("\n"), /####-+.*\n[\s\S]* us\n/);
    assert.ok(!terminal.screen.join("").includes("?"));
    display.stop();
  });

  test("the cursor is back however the process ends", () => {
    const terminal = new Terminal();
    const display = displayOn(terminal);
    const before = process.listenerCount("exit");
    display.update(progressOf());
    vi.advanceTimersByTime(500);
    assert.equal(terminal.cursorShown, false);
    const added = process.listeners("exit").slice(before);
    assert.equal(added.length, 1);
    added[0]?.(1);
    assert.equal(terminal.cursorShown, true);
    display.stop();
    assert.equal(process.listenerCount("exit"), before);
  });
});

test("colour, unicode and width follow the terminal and the environment", () => {
  const color = (isTTY: boolean, env: NodeJS.ProcessEnv) => styleOf({ isTTY }, env, "linux").color;
  assert.deepEqual([color(true, {}), color(false, {})], [true, false]);
  assert.deepEqual([color(true, { NO_COLOR: "1" }), color(true, { NO_COLOR: "" })], [false, true]);
  assert.deepEqual([color(false, { FORCE_COLOR: "1" }), color(true, { FORCE_COLOR: "0" })], [true, false]);
  assert.equal(color(false, { FORCE_COLOR: "1", NO_COLOR: "1" }), false);
  assert.equal(color(true, { TERM: "dumb" }), false);
  const unicode = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform = "linux") =>
    styleOf({}, env, platform).unicode;
  assert.deepEqual(
    [unicode({ LANG: "de_DE.UTF-8" }), unicode({ LANG: "C" }), unicode({})],
    [true, false, false],
  );
  assert.equal(unicode({ LC_ALL: "C", LANG: "en_US.utf8" }), false);
  assert.equal(unicode({}, "win32"), true);
  const width = (isTTY: boolean, columns: number) => styleOf({ isTTY, columns }, {}, "linux").width;
  assert.deepEqual([width(true, 200), width(true, 60), width(true, 10), width(false, 60)], [80, 60, 40, 80]);
});

test("an invalid trial in one piece is run once more, one of a launch is not", () => {
  const trial = results.trials[0] ?? assert.fail();
  const invalid = unwell(trial, "invalid", "noise");
  assert.equal(outcome(invalid), "invalid (noise), to be run once more");
  assert.equal(outcome({ ...invalid, attempt: 2 }), "invalid (noise)");
  assert.equal(outcome({ ...invalid, slices: [] }), "invalid (noise)");
});
