import type { CommandUnknownOpts, Option } from "commander";
import type { ConfigFile } from "../config/config-file.ts";
import { completeFlags, presetFlags, readChosen } from "../config/config-flags.ts";
import { dangerOf } from "../config/found-file.ts";
import { configurable, isSwitch, type Setting } from "../config/settable.ts";
import { parseChoice } from "../flags/choices.ts";
import { usage } from "../process/failure.ts";

/** One flag as a command would get it. */
interface Shown {
  readonly command: string;
  readonly flag: string;
  /** Null where it is not set and has no default of its own. */
  readonly value: unknown;
  readonly from: "flag" | "file" | "default";
  /** `file:line:column`, where it is from the file. */
  readonly at?: string;
  /** Why the command refuses it: the file was merely found. */
  readonly refused?: string;
}

/**
 * Prints which file is read and what it sets; of one command, with flags as one would type them, every flag.
 */
export async function config(
  name: string | undefined,
  words: readonly string[],
  json: boolean,
  program: CommandUnknownOpts,
): Promise<void> {
  const file = await readChosen(program);
  const commands = configurable(program);
  const wanted = name === undefined ? undefined : parseChoice("command", name, named(commands)).command;
  const shown = wanted
    ? everyFlag(wanted, words, file)
    : commands.flatMap((one) => settingsOf(file, one).map((set) => fromFile(file, one, set)));
  if (json) {
    process.stdout.write(`${JSON.stringify({ file: file?.path ?? null, flags: shown }, null, 2)}\n`);
    return;
  }
  const source = file
    ? `Flags are read from ${file.path}.`
    : "No file is read: there is no notif-lab.config.yaml or .json here, or --no-config was given.";
  const rows = shown.map((one) => [
    wanted ? `--${one.flag}` : `${one.command} --${one.flag}`,
    [one.value ?? "not set"].flat().join(", "),
    `${one.at ?? one.from}${one.refused ? ` (refused, as it ${one.refused}, unless --config names the file)` : ""}`,
  ]);
  const width = (column: number) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0));
  const lines = rows.map(
    ([flag = "", value = "", from = ""]) => `  ${flag.padEnd(width(0))}  ${value.padEnd(width(1))}  ${from}`,
  );
  process.stdout.write(`${[source, ...(lines.length > 0 ? ["", ...lines] : [])].join("\n")}\n`);
}

function named(commands: readonly CommandUnknownOpts[]): { name: string; command: CommandUnknownOpts }[] {
  return commands.map((command) => ({ name: command.name(), command }));
}

function settingsOf(file: ConfigFile | undefined, command: CommandUnknownOpts): readonly Setting[] {
  return file?.settings.get(command.name()) ?? [];
}

function everyFlag(
  command: CommandUnknownOpts,
  words: readonly string[],
  file: ConfigFile | undefined,
): Shown[] {
  const settings = settingsOf(file, command);
  presetFlags(command, settings);
  const { unknown } = command.parseOptions([...words]);
  if (unknown[0] !== undefined) throw usage(`${command.name()} has no flag ${unknown[0]}`);
  const inForce = completeFlags(command, settings);
  return command.options.map((option) => {
    const set = inForce.find((one) => one.option.name() === option.name());
    if (set) return fromFile(file, command, set);
    const value: unknown = command.getOptionValue(option.attributeName());
    const about = { command: command.name(), flag: option.name() };
    if (value !== undefined) return { ...about, value, from: "flag" };
    return { ...about, value: defaultOf(option), from: "default" };
  });
}

function fromFile(file: ConfigFile | undefined, command: CommandUnknownOpts, setting: Setting): Shown {
  const { option, value, at } = setting;
  const refused = file && dangerOf(file, setting);
  return {
    command: command.name(),
    flag: option.name(),
    value,
    from: "file",
    at,
    ...(refused && { refused }),
  };
}

/** What the flag's own help names as its default. */
function defaultOf(option: Option): string | boolean | null {
  if (isSwitch(option)) return false;
  return /\(default: (.*)\)/.exec(option.description)?.[1] ?? null;
}
