import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CommandUnknownOpts } from "commander";
import { describe, test } from "vitest";
import { createProgram } from "./program.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const pages = ["README.md", ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })]
  .filter((path) => path.endsWith(".md"))
  .map((path) => (path === "README.md" ? path : join("docs", path)))
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

const program = createProgram();
const all = (command: CommandUnknownOpts): CommandUnknownOpts[] => [
  command,
  ...command.commands.flatMap(all),
];
const flagsOf = (command: CommandUnknownOpts): string[] => [
  ...command.options.flatMap(({ long }) => long ?? []),
  ...(command.parent ? flagsOf(command.parent) : ["--help"]),
];

/** What follows `notif-lab` up to the end of the command: lines of a block, or a piece of code in a sentence. */
const TYPED = /notif-lab ((?:[^`|&;()\n\\#]|\\\n)*)/g;
const FLAG = /^\[?(--[a-z][a-z-]*)/;

/** The command that words name, and those that come after its name. */
function commandIn(words: readonly string[]): { command: CommandUnknownOpts; rest: readonly string[] } {
  let command = program;
  let rest = words;
  for (;;) {
    const next = command.commands.find((one) => one.name() === rest[0]);
    if (!next) return { command, rest };
    command = next;
    rest = rest.slice(1);
  }
}

describe("the documents", () => {
  test("name only flags that their command has", () => {
    const unknown = pages.flatMap(({ path, text }) =>
      [...text.matchAll(TYPED)].flatMap(([, typed = ""]) => {
        const { command, rest } = commandIn(typed.replaceAll("\\\n", " ").trim().split(/\s+/));
        // `config COMMAND ...` shows the flags of another command.
        if (command.name() === "config") return [];
        const flags = rest.flatMap((word) => FLAG.exec(word)?.[1] ?? []);
        return flags
          .filter((flag) => !flagsOf(command).includes(flag))
          .map((flag) => `${path}: ${command.name()} has no ${flag}`);
      }),
    );
    assert.deepEqual(unknown, []);
  });

  test("name every command, and every flag of each", () => {
    const text = pages.map((page) => page.text).join("\n");
    const named = new Set(text.match(/(?<![\w-])--[a-z][a-z-]*/g));
    const missing = all(program).flatMap((command) => [
      ...(text.includes(command.name()) ? [] : [command.name()]),
      ...command.options
        .filter(({ long, hidden }) => long !== undefined && !hidden && !named.has(long))
        .map(({ long }) => `${command.name()} ${long}`),
    ]);
    assert.deepEqual(missing, []);
  });

  test("the page on the command line has a row for every command, or is where it is explained", () => {
    const page = pages.find(({ path }) => path === join("docs", "cli.md"))?.text ?? "";
    const missing = program.commands
      .map((command) => command.name())
      .filter((name) => !new RegExp(`\`(notif-lab )?${name}[ \`]`).test(page));
    assert.deepEqual(missing, []);
  });
});
