import { expect, test } from "vitest";
import { documentOf, pageOf, real } from "./documents.test-fixture.ts";
import { everythingAt, textOf, writtenLike } from "./redone.test-fixture.ts";

test("the line on the run's quality counts the trials and names the machine as the document does", () => {
  for (const results of [real, documentOf(10)]) {
    const line = textOf(pageOf(results).match(/<p class="quality"[^>]*>([\s\S]*?)<\/p>/)?.[1] ?? "");
    const completed = results.trials.filter(({ state }) => state === "completed").length;
    const busy = results.trials.flatMap(({ metrics }) =>
      (metrics?.processes ?? [])
        .filter(({ role }) => role === "load")
        .flatMap(({ loopUtilization }) => loopUtilization ?? []),
    );
    expect(line).toContain(`${results.blocks} block`);
    expect(line).toContain(`${completed} completed`);
    expect(line).toContain(`load average before ${results.environment.loadAverageBefore.toFixed(2)}`);
    const [, share = ""] = line.match(/busy at most ([\d.]+) %/) ?? [];
    expect(writtenLike(share, "%", Math.max(...busy))).toBe(share);
  }
});

test("notes of trials are the trials' own words, all of them", () => {
  const page = pageOf(real);
  const list = page.match(/<h3>Notes of the trials<\/h3>([\s\S]*?)<h3>/)?.[1] ?? "";
  const shown = [...list.matchAll(/<li>([\s\S]*?)<\/li>/g)].map(([, text = ""]) => textOf(text));
  const notes = [...new Set(real.trials.flatMap((one) => one.notes))].map((note) =>
    note.replace(/\s+/g, " "),
  );
  expect(notes.length).toBeGreaterThan(5);
  expect(notes.filter((note) => !shown.some((line) => line.includes(note)))).toEqual([]);
  expect(shown.filter((line) => !notes.some((note) => line.endsWith(note)))).toEqual([]);
});

test("the environment is that of the document", () => {
  const page = pageOf(real);
  const pairs = [...page.matchAll(/<dd data-path="(\/[^"]*)">([^<]*)<\/dd>/g)];
  expect(pairs.length).toBeGreaterThan(20);
  for (const [, path = "", shown = ""] of pairs)
    for (const pointer of path.split(" ")) {
      const value = everythingAt(real, pointer)[0]?.value;
      expect(value, pointer).not.toBeUndefined();
      if (typeof value === "string") expect(textOf(shown)).toContain(textOf(value));
    }
});
