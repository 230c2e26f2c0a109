import { afterEach, describe, expect, test } from "vitest";
import { type LiveView, startLiveView } from "../../cli/live/server.ts";
import type { Trial } from "../../harness/result/result.ts";
import type { Progress } from "../../harness/run/run.ts";
import { resultsOf } from "../../reports/model/results.test-fixture.ts";
import { skipped, useBrowser } from "./open.test-fixture.ts";

const TRANSPORTS = ["websocket", "sse"];
const { trials } = resultsOf({ transports: TRANSPORTS, scenarios: ["notify", "fan-out"], blocks: 2 });
const END = { finished: true, report: "/r/report.html", results: "/r/results.json" };

const done = (trial: Trial): Progress => ({
  ...{ stage: "done", trial, block: trial.block, transport: trial.transport, scenario: trial.scenario },
  ...{ finished: trials.indexOf(trial) + 1, total: trials.length, secondsLeft: 30 },
});

describe.skipIf(skipped)(`the live page${skipped ? ` (skipped: ${skipped})` : ""}`, () => {
  const reader = useBrowser();
  let view: LiveView | undefined;
  afterEach(() => view?.close());
  const start = async () => {
    view = await startLiveView("notif-lab bench --live", TRANSPORTS);
    return view;
  };

  test("shows each trial as it ends, the scenario that the reader chooses, and the report at the end", async () => {
    const live = await start();
    const [early, ...later] = trials;
    if (early) live.update(done(early));
    const { page, complaints } = await reader.visit(live.url);
    const rows = page.locator("#trials tr");
    const marks = page.locator("#chart svg svg");
    await expect.poll(() => rows.count()).toBe(1);
    expect(await page.locator("#command").innerText()).toBe("notif-lab bench --live");
    for (const trial of later) live.update(done(trial));
    await expect.poll(() => rows.count()).toBe(trials.length);
    await expect
      .poll(() => page.locator("#status").innerText())
      .toMatch(/^8 of 8 trials, about \d+ s left\./);
    for (const scenario of ["notify", "fan-out"]) {
      await page.locator("#scenario").selectOption(scenario);
      await expect.poll(() => page.locator("#chart > svg").getAttribute("aria-label")).toContain(scenario);
      expect(await marks.count()).toBe(4);
    }
    expect(await page.evaluate("look.sideways()")).toBe(0);

    const finished = live.finish(END, "<!doctype html><title>The report</title>");
    const link = page.getByRole("link", { name: "Open the report" });
    await link.click();
    await expect.poll(() => page.title()).toBe("The report");
    await finished;
    expect(complaints).toEqual([]);
  });

  test("writes what a run says of itself as text", async () => {
    const live = await start();
    const reason = `<img src=x onerror="alert('ran')">`;
    const [trial] = trials;
    if (trial) live.update(done({ ...trial, state: "failed", transport: reason, reason }));
    const { page, complaints } = await reader.visit(live.url);
    await expect.poll(() => page.locator("#trials .reason").allInnerTexts()).toEqual([reason]);
    expect(await page.locator("img").count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
