import { Buffer } from "node:buffer";
import { beforeAll, describe, expect, test } from "vitest";
import { capped } from "../../harness/journey/cap.ts";
import { recordSix } from "../../harness/journey/recorded.test-fixture.ts";
import { type Journey, type Results, resultsSchema } from "../../harness/result/result.ts";
import { resultsOf, SIX_TRANSPORTS } from "../model/results.test-fixture.ts";
import { bare } from "./assets.test-fixture.ts";
import { journeySection } from "./journey-section.ts";
import { renderHtml } from "./page.ts";

let journeys: readonly Journey[] = [];
beforeAll(async () => {
  journeys = await recordSix();
}, 60_000);

const withJourneys = (entries: Results["journeys"], transports = SIX_TRANSPORTS): Results =>
  resultsSchema.parse({ ...resultsOf({ transports }), journeys: entries });
/** The text of markup, its entities read. */
const read = (markup: string) =>
  markup.replace(/<[^>]*>/g, "").replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));

describe("every transport's picture is of its recording", () => {
  test("the diagram has an arrow for every segment, and bars to one scale", () => {
    for (const journey of journeys) {
      const { markup } = journeySection(withJourneys([journey]));
      const arrows = [...markup.matchAll(/<g><title>(.*?)<\/title>(.*?)<\/g>/gs)];
      const longest = Math.max(...journey.segments.map(({ length }) => length));
      expect(arrows).toHaveLength(journey.segments.length);
      for (const [index, [, title = "", drawn = ""]] of arrows.entries()) {
        const segment = journey.segments[index];
        const client = segment?.client.toUpperCase();
        const route = segment?.direction === "in" ? `${client} → server` : `server → ${client}`;
        expect(read(title)).toMatch(new RegExp(`^${index + 1}: ${route}, .*, ${segment?.length} bytes: `));
        const width = [...drawn.matchAll(/<rect class="jp [a-z]+" [^>]*width="([\d.]+)"/g)].reduce(
          (sum, [, one]) => sum + Number(one),
          0,
        );
        expect(Math.abs(width - (140 * (segment?.length ?? 0)) / longest)).toBeLessThan(0.5);
      }
    }
  });

  test("the byte tables hold every recorded byte once, the notification's own first", () => {
    for (const journey of journeys) {
      const { markup } = journeySection(withJourneys([journey]));
      const cells = [...markup.matchAll(/<td class="jp ([a-z]+)">([0-9a-f ]*)<\/td>/g)];
      const own = journey.segments.filter(({ step }) => step === "publish" || step === "read");
      const other = journey.segments.filter((one) => !own.includes(one));
      const expected = [...own, ...other].map(({ bytes }) => Buffer.from(bytes, "base64").toString("hex"));
      expect(cells.map(([, , hex]) => hex?.replaceAll(" ", "")).join("")).toBe(expected.join(""));
      const parts = [...own, ...other].flatMap(({ spans }) => spans.map(([, , part]) => part));
      expect(cells.map(([, part]) => part)).toEqual(parts);
      const bodies = [...markup.matchAll(/<td class="jp body text">(.*?)<\/td>/g)].map(([, text = ""]) =>
        read(text),
      );
      expect(bodies).toEqual([journey.body, journey.body]);
    }
  });

  test("in the order of the results, one open, and the sums of the overview are those of the recording", () => {
    const { markup } = journeySection(withJourneys(journeys.toReversed()));
    const transports = [
      ...markup.matchAll(/<details class="journey" id="journey-\d"( open)?><summary>(.*?):/gs),
    ];
    expect(transports.map(([, , name = ""]) => read(name))).toEqual(SIX_TRANSPORTS);
    expect(transports.map(([, open]) => open)).toEqual([" open", ...Array(5).fill(undefined)]);
    const sums = [...markup.matchAll(/<td class="n">([\d,]+)<\/td><\/tr>/g)].map(([, sum = ""]) =>
      Number(sum.replaceAll(",", "")),
    );
    expect(sums).toEqual(journeys.map(({ checked }) => checked.in.relayBytes + checked.out.relayBytes));
  });
});

test("what was cut is said, at its place and in all", () => {
  const [journey] = journeys;
  if (!journey) throw new Error("no recording");
  const { markup } = journeySection(withJourneys([capped(journey, 600)]));
  const total = journey.checked.in.relayBytes + journey.checked.out.relayBytes;
  const text = read(markup);
  expect(text).toContain(
    `${(total - 600).toLocaleString("en-US")} bytes of ${total.toLocaleString("en-US")} are counted here but not kept`,
  );
  const missing = [...text.matchAll(/([\d,]+) bytes? not kept/g)].map(([, one = ""]) =>
    Number(one.replaceAll(",", "")),
  );
  expect(missing.reduce((sum, one) => sum + one, 0)).toBe(total - 600);
});

test("results without journeys say so, and how to get them; a transport without one says why", () => {
  expect(read(journeySection(resultsOf()).markup)).toMatch(/no recorded journey.*notif-lab explain/s);
  const { markup } = journeySection(withJourneys([{ transport: "sse", absent: "the server <b>left" }]));
  expect(read(markup)).toContain("sse: not recorded: the server <b>left");
  expect(markup).not.toContain("<b>");
});

test("hostile strings stay text, and the whole page is the same twice", () => {
  const hostile = `</script><img src=x onerror="alert(1)">'&\u0000\u202e`;
  const evil = journeys.map((journey) => ({
    ...journey,
    transport: hostile,
    body: hostile,
    segments: journey.segments.map((one) => ({ ...one, units: [hostile] })),
  }));
  const results = withJourneys([...evil, { transport: hostile, absent: hostile }], [hostile]);
  const { markup } = journeySection(results);
  const broken = ["<img", 'onerror="', "\u0000", "\u202e"].filter((one) => markup.includes(one));
  expect(broken).toEqual([]);
  const page = renderHtml(results, bare);
  expect(page.includes(markup)).toBe(true);
  expect(page.split("</script")).toHaveLength(3);
  expect(renderHtml(results, bare) === page).toBe(true);
});

test("a page with all six journeys stays small", () => {
  const kept = journeys.map((one) => capped(one, 3_072));
  expect(Buffer.byteLength(journeySection(withJourneys(kept)).markup)).toBeLessThan(250_000);
});
