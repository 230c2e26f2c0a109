import type { Writable } from "node:stream";
import { plain, wrapped } from "../../reports/prose/text.ts";
import { ascii, inks } from "../../reports/terminal/ink.ts";
import type { TerminalOptions } from "../../reports/terminal/terminal.ts";
import type { Bar, Block, RevealedRow } from "../../workshop/block.ts";
import type { Question } from "../../workshop/question.ts";
import type { Face } from "../../workshop/run-lesson.ts";
import { WrongAnswer } from "../../workshop/wrong-answer.ts";
import { usage } from "../process/failure.ts";
import { journeyText } from "./journey-text.ts";
import type { Typed } from "./typed.ts";

/** Shows a lesson on a terminal and takes answers, one a line. */
export function terminalFace(output: Writable, typed: Typed, style: TerminalOptions): Face {
  const say = (lines: string) => void output.write(`${lines}\n`);
  return {
    show: (...blocks) => {
      for (const block of blocks) say(renderBlock(block, style));
    },
    ask: async (question) => {
      say(renderQuestion(question, style));
      for (;;) {
        const line = await typed.line(`  ${question.hint}: `);
        try {
          const answer = question.read(line);
          if (typed.scripted) say(`  > ${line.trim()}`);
          return answer;
        } catch (error) {
          if (!(error instanceof WrongAnswer)) throw error;
          if (typed.scripted) throw usage(`${typed.place()}: ${error.message}`);
          say(`  ${error.message}`);
        }
      }
    },
  };
}

/** A block as lines of at most the style's width, with an empty line before it. */
export function renderBlock(block: Block, style: TerminalOptions): string {
  const { bold, yellow } = inks(style.color);
  const { width } = style;
  // A learner's file may have been written by anybody.
  const shown = (text: string) => (style.unicode ? plain(text) : ascii(plain(text)));
  switch (block.kind) {
    case "heading":
      return `\n${bold(shown(block.text))}`;
    case "text":
      return `\n${wrapped(shown(block.text), width)}`;
    case "void":
      return `\n${yellow(wrapped(`! ${shown(block.text)}`, width, "  "))}`;
    case "commands": {
      const lines = block.list.map(([command, what]) => `  ${command}\n      ${what}`);
      return `\n${lines.join("\n")}`;
    }
    case "reveal":
      return block.rows
        .map(({ asked, predicted, measured, says, verdict }) => {
          const row = {
            asked: shown(asked),
            predicted: shown(predicted),
            measured: shown(measured),
            says: shown(says),
          };
          return `\n${renderRow({ ...row, verdict }, style)}`;
        })
        .join("\n");
    case "journey":
      return `\n${journeyText(block.journey, style)}`;
    case "bars": {
      const bars = block.bars.map((bar) => ({ ...bar, name: shown(bar.name), text: shown(bar.text) }));
      return `\n${renderBars(shown(block.title), bars, style)}`;
    }
  }
}

const MARKS = { right: ["✓", "+"], near: ["≈", "~"], far: ["✗", "x"], open: ["·", "."] } as const;

function renderRow(
  { asked, predicted, measured, says, verdict }: RevealedRow,
  style: TerminalOptions,
): string {
  const mark = MARKS[verdict][style.unicode ? 0 : 1];
  const label = (name: string, text: string) =>
    `    ${name.padEnd(10)}${wrapped(text, style.width - 14, " ".repeat(14))}`;
  return [
    `  ${wrapped(asked, style.width - 2, "  ")}`,
    label("you said", predicted),
    label("measured", measured),
    label(mark, says),
  ].join("\n");
}

const LEAST_BAR = 10;

function renderBars(title: string, bars: readonly Bar[], { width, unicode }: TerminalOptions): string {
  const names = Math.max(...bars.map(({ name }) => name.length));
  const texts = Math.max(...bars.map(({ text }) => text.length));
  const most = Math.max(0, ...bars.map(({ value = 0 }) => value));
  const room = Math.max(LEAST_BAR, width - names - texts - 6);
  const lines = bars.map(({ name, value, text }) => {
    const length = !value || most === 0 ? 0 : Math.max(1, Math.round((value / most) * room));
    return `  ${name.padEnd(names)}  ${(unicode ? "█" : "#").repeat(length).padEnd(room)}  ${text}`.trimEnd();
  });
  return [wrapped(title, width), ...lines].join("\n");
}

function renderQuestion({ asks, options }: Question, style: TerminalOptions): string {
  const lines = options.map(({ name, about }, index) => {
    const text = about === undefined ? name : `${name}: ${about}`;
    return `    ${index + 1}  ${wrapped(text, style.width - 7, " ".repeat(7))}`;
  });
  return [`\n${wrapped(`? ${asks}`, style.width, "  ")}`, ...lines].join("\n");
}
