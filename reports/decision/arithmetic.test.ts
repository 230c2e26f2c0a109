import { describe, expect, test } from "vitest";
import { decide } from "./arithmetic.ts";
import { type DecisionInput, defaultSettings, type InputFigure, type TestedPair } from "./input.ts";

/** Three transports, two criteria, one scenario; `values` by transport. */
function figure(criterion: number, values: (number | null)[], more: Partial<InputFigure> = {}): InputFigure {
  return {
    criterion,
    scenario: 0,
    label: criterion === 0 ? "median" : "bytes",
    path: "somewhere",
    values,
    missing: values.map((value) => (value === null ? "not measured" : null)),
    blocks: values.map(() => []),
    tested: [],
    ...more,
  };
}

function inputWith(figures: InputFigure[], more: Partial<DecisionInput> = {}): DecisionInput {
  const yes = { meets: "yes", reason: "it does" } as const;
  return {
    transports: ["a", "b", "c"],
    scenarios: ["notify"],
    criteria: [
      { key: "latency", label: "Latency", about: "" },
      { key: "bandwidth", label: "Bandwidth", about: "" },
    ],
    requirements: [
      {
        key: "browser",
        label: "Browser",
        about: "",
        answers: [
          yes,
          { meets: "no", reason: "a page can't" },
          { meets: "unknown", reason: "look yourself" },
        ],
      },
    ],
    figures,
    troubles: [],
    gaps: [],
    blocks: 10,
    replicate: "block",
    level: 0.05,
    ...more,
  };
}

const ranking = (input: DecisionInput, settings = defaultSettings(input)) =>
  decide(input, settings).ranked.map(({ transport, rank, score }) => [
    input.transports[transport],
    rank,
    Number(score.toFixed(6)),
  ]);
const ln = Math.log;

describe("the score", () => {
  const input = inputWith([figure(0, [100, 200, 400]), figure(1, [80, 10, 20])]);

  test("is the weighted geometric mean of the ratios to the best", () => {
    // Ratios 1, 2, 4 and 8, 1, 2: with equal weights the roots of 8, 2 and 8.
    expect(ranking(input)).toEqual([
      ["b", 1, Number(Math.SQRT2.toFixed(6))],
      ["a", 2, 2.828427],
      ["c", 2, 2.828427],
    ]);
  });

  test("follows the weights", () => {
    const settings = { ...defaultSettings(input), weights: { latency: 4, bandwidth: 1 } };
    expect(ranking(input, settings)).toEqual([
      ["a", 1, Number((8 ** 0.2).toFixed(6))],
      ["b", 2, Number((2 ** 0.8).toFixed(6))],
      ["c", 3, Number((4 ** 0.8 * 2 ** 0.2).toFixed(6))],
    ]);
  });

  test("a criterion of weight 0 does not count, nor does its missing figure", () => {
    const lacking = inputWith([figure(0, [100, 200, 400]), figure(1, [80, null, 20])]);
    const settings = { ...defaultSettings(lacking), weights: { latency: 1, bandwidth: 0 } };
    expect(ranking(lacking, settings).map(([name]) => name)).toEqual(["a", "b", "c"]);
    expect(decide(lacking, settings).ranked[0]?.firstOfWeightings).toBeNull();
  });

  test("figures of one criterion share its weight, so that more scenarios are not more weight", () => {
    const two = inputWith(
      [figure(0, [1, 2, 4]), figure(0, [1, 8, 4], { scenario: 1 }), figure(1, [8, 1, 1])],
      { scenarios: ["notify", "chat"] },
    );
    // Latency of b: root of 2 x 8 = 4, of bandwidth 1: together 2. Of a: 1 and 8.
    expect(ranking(two).map(([name, , score]) => [name, score])).toEqual([
      ["b", 2],
      ["c", 2],
      ["a", 2.828427],
    ]);
    expect(ranking(two, { ...defaultSettings(two), scenarios: ["notify"] })[0]).toEqual([
      "b",
      1,
      Number(Math.SQRT2.toFixed(6)),
    ]);
  });
});

describe("noise", () => {
  const tie: TestedPair[] = [
    [0, 1, "practically equal"],
    [0, 2, "different"],
    [1, 2, "different"],
  ];

  test("does not separate transports that are practically equal, in the score or in any resample", () => {
    const blocks = [
      [100, 103, 97, 101, 99],
      [99, 101, 100, 102, 98],
      [300, 310, 305, 295, 290],
    ];
    const input = inputWith([figure(0, [100, 101, 300], { tested: tie, blocks })]);
    const decision = decide(input, defaultSettings(input));
    expect(decision.ranked.map(({ rank }) => rank)).toEqual([1, 1, 3]);
    expect(decision.ranked.map(({ score }) => Number(score.toFixed(4)))).toEqual([
      1,
      1,
      Number((300 / Math.sqrt(100 * 101)).toFixed(4)),
    ]);
    expect(decision.ranked.map(({ firstOfResamples }) => firstOfResamples)).toEqual([1, 1, 0]);
    expect(decision.pairs).toEqual({ different: 2, equal: 1, inconclusive: 0, untested: 0, openAtTop: 0 });
  });

  test("equality that runs through an excluded transport binds nobody", () => {
    const tested: TestedPair[] = [
      [0, 1, "practically equal"],
      [1, 2, "practically equal"],
    ];
    const input = inputWith([figure(0, [100, 104, 108], { tested })]);
    expect(ranking(input).map(([, rank]) => rank)).toEqual([1, 1, 1]);
    expect(ranking(input, { ...defaultSettings(input), needs: ["browser"] })).toEqual([
      ["a", 1, 1],
      ["c", 2, 1.08],
    ]);
  });

  test("equality is not handed on over a difference: of a like b, b like c and a unlike c, the closest pair shares its place", () => {
    const tested: TestedPair[] = [
      [0, 1, "practically equal"],
      [1, 2, "practically equal"],
      [0, 2, "different"],
    ];
    const input = inputWith([figure(0, [100, 103, 107], { tested })]);
    expect(ranking(input).map(([name, rank]) => [name, rank])).toEqual([
      ["a", 1],
      ["b", 1],
      ["c", 3],
    ]);
  });

  test("an unproven lead turns in as many resamples as the blocks say", () => {
    // Only block 0 speaks for a, and by far: a is first in a resample if that block is drawn at all, 1 - 0.8^5.
    const blocks = [
      [1, 100, 100, 100, 100],
      [90, 90, 90, 90, 90],
      [1e6, 1e6, 1e6, 1e6, 1e6],
    ];
    const input = inputWith([figure(0, [40, 90, 1e6], { blocks })]);
    const [a, b, c] = decide(input, defaultSettings(input)).ranked;
    expect(a?.firstOfResamples).toBeCloseTo(1 - 0.8 ** 5, 1);
    expect((a?.firstOfResamples ?? 0) + (b?.firstOfResamples ?? 0)).toBeCloseTo(1, 9);
    expect(c?.firstOfResamples).toBe(0);
  });

  test("with fewer than five blocks in common nothing is said of resamples", () => {
    const blocks = [
      [1, 1, 1, 1, 1],
      [2, 2, null, 2, 2],
      [3, 3, 3, 3, 3],
    ];
    const decision = decide(...withDefaults(inputWith([figure(0, [1, 2, 3], { blocks })])));
    expect(decision.commonBlocks).toBe(4);
    expect(decision.ranked.map((one) => one.firstOfResamples)).toEqual([null, null, null]);
  });
});

describe("random weightings", () => {
  test("the share of first places is the share of the simplex", () => {
    // a wins where w x ln 2 < (1 - w) x ln 8 for b's 8 and a's 2, that is for w < 3/4; c never.
    const input = inputWith([figure(0, [2, 1, 100]), figure(1, [1, 8, 100])]);
    const decision = decide(input, defaultSettings(input));
    const share = (name: string) =>
      decision.ranked.find(({ transport }) => input.transports[transport] === name)?.firstOfWeightings;
    expect(share("a")).toBeCloseTo(ln(8) / (ln(2) + ln(8)), 2);
    expect(share("b")).toBeCloseTo(ln(2) / (ln(2) + ln(8)), 2);
    expect(share("c")).toBe(0);
  });

  test("do not depend on the weights one gives, and are the same every time", () => {
    const input = inputWith([figure(0, [2, 1, 100]), figure(1, [1, 8, 100])]);
    const heavy = { ...defaultSettings(input), weights: { latency: 9, bandwidth: 2 } };
    const shares = (settings = defaultSettings(input)) =>
      decide(input, settings)
        .ranked.map(({ transport, firstOfWeightings }) => [transport, firstOfWeightings])
        .sort();
    expect(shares(heavy)).toEqual(shares());
  });
});

describe("who is not scored", () => {
  test("excluded by a requirement, with its reason; what is not known excludes nobody but is told", () => {
    const input = inputWith([figure(0, [1, 2, 3])]);
    const decision = decide(input, { ...defaultSettings(input), needs: ["browser"] });
    expect(decision.excluded).toEqual([{ transport: 1, reasons: ["Browser: a page can't"] }]);
    expect(decision.doubtful).toEqual([{ transport: 2, reasons: ["Browser: look yourself"] }]);
    expect(decision.ranked.map(({ transport }) => transport)).toEqual([0, 2]);
  });

  test("saturated or without a figure that others have, with the reason", () => {
    const input = inputWith([figure(0, [1, null, null])], {
      troubles: [{ transport: 1, scenario: 0, reason: "saturated" }],
    });
    const decision = decide(input, defaultSettings(input));
    expect(decision.unscored).toEqual([
      { transport: 1, reasons: ["notify: saturated"] },
      { transport: 2, reasons: ["notify: no median, not measured"] },
    ]);
    expect(decision.ranked).toHaveLength(1);
    expect(decision.idle.map(({ criterion }) => criterion)).toEqual([1]);
  });

  test("everybody, where nothing counts or everybody is out", () => {
    const input = inputWith([figure(0, [1, 2, 3])]);
    expect(decide(input, { ...defaultSettings(input), scenarios: [] }).ranked).toEqual([]);
    expect(decide(input, { ...defaultSettings(input), weights: {} }).ranked).toEqual([]);
  });
});

function withDefaults(input: DecisionInput): [DecisionInput, ReturnType<typeof defaultSettings>] {
  return [input, defaultSettings(input)];
}
