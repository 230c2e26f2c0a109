import type { CommandUnknownOpts, Option } from "commander";
import { FREE_ON_RESUME } from "../flags/resume.ts";
import { usage } from "../process/failure.ts";
import type { ConfigFile } from "./config-file.ts";
import { dangerOf } from "./found-file.ts";
import { configurable, isRepeatable, type Setting } from "./settable.ts";

const SOURCE = "config";

/** Lets a file set flags of the command that runs; flags that are typed win over it. */
export interface ConfigUse {
  /** Where the flags that a message names come from, when that is the file; else "". */
  origin(message: string): string;
}

/** Reads the file before the command's own flags are read, so that it may set a required one. */
export function applyConfigFile(program: CommandUnknownOpts): ConfigUse {
  let file: ConfigFile | undefined;
  let used: readonly Setting[] = [];
  program.hook("preSubcommand", async (_, command) => {
    const asksForHelp = program.args.some((word) => word === "--help" || word === "-h");
    if (asksForHelp || !configurable(program).includes(command)) return;
    file = await readChosen(program);
    used = file?.settings.get(command.name()) ?? [];
    presetFlags(command, used);
  });
  program.hook("preAction", (_, command) => {
    const inForce = completeFlags(command, used);
    // What is refused names its place by itself.
    used = [];
    if (!file || inForce.length === 0) return;
    refuseUntrusted(file, inForce);
    used = inForce;
    // Whatever else is said, or with --quiet not said: what a file changes is known.
    const names = used.map(({ option }) => `--${option.name()}`).join(", ");
    process.stderr.write(`notif-lab: ${file.path} sets ${names}; --no-config leaves it out\n`);
  });
  return {
    origin: (message) => {
      const named = used.filter(({ option }) => new RegExp(`--${option.name()}(?![\\w-])`).test(message));
      const [first] = named;
      return first ? ` (--${first.option.name()} is set at ${first.at}; --no-config leaves it out)` : "";
    },
  };
}

/** Fails with one line at the first flag that a file which was merely found may not set. */
function refuseUntrusted(file: ConfigFile, settings: readonly Setting[]): void {
  for (const setting of settings) {
    const danger = dangerOf(file, setting);
    if (danger !== undefined)
      throw usage(
        `${setting.at}: --${setting.option.name()} ${danger}; if you trust the file, name it with --config ${file.path}, else leave it out with --no-config`,
      );
  }
}

/** The file that the program's own flags choose. */
export async function readChosen(program: CommandUnknownOpts): Promise<ConfigFile | undefined> {
  const { config } = program.opts();
  if (config === false) return undefined;
  const { readConfigFile } = await import("./config-file.ts");
  return readConfigFile(program, typeof config === "string" ? config : undefined);
}

/** To be called before the flags are read. What may be given several times would add to the file's values instead of winning. */
export function presetFlags(command: CommandUnknownOpts, settings: readonly Setting[]): void {
  for (const { option, value } of settings)
    if (!isRepeatable(option)) command.setOptionValueWithSource(option.attributeName(), value, SOURCE);
}

/** To be called after the flags are read: the rest of the file, less what the flags leave no room for. Returns what is in force. */
export function completeFlags(command: CommandUnknownOpts, settings: readonly Setting[]): Setting[] {
  const typed = (name: string) => command.getOptionValueSource(name) === "cli";
  const room = ({ option }: Setting) => {
    const name = option.attributeName();
    if (typed("resume")) return FREE_ON_RESUME.includes(name);
    return !((name === "quick" && typed("rigorous")) || (name === "rigorous" && typed("quick")));
  };
  const inForce = settings.filter((one) => !typed(one.option.attributeName()) && room(one));
  for (const { option } of settings)
    if (command.getOptionValueSource(option.attributeName()) === SOURCE)
      command.setOptionValueWithSource(option.attributeName(), undefined, SOURCE);
  for (const { option, value } of inForce)
    command.setOptionValueWithSource(option.attributeName(), value, SOURCE);
  return inForce;
}

/** The file's flags as one would type them, so that the command in the results does the same again without the file. */
export function typedWords(command: CommandUnknownOpts): string[] {
  return command.options.flatMap((option: Option) => {
    const name = option.attributeName();
    const value: unknown = command.getOptionValue(name);
    if (command.getOptionValueSource(name) !== SOURCE || value === undefined) return [];
    if (typeof value === "boolean") return [`--${option.name()}`];
    return [value].flat().flatMap((one) => [`--${option.name()}`, String(one)]);
  });
}
