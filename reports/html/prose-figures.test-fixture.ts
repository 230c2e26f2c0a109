import type { Results } from "../../harness/result/result.ts";
import { textOf } from "./redone.test-fixture.ts";

/** The figures with a unit that the page's sentences have. */

/** A figure in a sentence, with the sentence. */
export interface Figure {
  readonly number: string;
  readonly unit: string;
  readonly text: string;
  readonly scenario: number;
  /** Of a story: the trial it tells of. */
  readonly trial: string | undefined;
}

const NUMBER = String.raw`\d[\d,]*(?:\.\d+)?`;
/** A number with its unit, and the two of the range or interval behind it. */
export const FIGURE = new RegExp(
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
export function proseOf(page: string, results: Results): Figure[] {
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
