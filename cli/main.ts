#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { beginOrderly } from "./process/outset.ts";

beginOrderly(process.argv.slice(2));

// Answered before anything is loaded: a version is asked for by scripts, often.
if (process.argv.length === 3 && (process.argv[2] === "--version" || process.argv[2] === "-V")) {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
  );
  process.stdout.write(`${manifest.version}\n`);
} else {
  const { runCli } = await import("./program.ts");
  await runCli(process.argv);
}
