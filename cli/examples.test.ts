import assert from "node:assert/strict";
import type { CommandUnknownOpts } from "commander";
import { test } from "vitest";
import { createProgram } from "./program.ts";

/** The help as it is printed, with all that is added to it. */
function helpOf(command: CommandUnknownOpts): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
}

/** The command lines under "Examples:", without the program's name. */
function examplesIn(help: string): string[] {
  return [...help.matchAll(/^ {2}notif-lab (.*)$/gm)].map((found) => (found[1] ?? "").replace(/\s+#.*$/, ""));
}

/** As a shell would split it: single quotes hold a word together. */
function split(line: string): string[] {
  return (line.match(/(?:[^\s']|'[^']*')+/g) ?? []).map((word) => word.replaceAll("'", ""));
}

/** The program with commands that only say that they were reached. */
function inert(reached: string[]): CommandUnknownOpts {
  const program = createProgram();
  for (const command of program.commands) command.action(() => void reached.push(command.name()));
  return program;
}

const all = createProgram();

test.each(["", ...all.commands.map((one) => one.name())])(
  "the help of %o has examples that parse",
  async (name) => {
    const command = name === "" ? all : all.commands.find((one) => one.name() === name);
    assert.ok(command);
    const examples = examplesIn(helpOf(command));
    assert.ok(examples.length > 0, `notif-lab ${name} --help has no example`);
    for (const example of examples) {
      const reached: string[] = [];
      await inert(reached).parseAsync(split(example), { from: "user" });
      assert.equal(reached.length, 1, example);
      if (name !== "") assert.deepEqual(reached, [name], example);
    }
  },
);

test("an example that would not parse is noticed", async () => {
  await assert.rejects(inert([]).parseAsync(split("bench --bocks 5"), { from: "user" }), /unknown option/);
});
