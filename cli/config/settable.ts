import type { CommandUnknownOpts, Option } from "commander";
import { collected } from "../flags/declared.ts";

/** What a file has no say in: it would set what is asked of one run alone. */
const NOT_OF_FILES = ["help", "debug", "resume"];

/** One flag as a file sets it. */
export interface Setting {
  readonly option: Option;
  /** As commander would have it from the command line: text, or all the texts of a flag that may be given several times. */
  readonly value: string | boolean | readonly string[];
  /** `file:line:column` */
  readonly at: string;
}

/** The commands that a file may set flags of. */
export function configurable(program: CommandUnknownOpts): CommandUnknownOpts[] {
  return program.commands.filter((one) => optionsOf(one).length > 0 && one.name() !== "config");
}

/** The flags of a command that a file may set. */
export function optionsOf(command: CommandUnknownOpts): Option[] {
  return command.options.filter((one) => !NOT_OF_FILES.includes(one.name()));
}

/** A flag without a value: --quick, or --no-interleave. */
export function isSwitch(option: Option): boolean {
  return option.isBoolean() || option.negate;
}

/** A flag that may be given several times collects its values. */
export function isRepeatable(option: Option): boolean {
  return option.parseArg === collected;
}
