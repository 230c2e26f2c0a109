import type { Command, Option } from "commander";
import { checks } from "../../harness/selftest/registry.ts";
import { formats } from "../../reports/formats/registry.ts";
import { JUDGED_NAMES, READABLE_NAMES } from "../../reports/metrics/names.ts";
import { LINK_PROFILES } from "../../scenarios/link.ts";
import { scenarios } from "../../scenarios/registry.ts";
import { overTls } from "../../transports/port/tls.ts";
import { transports } from "../../transports/registry.ts";
import { isSwitch } from "../config/config-file.ts";
import { AXES } from "../flags/study-axis.ts";

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

export const SHELLS = ["bash", "zsh", "fish"];

/** The command line as completion knows it: all of it is read from the declarations, so that it can't drift from them. */
export function describeCommands(program: Command): { commands: CompletedCommand[]; flags: CompletedFlag[] } {
  const names = program.commands.map((one) => one.name());
  return {
    flags: flagsOf(program),
    commands: program.commands.map((command) => ({
      name: command.name(),
      about: command.description(),
      flags: flagsOf(command),
      operands: operandsOf(command, names),
    })),
  };
}

/** The words of the flags that take one of few, by the flag and the kind of value that its help names. */
function knownWords(): Readonly<Record<string, readonly string[]>> {
  const networked = transports.filter(({ supports }) => supports.network);
  const wires = [...names(transports), ...names(networked.map(overTls))];
  return {
    "transports <names>": ["all", ...wires],
    "scenarios <names>": ["all", ...names(scenarios)],
    "scenario <name>": names(scenarios),
    "format <names>": names(formats),
    "format <name>": ["text", "md", "html", "json"],
    "only <names>": names(checks),
    "against <tool>": ["autocannon"],
    "arrivals <process>": ["poisson", "constant", "burst:"],
    "link <profile>": Object.keys(LINK_PROFILES),
    "metric <name>": READABLE_NAMES,
    "fail-on <rule>": JUDGED_NAMES,
    "threshold <rule>": JUDGED_NAMES,
    "slo <terms>": JUDGED_NAMES,
    "over <what>": ["rate", "connections"],
    "over <range>": AXES.map(({ name }) => `${name}=`),
  };
}

function names(all: readonly { readonly name: string }[]): string[] {
  return all.map(({ name }) => name);
}

function flagsOf(command: Command): CompletedFlag[] {
  const own = command.options.map((option) => ({
    flag: option.long ?? option.flags,
    about: option.description,
    ...(isSwitch(option) ? {} : { values: valuesOf(option) }),
  }));
  return [...own, { flag: "--help", about: "show what it does" }];
}

function valuesOf(option: Option): Values {
  const placeholder = /<.*>/.exec(option.flags)?.[0] ?? "";
  const words = knownWords()[`${option.name()} ${placeholder}`];
  if (words) return { kind: "words", words, list: placeholder === "<names>" };
  if (placeholder === "<file>") return { kind: "files" };
  return placeholder === "<dir>" ? { kind: "folders" } : { kind: "none" };
}

function operandsOf(command: Command, commands: readonly string[]): Values {
  const known: Record<string, readonly string[]> = {
    wire: names(transports.filter(({ supports }) => supports.network)),
    shell: SHELLS,
    command: commands,
  };
  const [first] = command.registeredArguments;
  if (!first) return { kind: "none" };
  const words = known[first.name()];
  return words ? { kind: "words", words, list: false } : { kind: "files" };
}
