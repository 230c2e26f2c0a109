import type { Argument, CommandUnknownOpts, Option } from "commander";
import { isSwitch } from "../config/settable.ts";
import { wordsOf } from "../flags/declared.ts";

/** What a word on the command line may be. */
export type Values =
  | { readonly kind: "none" }
  | { readonly kind: "files" }
  | { readonly kind: "folders" }
  /** One of the words, or a list of them with commas. */
  | { readonly kind: "words"; readonly words: readonly string[]; readonly list: boolean };

export interface CompletedFlag {
  /** With the dashes. */
  readonly flag: string;
  readonly about: string;
  /** Undefined for a switch. */
  readonly values?: Values;
}

export interface CompletedCommand {
  readonly name: string;
  readonly about: string;
  readonly flags: readonly CompletedFlag[];
  /** Of the words that are no flags. */
  readonly operands: Values;
}

/** The command line as completion knows it: all of it is read from the declarations, so that it can't drift from them. */
export async function describeCommands(
  program: CommandUnknownOpts,
): Promise<{ commands: CompletedCommand[]; flags: CompletedFlag[] }> {
  return {
    flags: await flagsOf(program),
    commands: await Promise.all(
      program.commands.map(async (command) => ({
        name: command.name(),
        about: command.description(),
        flags: await flagsOf(command),
        operands: await operandsOf(command.registeredArguments),
      })),
    ),
  };
}

async function flagsOf(command: CommandUnknownOpts): Promise<CompletedFlag[]> {
  const own = command.options.map(async (option) => ({
    flag: option.long ?? option.flags,
    about: option.description,
    ...(isSwitch(option) ? {} : { values: await valuesOf(option) }),
  }));
  return [...(await Promise.all(own)), { flag: "--help", about: "show what it does" }];
}

async function valuesOf(option: Option): Promise<Values> {
  const known = await wordsOf(option);
  if (known) return { kind: "words", ...known };
  if (option.flags.endsWith("<file>")) return { kind: "files" };
  return { kind: option.flags.endsWith("<dir>") ? "folders" : "none" };
}

async function operandsOf([first]: readonly Argument[]): Promise<Values> {
  if (!first) return { kind: "none" };
  const known = await wordsOf(first);
  return known ? { kind: "words", ...known } : { kind: "files" };
}
