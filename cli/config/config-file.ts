import { existsSync, statSync } from "node:fs";
import type { CommandUnknownOpts, Option } from "commander";
import { z } from "zod";
import { nearest } from "../flags/choices.ts";
import { MOST_WRITTEN, readText } from "../output/read-text.ts";
import { systemReason, usage } from "../process/failure.ts";
import { isMapping, parsePlaced, placedText } from "./placed-yaml.ts";
import { type Complaint, complaintsOf } from "./schema-issues.ts";
import { configurable, isRepeatable, isSwitch, optionsOf, type Setting } from "./settable.ts";

const NAMES = ["notif-lab.config.yaml", "notif-lab.config.json"];

export interface ConfigFile {
  readonly path: string;
  /** Whether somebody typed its name, and so trusts it; else it was merely found. */
  readonly isNamed: boolean;
  /** By the command's name. */
  readonly settings: ReadonlyMap<string, readonly Setting[]>;
}

/**
 * Reads the file named, or the one in the working directory; undefined where there is none. Whatever is wrong with it fails
 * with one line, `file:line:column: what`.
 */
export async function readConfigFile(
  program: CommandUnknownOpts,
  named: string | undefined,
): Promise<ConfigFile | undefined> {
  const found = NAMES.filter((name) => existsSync(name));
  if (named === undefined && found.length > 1)
    throw usage(`${found.join(" and ")} both exist here; remove one, or choose one with --config`);
  const path = named ?? found[0];
  if (path === undefined) return undefined;
  let text: string;
  try {
    if (named === undefined && !statSync(path).isFile()) throw new Error("it is not a file");
    text = await readText(path, MOST_WRITTEN);
  } catch (error) {
    throw usage(`can't read ${path}: ${systemReason(error)}; --no-config runs without it`, error);
  }
  return { path, isNamed: named !== undefined, settings: parseConfig(program, text, path) };
}

/** Every flag that the text sets, by command. `fileName` is what errors call it. */
export function parseConfig(
  program: CommandUnknownOpts,
  text: string,
  fileName: string,
): ConfigFile["settings"] {
  const { value, at, offset } = parsePlaced(text, fileName, "a file holds one configuration");
  // An empty file, or one of comments alone, sets nothing.
  if (value === null) return new Map();
  if (!isMapping(value))
    throw usage(`${at(0)}: a configuration lists commands and their flags, such as bench: { rate: 50 }`);
  const commands = configurable(program);
  const parsed = schemaOf(commands).safeParse(value);
  if (!parsed.success) {
    const complaints = complaintsOf(parsed.error.issues).map((one) => guessed(one, commands));
    throw usage(placedText(complaints, { at, offset }), parsed.error);
  }
  return new Map(
    commands.flatMap((command) => {
      const flags = parsed.data[command.name()];
      if (!flags) return [];
      const settings = optionsOf(command).flatMap((option): Setting[] => {
        const name = option.name();
        const given = flags[name];
        // A switch that is off is the same as none.
        if (given === undefined || given === false) return [];
        return [{ option, value: asTyped(option, given), at: at(offset([command.name(), name], name)) }];
      });
      return [[command.name(), settings] as const];
    }),
  );
}

const scalar = z.union([z.string(), z.number()]);

/** What a file may hold, made from the flags as they are declared. */
function schemaOf(commands: readonly CommandUnknownOpts[]) {
  const isText = (value: unknown) => z.union([scalar, z.array(scalar).min(1)]).safeParse(value).success;
  const schemaOfValue = (option: Option) =>
    isSwitch(option)
      ? z.boolean("expected true or false")
      : option.argChoices
        ? z.enum(option.argChoices, `expected ${option.argChoices.join(", ")}`)
        : z.unknown().refine(isText, "expected text, a number, or a list of them");
  return z.strictObject(
    Object.fromEntries(
      commands.map((command) => {
        const flags = optionsOf(command).map((option) => [option.name(), schemaOfValue(option).optional()]);
        return [
          command.name(),
          z.strictObject(Object.fromEntries(flags), "expected flags, as rate: 50").optional(),
        ];
      }),
    ),
  ) as z.ZodType<Record<string, Record<string, unknown> | undefined>>;
}

/** Of a key that is none: the one that may have been meant. */
function guessed(complaint: Complaint, commands: readonly CommandUnknownOpts[]): Complaint {
  const { unknownKey, path } = complaint;
  if (unknownKey === undefined) return complaint;
  const command = commands.find((one) => one.name() === path[0]);
  if (!command) {
    const names = commands.map((one) => one.name());
    return { ...complaint, text: `there is no such command; did you mean ${nearest(unknownKey, names)}?` };
  }
  const names = optionsOf(command).map((one) => one.name());
  return {
    ...complaint,
    text: `${command.name()} has no such flag in a file; did you mean ${nearest(unknownKey, names)}?`,
  };
}

function asTyped(option: Option, given: unknown): Setting["value"] {
  // `no-x: true` is x set to false.
  if (given === true) return !option.negate;
  const texts = [given].flat().map(String);
  return isRepeatable(option) ? texts : texts.join(",");
}
