import { Buffer } from "node:buffer";
import { beforeAll, describe, expect, test } from "vitest";
import { recordSix } from "../../harness/journey/recorded.test-fixture.ts";
import type { Journey, JourneySegment } from "../../harness/result/result.ts";
import { PARTS } from "./parts.ts";
import { renderJourney } from "./text.ts";

let journeys: readonly Journey[] = [];
beforeAll(async () => {
  journeys = await recordSix();
}, 60_000);

const plainly = { color: false, unicode: false };
const isOwn = ({ step }: JourneySegment) => step === "publish" || step === "read";
/** Letters and bytes of a segment, added up by hand. */
const lettersOf = ({ spans }: JourneySegment) => {
  const sums = new Map<string, number>();
  for (const [, length, part] of spans)
    sums.set(PARTS[part].letter, (sums.get(PARTS[part].letter) ?? 0) + length);
  return [...sums].map(([letter, bytes]) => `${letter}${bytes}`).toSorted();
};

describe("every transport's picture is of its recording", () => {
  test("the diagram has a message for every segment, in order, with direction and bytes by part", () => {
    for (const journey of journeys) {
      const text = renderJourney(journey, plainly);
      const shafts = text.split("\n").filter((line) => /\d B: [A-Z]\d/.test(line));
      const found = shafts.map((line) => {
        const [, bytes = "", parts = ""] = /([\d,]+) B: ((?:[A-Z]\d+ )+)/.exec(line) ?? [];
        const ofB = line.indexOf("B: ") > 45;
        return {
          client: ofB ? "b" : "a",
          direction: line.includes(">") === !ofB ? "in" : "out",
          length: Number(bytes.replaceAll(",", "")),
          parts: parts.trim().split(" ").toSorted(),
        };
      });
      expect(found).toEqual(
        journey.segments.map((one) => ({
          client: one.client,
          direction: one.direction,
          length: one.length,
          parts: lettersOf(one),
        })),
      );
    }
  });

  test("the dump has the notification's own bytes, and a letter under each", () => {
    for (const journey of journeys) {
      const lines = renderJourney(journey, plainly).split("\n");
      const rows = lines.flatMap((line, index) =>
        /^ {2}[0-9a-f]{4} {2}/.test(line) ? [[line, lines[index + 1] ?? ""] as const] : [],
      );
      const hex = rows.map(([row]) => row.slice(8, 56).replaceAll(" ", "")).join("");
      const own = journey.segments.filter(isOwn);
      expect(hex).toBe(own.map(({ bytes }) => Buffer.from(bytes, "base64").toString("hex")).join(""));
      const letters = rows.map(([, under]) => under.slice(8, 56).replaceAll(" ", "")).join("");
      const expected = own.flatMap(({ spans }) =>
        spans.map(([, length, part]) => PARTS[part].letter.repeat(length)),
      );
      expect(letters).toBe(expected.join(""));
    }
  });

  test("the body can be read where nothing hides it, also behind a mask", () => {
    for (const journey of journeys) {
      const texts = renderJourney(journey, plainly)
        .split("\n")
        .filter((line) => /^ {2}[0-9a-f]{4} {2}/.test(line))
        .map((line) => line.slice(57))
        .join("");
      expect(texts.split(journey.body)).toHaveLength(3);
    }
  });

  test("another recording gives another picture", async () => {
    const [other] = await recordSix();
    expect(other && renderJourney(other, plainly)).not.toBe(
      journeys[0] && renderJourney(journeys[0], plainly),
    );
  });
});

test("80 columns, with or without line drawing; ASCII alone where it is wanted", () => {
  for (const journey of journeys) {
    for (const unicode of [true, false]) {
      const text = renderJourney(journey, { color: false, unicode });
      expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
      expect([...text].every((one) => one <= "~")).toBe(!unicode);
    }
  }
});

test("colour takes the place of the letters under the bytes", () => {
  const [journey] = journeys;
  const colored = journey ? renderJourney(journey, { color: true, unicode: true }) : "";
  expect(colored).toContain("\u001b[92m");
  expect(colored).not.toMatch(/^ {8}[BEF] {2}/m);
  expect(journey && renderJourney(journey, plainly)).not.toContain("\u001b");
});

test("control characters of a body or a name never reach the terminal", () => {
  const [journey] = journeys;
  const [first, ...rest] = journey?.segments ?? [];
  if (!journey || !first) throw new Error("no recording");
  const text = renderJourney(
    {
      ...journey,
      transport: "evil\u001b[2J",
      segments: [{ ...first, units: ["\u001b]0;title\u0007"] }, ...rest],
    },
    { color: false, unicode: true },
  );
  const control = [...text].filter((one) => one < " " && one !== "\n");
  expect(control).toEqual([]);
});
