import type { Command } from "commander";
import { bashScript } from "../completion/bash.ts";
import { describeCommands, SHELLS } from "../completion/description.ts";
import { fishScript } from "../completion/fish.ts";
import { zshScript } from "../completion/zsh.ts";
import { nearest } from "../flags/choices.ts";
import { usage } from "../process/failure.ts";

/** Prints a script that completes commands, flags and their values. */
export async function completion(shell: string, program: Command): Promise<void> {
  const scripts: Record<string, typeof bashScript> = { bash: bashScript, zsh: zshScript, fish: fishScript };
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (!script) throw usage(`no completion for shell "${shell}"; did you mean ${nearest(shell, SHELLS)}?`);
  const { commands, flags } = describeCommands(program);
  process.stdout.write(script(commands, flags));
}
