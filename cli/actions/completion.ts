import type { CommandUnknownOpts } from "commander";
import { bashScript } from "../completion/bash.ts";
import { describeCommands } from "../completion/description.ts";
import { fishScript } from "../completion/fish.ts";
import { zshScript } from "../completion/zsh.ts";

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** Prints a script that completes commands, flags and their values. */
export async function completion(shell: keyof typeof SCRIPTS, program: CommandUnknownOpts): Promise<void> {
  const { commands, flags } = await describeCommands(program);
  process.stdout.write(SCRIPTS[shell](commands, flags));
}
