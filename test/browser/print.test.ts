import { beforeAll, describe, expect, test } from "vitest";
import { resultsOf, unwell } from "../../reports/model/results.test-fixture.ts";
import { describeReports, skipped, useBrowser } from "./open.test-fixture.ts";

describeReports("the report on paper", (results) => {
  const reader = useBrowser();
  let url = "";
  beforeAll(() => {
    url = reader.write(results());
  });

  const whole = async (format: string) => {
    const { page, complaints } = await reader.visit(url);
    const figures = await page.evaluate<string[]>("look.markForPdf()");
    const pdf = await page.pdf({
      format,
      margin: { top: "12mm", bottom: "12mm", left: "12mm", right: "12mm" },
    });
    const pages = pagesOfLinks(pdf);
    const cut = figures.filter((_, index) => {
      const [caption, picture] = ["caption", "picture"].map(
        (part) => pages.get(`https://figure.invalid/${index}/${part}`) ?? new Set(),
      );
      return picture?.size !== 1 || [...picture].join() !== [...(caption ?? [])].join();
    });
    expect(figures.length).toBeGreaterThan(4);
    expect(cut).toEqual([]);
    expect(complaints).toEqual([]);
  };
  for (const paper of ["A4", "Letter"])
    test(`on ${paper} each picture is whole, on the page of its caption`, { tags: ["full"] }, () =>
      whole(paper),
    );

  test("paper is light and has all tables open, also for a reader in the dark, who is in the dark again afterwards", async () => {
    const { page } = await reader.visit(url, { colorScheme: "dark" });
    const before = await page.evaluate<Colours>("look.colours()");
    await page.evaluate(
      "addEventListener('beforeprint', () => { globalThis.printed = { ...look.colours(), folded: document.querySelectorAll('details:not([open])').length } })",
    );
    await page.pdf({ format: "A4" });
    const printed = await page.evaluate<Colours & { readonly folded: number }>("printed");
    expect(printed.folded).toBe(0);
    expect(printed.backgroundColor).not.toBe(before.backgroundColor);
    expect(await page.evaluate("look.colours()")).toEqual(before);
    expect(await page.locator("details:not([open])").count()).toBeGreaterThan(0);
  });
});

describe.skipIf(skipped)("the sheet about a service", () => {
  const reader = useBrowser();

  test("is one page of A4, the first, also with six transports and a reason for each that did not make it", async () => {
    const six = resultsOf({
      scenarios: ["seed"],
      blocks: 4,
      trial: (trial) =>
        trial.transport === "mqtt" ? unwell(trial, "failed", "the broker did not start") : trial,
    });
    const scenarios = [{ name: "seed", slices: 20, sliceSeconds: 0.5 }];
    const launches = { scenarios, leadInSeconds: 0.1, heartbeatSeconds: 3_600, silentShare: 0.02 };
    const { page } = await reader.visit(reader.write({ ...six, launches }));
    await page.evaluate(`for (const [name, place] of [["first", "afterbegin"], ["last", "beforeend"]])
      document.querySelector("#service").insertAdjacentHTML(place, '<a href="https://sheet.invalid/' + name + '">.</a>');
      document.querySelector("#answer").insertAdjacentHTML("afterbegin", '<a href="https://sheet.invalid/next">.</a>')`);
    const pages = pagesOfLinks(await page.pdf({ preferCSSPageSize: true }));
    const of = (name: string) => [...(pages.get(`https://sheet.invalid/${name}`) ?? [])];
    expect([of("first"), of("last"), of("next")]).toEqual([[0], [0], [1]]);
  });
});

interface Colours {
  readonly color: string;
  readonly backgroundColor: string;
}

/** On which pages of a PDF each link stands. Chromium writes pages and link annotations as plain text objects. */
function pagesOfLinks(pdf: Buffer): Map<string, Set<number>> {
  const objects = [...pdf.toString("latin1").matchAll(/^(\d+) 0 obj\n([\s\S]*?)\nendobj/gm)];
  const links = new Map<string, string>();
  for (const [, id = "", text = ""] of objects) {
    const address = text.match(/\/URI\s*\(([^)]*)\)/)?.[1];
    if (address) links.set(id, address);
  }
  const found = new Map<string, Set<number>>();
  const pages = objects.filter(([, , text]) => text && /\/Type\s*\/Page\b(?!s)/.test(text));
  for (const [number, [, , text = ""]] of pages.entries()) {
    const annotations = text.match(/\/Annots\s*\[([^\]]*)\]/)?.[1] ?? "";
    for (const [, id = ""] of annotations.matchAll(/(\d+) 0 R/g)) {
      const address = links.get(id);
      if (address) found.set(address, (found.get(address) ?? new Set()).add(number));
    }
  }
  return found;
}
