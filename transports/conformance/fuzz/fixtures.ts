import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Input, Step } from "./input.ts";

/*
 * What once harmed a server, as bytes: JSON with a note of what it did, and steps whose bytes are base64. From then on every test run
 * plays it to all variants of its transport.
 */

interface StoredStep extends Omit<Step, "bytes"> {
  readonly base64: string;
}

interface Fixture {
  readonly name: string;
  /** What it did, and when that was mended. */
  readonly note: string;
  readonly input: Input;
}

interface Stored {
  readonly note: string;
  readonly resets: boolean;
  readonly steps: readonly StoredStep[];
}

/** Built modules find the sources' folder too: fixtures are not copied. */
const root = fileURLToPath(
  new URL(
    import.meta.url.endsWith(".ts") ? "../fixtures" : "../../../../transports/conformance/fixtures",
    import.meta.url,
  ),
);

function folderOf(transport: string): string {
  return join(root, transport.split(":")[0] ?? "");
}

/** The fixtures of a transport, which are those of its variants too. */
export function readFixtures(transport: string): readonly Fixture[] {
  const folder = folderOf(transport);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => {
      const { note, resets, steps }: Stored = JSON.parse(readFileSync(join(folder, file), "utf8"));
      const input = {
        resets,
        steps: steps.map(({ base64, ...step }) => ({ ...step, bytes: Buffer.from(base64, "base64") })),
      };
      return { name: file.replace(/\.json$/, ""), note, input };
    });
}

/** Keeps an input for good; returns the file's name. */
export function writeFixture(
  transport: string,
  name: string,
  note: string,
  { steps, resets }: Input,
): string {
  const folder = folderOf(transport);
  mkdirSync(folder, { recursive: true });
  const stored: Stored = {
    note,
    resets,
    steps: steps.map(({ bytes, ...step }) => ({ ...step, base64: bytes.toString("base64") })),
  };
  const file = join(folder, `${name}.json`);
  writeFileSync(file, `${JSON.stringify(stored, undefined, 2)}\n`);
  return file;
}
