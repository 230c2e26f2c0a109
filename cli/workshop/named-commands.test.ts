import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { claims } from "../../claims/registry.ts";
import { transports, transportsIfInstalled } from "../../transports/registry.ts";
import { explained, madeUp } from "../../workshop/figures.test-fixture.ts";
import type { Lesson } from "../../workshop/lesson.ts";
import { lessons } from "../../workshop/registry.ts";
import { sweep } from "../actions/sweep.ts";
import { chosen } from "../claims/chosen.ts";
import type { BenchFlags } from "../commands/bench.ts";
import type { ClaimsFlags } from "../commands/claims.ts";
import type { SweepFlags } from "../commands/sweep.ts";
import { planBench } from "../flags/bench-plan.ts";
import { parseChoice } from "../flags/choices.ts";
import { lessonWords } from "../flags/known-words.ts";
import { serviceLevelOf } from "../flags/slo.ts";
import { chooseTransport, chooseTransports } from "../flags/transport-choice.ts";
import { parseFormats } from "../output/report-files.ts";
import { CliFailure } from "../process/failure.ts";
import { createProgram } from "../program.ts";

/** What a command line was understood as. */
interface Understood {
  readonly name: string;
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
}

/** As a shell would split it: quotes hold a word together. */
function split(line: string): string[] {
  const words = line.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
  return words.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));
}

/** The command line as the real program reads it; what it would do is left out. */
async function understood(line: string): Promise<Understood> {
  const [program = "", ...words] = split(line);
  assert.equal(program, "notif-lab", line);
  const found: Understood[] = [];
  const all = createProgram();
  for (const command of all.commands)
    command.action(
      () => void found.push({ name: command.name(), words: command.args, flags: command.opts() }),
    );
  await all.parseAsync(words, { from: "user" });
  const [one] = found;
  assert.ok(one, line);
  return one;
}

/** Every text of a lesson that somebody reads, with all explanations that figures bring about. */
function proseOf(lesson: Lesson): string[] {
  const { further, ...rest } = lesson;
  const figures = [
    {},
    madeUp(lesson),
    ...Object.keys(lesson.measures).flatMap((id) => [
      madeUp(lesson, { [id]: 0 }),
      madeUp(lesson, { [id]: 1e7 }),
    ]),
  ];
  const explanations = figures.map((one) => explained(lesson, one));
  return [...textsIn(rest), ...further.map(([, what]) => what), ...explanations];
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

const quotedIn = (text: string) =>
  [...text.matchAll(/"(notif-lab [^"]+)"/g)].flatMap(([, line]) => line ?? []);

function commandsOf(lesson: Lesson): string[] {
  const named = proseOf(lesson).flatMap(quotedIn);
  return [...new Set([...lesson.further.map(([command]) => command), ...named])];
}

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-commands-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NOT_INSTALLED = /needs programs that are not installed/;
const known = [...transports, ...transportsIfInstalled];

/** Reads the values of a command as its action does. Rejects where that would refuse one. */
async function assertValues({ name, words, flags }: Understood): Promise<void> {
  const [first, ...others] = words;
  const given: unknown = flags;
  if (name === "bench")
    try {
      planBench(given as BenchFlags);
    } catch (error) {
      if (!(error instanceof Error && NOT_INSTALLED.test(error.message))) throw error;
    }
  if (name === "claims" && (first === "run" || first === "show")) chosen(others, given as ClaimsFlags, first);
  if (name === "sweep") {
    // All values are read before the file is opened, and this one can't be.
    const file = join(folder, "a file");
    writeFileSync(file, "");
    const elsewhere: unknown = { ...flags, out: join(file, "below") };
    const refused: unknown = await sweep(elsewhere as SweepFlags).catch((error: unknown) => error);
    if (!(refused instanceof CliFailure && refused.message.startsWith("can't write "))) throw refused;
  }
  if (name === "explain" && first !== undefined) chooseTransports(first, known);
  if (name === "serve") chooseTransport(first ?? "", known);
  if (name === "capacity") serviceLevelOf(String(flags.slo));
  if (name === "report") parseFormats(String(flags.format));
  if (name === "workshop" && first !== undefined)
    parseChoice(
      "lesson",
      first,
      (await lessonWords()).map((word) => ({ name: word })),
    );
}

describe.each(lessons.map((one) => [one.number, one] as const))(
  "the commands that lesson %i names",
  (_number, one) => {
    test.each(commandsOf(one))("%s", async (line) => {
      await assertValues(await understood(line));
    });

    test("stand in quotes wherever a text has them, so that this finds them", () => {
      for (const text of proseOf(one)) {
        const others = quotedIn(text).reduce((rest, line) => rest.replace(`"${line}"`, ""), text);
        assert.ok(!others.includes("notif-lab "), text);
      }
    });
  },
);

/** Commands that stand in backticks. */
const markedIn = (text: string) =>
  [...text.matchAll(/`(notif-lab [^`]+)`/g)].flatMap(([, line]) => line ?? []);

describe("the commands that the texts of claims name", () => {
  const texts = textsIn(claims);

  test.each([...new Set(texts.flatMap(markedIn))])("%s", async (line) => {
    await assertValues(await understood(line));
  });

  test("stand in backticks wherever a text has them, so that this finds them", () => {
    for (const text of texts) {
      const others = markedIn(text).reduce((rest, line) => rest.replace(`\`${line}\``, ""), text);
      assert.ok(!others.includes("notif-lab "), text);
    }
  });
});

describe("a command with a mistake is noticed", () => {
  test.each([
    ["notif-lab bench --bocks 5", /unknown option/],
    ["notif-lab bench --scenarios idel", /did you mean idle/],
    ["notif-lab claims run seed-gigabyte --quick", /unknown claim "seed-gigabyte"/],
    ["notif-lab sweep --over delay=0..80", /can't begin at 0/],
    ["notif-lab sweep --over speed=1,2", /--over takes/],
    ["notif-lab explain websoket", /did you mean websocket/],
    ["notif-lab capacity --slo 'p98 < 5ms'", /p98/],
    ["notif-lab capacity --transports websocket", /--slo/],
  ] as const)("%s", async (line, message) => {
    await assert.rejects(async () => assertValues(await understood(line)), message);
  });
});
