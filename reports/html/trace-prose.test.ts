import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { createRandom } from "../../core/random.ts";
import type { Results } from "../../harness/result.ts";
import { METRICS, type MetricKey } from "../metrics.ts";
import { anatomyOf, metricsOf, resultsOf } from "../results.test-fixture.ts";
import { SOURCES } from "../sources.ts";
import { renderHtml } from "./page.ts";
import {
  byRule,
  effectOf,
  everythingAt,
  intervalOf,
  ofTrial,
  picked,
  redone,
  sum,
  textOf,
  writtenLike,
} from "./redone.test-fixture.ts";

type Kind = "time" | "bytes" | "share" | "ratio";

const KINDS: Readonly<Record<string, Kind>> = {
  µs: "time",
  ms: "time",
  s: "time",
  B: "bytes",
  KiB: "bytes",
  MiB: "bytes",
  GiB: "bytes",
  "%": "share",
  x: "ratio",
};

/** A figure in a sentence, with the sentence. */
interface Figure {
  readonly number: string;
  readonly unit: string;
  readonly text: string;
  readonly scenario: number;
  /** Of a story: the trial it tells of. */
  readonly trial: string | undefined;
}

const NUMBER = String.raw`\d[\d,]*(?:\.\d+)?`;
const FIGURE = new RegExp(
  String.raw`(?<![\w.])(${NUMBER})\s?(µs|ms|s|B|KiB|MiB|GiB|%|x)(?![\w])(?: \((?:range )?(${NUMBER})–(${NUMBER}))?`,
  "g",
);
/** Numbers of the method, which are the same whatever was measured. */
const METHOD = /margin \(5 %|above 5 % that is the margin|with 95 % intervals|its 90 % interval/g;

function figuresIn(markup: string, scenario: number, trial?: string): Figure[] {
  const text = textOf(markup.replace(/<small>Rule[\s\S]*?<\/small>/g, "")).replace(METHOD, "");
  return [...text.matchAll(FIGURE)].flatMap(([, value = "", unit = "", low, high]) =>
    [value, low, high].flatMap((number) =>
      number === undefined ? [] : [{ number, unit, text, scenario, trial }],
    ),
  );
}

/** Every figure with a unit in the sentences of the page: answer, observations, notes and stories. */
function proseOf(page: string, results: Results): Figure[] {
  const head = page.match(/<header id="answer">[\s\S]*?<\/header>/)?.[0] ?? "";
  const answers = [...head.matchAll(/<p class="answer">([\s\S]*?)<\/p>/g)];
  return [
    ...answers.flatMap(([, text = ""]) => figuresIn(text, -1)),
    ...results.scenarios.flatMap((_, index) => {
      const section =
        page.match(
          new RegExp(
            `<section id="scenario-[^"]*"><h2>${results.scenarios[index]?.name}</h2>[\\s\\S]*?</section>`,
          ),
        )?.[0] ?? "";
      const items = [...section.matchAll(/<li>([\s\S]*?)<\/li>/g)];
      const stories = [
        ...section.matchAll(/<dt data-trials="(\d+)"[^>]*>[^<]*<\/dt>((?:<dd>[\s\S]*?<\/dd>)+)/g),
      ];
      return [
        ...items.flatMap(([, text = ""]) => figuresIn(text, index)),
        ...stories.flatMap(([, trial, lines = ""]) => figuresIn(lines, index, trial)),
      ];
    }),
  ];
}

const UNITS: Readonly<Record<string, Kind>> = { micros: "time", bytes: "bytes", share: "share" };

/** Everything that a sentence may say of some wires in a scenario, in base units, made from the document alone. */
function sayable(results: Results, scenario: string, wires: readonly string[]): Record<Kind, number[]> {
  const found: Record<Kind, number[]> = { time: [], bytes: [], share: [], ratio: [] };
  const placesOf = (wire: string) => {
    const last = new Map(
      results.trials.flatMap((one, place) =>
        one.scenario === scenario && one.transport === wire && one.metrics
          ? [[one.block, place] as const]
          : [],
      ),
    );
    return [...last].sort(([a], [b]) => a - b);
  };
  for (const key of Object.keys(METRICS) as MetricKey[]) {
    const path = SOURCES[key].paths.join(" ");
    const kind = UNITS[METRICS[key].unit];
    const read = wires.map((wire) => {
      const places = placesOf(wire);
      return places.flatMap(([block, place]) => {
        const value = tried(() => ofTrial(results, String(place), path));
        return value === undefined ? [] : [{ block, place, value }];
      });
    });
    const means = read.map((all) => {
      const values = all.map(({ value }) => value);
      if (values.length === 0) return Number.NaN;
      const ends = values.length > 2 ? intervalOf(values) : undefined;
      const value = byRule(
        values,
        values.length > 2 ? "geometric mean" : values.length > 1 ? "median" : "value",
      );
      if (kind) found[kind].push(value, Math.min(...values), Math.max(...values));
      if (kind && ends) found[kind].push(ends.low, ends.high);
      return value;
    });
    for (const [a, one] of read.entries())
      for (const [b, other] of read.entries()) {
        if (a === b) continue;
        found.ratio.push((means[a] ?? 0) / (means[b] ?? 0));
        const pairs = one.flatMap(({ block, place }) => {
          const match = other.find((two) => two.block === block);
          return match ? `${place}/${match.place}` : [];
        });
        if (pairs.length < 2) continue;
        const { low, value, high } = effectOf(results, path, pairs.join(","));
        found.ratio.push(low, value, high);
      }
  }
  for (const wire of wires) {
    const places = placesOf(wire)
      .map(([, place]) => place)
      .join(",");
    const p = (path: string) =>
      tried(() =>
        redone(results, { path, trials: places, rule: places.includes(",") ? "geometric mean" : "value" }),
      );
    found.ratio.push((p("deliveryLatencyUs/p99") ?? 0) / (p("deliveryLatencyUs/p50") ?? 1));
    for (const one of results.anatomies) {
      if (one.transport !== wire || one.scenario !== scenario || "absent" in one) continue;
      const parts = Object.entries(one.perDelivery.in).map(([part, bytes]) => ({
        part,
        bytes: bytes + ((one.perDelivery.out as Record<string, number>)[part] ?? 0),
      }));
      const all = sum(parts.map(({ bytes }) => bytes));
      const own = sum(
        parts.filter(({ part }) => /^(framing|handshake|heartbeats)/.test(part)).map(({ bytes }) => bytes),
      );
      found.bytes.push(all, own);
      found.share.push(own / all);
    }
  }
  return found;
}

function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return value && typeof value === "object" ? Object.values(value).flatMap(numbersIn) : [];
}

function tried<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** Every number of the faults of a trial and of what came of them; a stretch is a second, so "healthy within" counts one more. */
function ofStory(results: Results, trial: string): Record<Kind, number[]> {
  const seconds = ["faults", "resumption"].flatMap((part) =>
    everythingAt(results, `/trials/${trial}/metrics/${part}`).flatMap(({ value }) => numbersIn(value)),
  );
  const bytes = ["mostHeldBytes", "heldBoundBytes", "serverRssPeakGrowthBytes"].flatMap((part) =>
    everythingAt(results, `/trials/${trial}/metrics/${part}`).flatMap(({ value }) => numbersIn(value)),
  );
  const p99 = numbersIn(everythingAt(results, `/trials/${trial}/metrics/deliveryLatencyUs/p99`)[0]?.value);
  return {
    time: [...seconds.flatMap((one) => [1e6 * one, 1e6 * (one + 1)]), ...p99],
    bytes,
    share: [],
    ratio: [],
  };
}

const known = new WeakMap<Results, Map<string, Record<Kind, number[]>>>();

function candidatesOf(results: Results, { scenario, trial, text }: Figure): Record<Kind, number[]> {
  if (trial !== undefined) return ofStory(results, trial);
  const named = results.transports.filter((wire) =>
    new RegExp(`(?<![\\w:#-])${wire}(?![\\w:#-])`).test(text),
  );
  // The answer names who leads beside figures of all.
  const wires = named.length > 0 && scenario >= 0 ? named : results.transports;
  const scenarios = results.scenarios.map(({ name }) => name);
  const chosen = scenario < 0 ? scenarios : [scenarios[scenario] ?? ""];
  const of = known.get(results) ?? new Map<string, Record<Kind, number[]>>();
  known.set(results, of);
  const all = chosen.map((name) => {
    const key = JSON.stringify([name, wires]);
    const made = of.get(key) ?? sayable(results, name, wires);
    of.set(key, made);
    return made;
  });
  const joined = (kind: Kind) => all.flatMap((one) => one[kind]);
  return { time: joined("time"), bytes: joined("bytes"), share: joined("share"), ratio: joined("ratio") };
}

/** Figures that stand nowhere: neither in the document nor, of sizes for ten thousand connections, in the traced table of sizing. */
function strangers(figures: readonly Figure[], page: string, results: Results): Figure[] {
  const sizing = textOf(page.match(/<section id="sizing">[\s\S]*?<\/section>/)?.[0] ?? "");
  const bands = textOf(page.match(/<section id="overview">[\s\S]*?<\/section>/)?.[0] ?? "");
  return figures.filter((figure) => {
    const { number, unit, text } = figure;
    if (/^10,000 connections would take/.test(text) && sizing.includes(`${number} ${unit}`)) return false;
    if (/^A\/A:/.test(text) && bands.includes(`band ${number} %`)) return false;
    const kind = KINDS[unit] ?? "ratio";
    return !candidatesOf(results, figure)[kind].some((value) => writtenLike(number, unit, value) === number);
  });
}

const pageOf = (results: Results) => renderHtml(results, { chartJs: "/* charts */" });

const real = JSON.parse(
  gunzipSync(readFileSync("cli/browser/quick-run.results.json.gz")).toString(),
) as Results;

function documentOf(blocks: number): Results {
  const results = resultsOf({
    transports: ["websocket", "websocket#2", "sse", "grpc", "mqtt"],
    scenarios: ["notify", "fan-out"],
    blocks,
    publishes: 30_000,
    trial: (trial) => {
      const wire = ["websocket", "websocket#2", "sse", "grpc", "mqtt"].indexOf(trial.transport);
      const factor = (1 + wire * wire * 0.13) * (1 + ((trial.block * 3 + wire) % 7) / 50);
      const metrics = metricsOf(factor, 30_000);
      const tail = { ...metrics.deliveryLatencyUs, p99: factor * 13_000 } as typeof metrics.deliveryLatencyUs;
      return { ...trial, metrics: { ...metrics, ...(wire === 4 ? { deliveryLatencyUs: tail } : {}) } };
    },
  });
  return { ...results, anatomies: [anatomyOf("grpc", 40), anatomyOf("sse", 400)] } as Results;
}

const documents: [string, () => Results, number][] = [
  ["a real run of one block", () => real, 150],
  ["two blocks", () => documentOf(2), 50],
  ["five blocks", () => documentOf(5), 50],
  ["ten blocks, with verdicts", () => documentOf(10), 100],
];

test.each(documents)("figures in sentences picked at random stand in the results: %s", (_, make, least) => {
  const results = make();
  const page = pageOf(results);
  const figures = proseOf(page, results);
  expect(figures.length).toBeGreaterThan(least);
  expect(strangers(picked(figures, createRandom(least)), page, results)).toEqual([]);
});

test("figures in sentences of other results are found out", () => {
  const results = documentOf(10);
  const page = pageOf(results);
  const figures = proseOf(page, results).filter(({ unit }) => unit !== "x");
  const trials = results.trials.map((one) => ({ ...one, metrics: metricsOf(7.77 + one.block / 3, 30_000) }));
  const found = strangers(figures, page, { ...results, trials, anatomies: [] } as Results);
  expect(found.length).toBeGreaterThan(0.7 * figures.length);
});

test("the line on the run's quality counts the trials and names the machine as the document does", () => {
  for (const results of [real, documentOf(10)]) {
    const line = textOf(pageOf(results).match(/<p class="quality"[^>]*>([\s\S]*?)<\/p>/)?.[1] ?? "");
    const completed = results.trials.filter(({ state }) => state === "completed").length;
    const busy = results.trials.flatMap(({ metrics }) =>
      (metrics?.processes ?? [])
        .filter(({ role }) => role === "load")
        .map(({ loopUtilization }) => loopUtilization),
    );
    expect(line).toContain(`${results.blocks} block`);
    expect(line).toContain(`${completed} completed`);
    expect(line).toContain(`load average before ${results.environment.loadAverageBefore.toFixed(2)}`);
    const [, share = ""] = line.match(/busy at most ([\d.]+) %/) ?? [];
    expect(writtenLike(share, "%", Math.max(...busy))).toBe(share);
  }
});

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

test("environment and journeys are those of the document", () => {
  const page = pageOf(real);
  const pairs = [...page.matchAll(/<dd data-path="(\/[^"]*)">([^<]*)<\/dd>/g)];
  expect(pairs.length).toBeGreaterThan(20);
  for (const [, path = "", shown = ""] of pairs)
    for (const pointer of path.split(" ")) {
      const value = everythingAt(real, pointer)[0]?.value;
      expect(value, pointer).not.toBeUndefined();
      if (typeof value === "string") expect(textOf(shown)).toContain(textOf(value));
    }
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

type Journeys = Extract<NonNullable<Results["journeys"]>[number], { segments: unknown }>["segments"];

test("what the decision weighs stands in the results, block by block", () => {
  const results = real;
  const board = JSON.parse(pageOf(results).match(/id="decision-board">(.*)<\/script>/)?.[1] ?? "");
  let checked = 0;
  for (const { scenario, path, values } of board.figures)
    for (const [wire, value] of values.entries()) {
      if (value === null || path.includes("*")) continue;
      const place = results.trials.findLastIndex(
        (one) =>
          one.scenario === board.scenarios[scenario] &&
          one.transport === board.wires[wire] &&
          one.metrics !== undefined,
      );
      const redone = ofTrial(results, String(place), path);
      expect(Math.abs(value - redone)).toBeLessThanOrEqual(1e-4 * redone);
      checked += 1;
    }
  expect(checked).toBeGreaterThan(50);
});
