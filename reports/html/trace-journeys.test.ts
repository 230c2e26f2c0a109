import { expect, test } from "vitest";
import type { Results } from "../../harness/result/result.ts";
import { pageOf, real } from "./documents.test-fixture.ts";
import { everythingAt, sum } from "./redone.test-fixture.ts";

type Journeys = Extract<NonNullable<Results["journeys"]>[number], { segments: unknown }>["segments"];

test("messages and bytes of journeys are those of the document", () => {
  const page = pageOf(real);
  const rows = [...page.matchAll(/<tr data-path="(\/journeys\/\d+\/segments)"[^>]*>([\s\S]*?)<\/tr>/g)];
  expect(rows.length).toBe(real.journeys?.length);
  const table = page.match(/<section id="journey">[\s\S]*?<thead>([\s\S]*?)<\/thead>/)?.[1] ?? "";
  const heads = [...table.matchAll(/<th [^>]*>([^<]*)<\/th>/g)].map(([, head = ""]) => head);
  for (const [, path = "", row = ""] of rows) {
    const segments = everythingAt(real, `${path}/*`).map(
      ({ value }) => value as NonNullable<Journeys>[number],
    );
    const own = segments.filter(({ step }) => step === "publish" || step === "read");
    const bytes = (of: typeof segments, part?: string) =>
      sum(
        of.flatMap(({ spans }) =>
          spans.filter(([, , name]) => part === undefined || name === part).map(([, size]) => size),
        ),
      );
    const shown = [...row.matchAll(/<td class="n">([\d,]+)<\/td>/g)].map(([, number = ""]) =>
      Number(number.replaceAll(",", "")),
    );
    expect(shown).toEqual([
      own.length,
      ...heads.slice(2, -2).map((part) => bytes(own, part)),
      bytes(own),
      bytes(segments),
    ]);
  }
});
