import { expect, test } from "vitest";
import { pageOf, real } from "./documents.test-fixture.ts";
import { FIGURE } from "./prose-figures.test-fixture.ts";
import { everythingAt, numbersIn, textOf } from "./redone.test-fixture.ts";

test("counts in stories are those of the trials they tell of", () => {
  const page = pageOf(real);
  const stories = [...page.matchAll(/<dt data-trials="(\d+)"[^>]*>[^<]*<\/dt>((?:<dd>[\s\S]*?<\/dd>)+)/g)];
  let checked = 0;
  for (const [, trial = "", lines = ""] of stories) {
    const known = ["faults", "resumption", "slowDisconnects", "dropped"].flatMap((part) =>
      everythingAt(real, `/trials/${trial}/metrics/${part}`).flatMap(({ value }) => numbersIn(value)),
    );
    const text = textOf(lines.replaceAll("</dd>", " ")).replace(FIGURE, "");
    for (const [count] of text.matchAll(/(?<![\w.])\d[\d,]*(?![\w.])/g)) {
      expect(known, `${count} in: ${text}`).toContain(Number(count.replaceAll(",", "")));
      checked += 1;
    }
  }
  expect(checked).toBeGreaterThan(50);
});
