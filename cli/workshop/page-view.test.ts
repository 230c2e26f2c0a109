import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Lesson } from "../../workshop/lesson.ts";
import { EMPTY, withLesson } from "../../workshop/record.ts";
import { type LearnerFile, learnerFile } from "./learner-file.ts";
import type { PageOrder, PageState } from "./messages.ts";
import { startWorkshopPage } from "./page-view.ts";
import { tinyLesson } from "./tiny-lesson.test-fixture.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-page-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fileOf = (name: string) => learnerFile(join(folder, `${name}.json`));
const second: Lesson = { ...tinyLesson, number: 2, title: "Tiny too" };

/** A page on which nothing really runs: every experiment fails. */
async function opened(file: LearnerFile, more: { readonly first?: Lesson } = {}) {
  const demos = { started: 0, closed: 0 };
  const page = await startWorkshopPage({
    ...{ port: 0, lessons: [tinyLesson, second], command: "a test", file, ...more },
    write: async (name) => name,
    run: () => Promise.reject(new Error("nothing runs here")),
    startDemo: async () => {
      demos.started += 1;
      const close = async () => {
        demos.closed += 1;
      };
      return { url: "http://127.0.0.1:1/", columns: [], close };
    },
  });
  onTestFinished(() => page.close());
  const order = async (one: PageOrder) => {
    const asked = request(`${page.url}orders`, {
      method: "POST",
      headers: { origin: new URL(page.url).origin },
    });
    asked.end(JSON.stringify(one));
    const [response] = await once(asked, "response");
    response.resume();
    return response.statusCode;
  };
  /** What a page that opens now is told first. */
  const state = async (): Promise<PageState> => {
    const { body } = await fetch(`${page.url}state`);
    let text = "";
    for await (const chunk of body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.endsWith("\n\n")) break;
    }
    return JSON.parse(text.replace("data: ", ""));
  };
  return { page, order, state, demos };
}

describe("the workshop's page", () => {
  test("lists what another process has done meanwhile", async () => {
    const file = fileOf("meanwhile");
    const { state } = await opened(file);
    const at = "2026-01-02T03:04:05.000Z";
    await file.write(withLesson(EMPTY, 2, { startedAt: at, finishedAt: at, answers: {} }));
    await expect.poll(async () => (await state()).lessons[1]?.state).toBe("done");
  });

  test("closes the demo that was started from it when an experiment begins, and says so", async () => {
    const { order, state, demos } = await opened(fileOf("demo"), { first: tinyLesson });
    await order({ order: "demo" });
    assert.equal((await state()).demo, "http://127.0.0.1:1/");
    for (const { id } of tinyLesson.predictions) {
      await expect.poll(async () => (await state()).question?.id).toBe(id);
      assert.equal(await order({ order: "answer", id, text: "" }), 204);
    }
    await expect.poll(async () => (await state()).question?.id).toBe("check");
    const { demo, blocks } = await state();
    assert.deepEqual([demo, demos], [null, { started: 1, closed: 1 }]);
    assert.ok(blocks.some((block) => block.kind === "text" && /^The demo .* is closed/.test(block.text)));
  });

  test("that follows another one on the same port shows its own lesson to a tab that stayed open", async () => {
    const openings: number[] = [];
    for (const name of ["before", "after"]) {
      const { page, state } = await opened(fileOf(name), { first: tinyLesson });
      openings.push((await state()).opened);
      await page.close();
    }
    assert.notEqual(openings[0], openings[1]);
  });

  test("that is closed begins no lesson that still waited for its turn", async () => {
    const file = fileOf("closing");
    let reads = 0;
    let go: (() => void) | undefined;
    const gone = new Promise<void>((resolve) => {
      go = resolve;
    });
    const slow: LearnerFile = {
      ...file,
      read: async () => {
        reads += 1;
        // The lesson that is open leaves only then.
        if (reads === 2) await gone;
        return file.read();
      },
    };
    const { page, order } = await opened(slow, { first: tinyLesson });
    order({ order: "open", lesson: 2, again: false }).catch(() => undefined);
    await sleep(100);
    const closed = page.close();
    go?.();
    await closed;
    await sleep(50);
    assert.equal(reads, 2);
  });
});
