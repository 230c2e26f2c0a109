// A cruise of nothing passes every rule, so the number of modules is checked on its own.
import { execFileSync } from "node:child_process";

const folders = ["claims", "workshop", "core", "transports", "scenarios", "harness", "reports", "cli", "web"];
const output = execFileSync(
  "npx",
  ["depcruise", ...folders, "--config", ".dependency-cruiser.cjs", "--output-type", "json"],
  {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  },
);
const sources = JSON.parse(output).modules.map((module) => module.source);
for (const folder of folders) {
  const count = sources.filter((source) => source.startsWith(`${folder}/`)).length;
  if (count < 2) {
    console.error(`dependency-cruiser saw ${count} modules in ${folder}/: it is not looking`);
    process.exit(1);
  }
}
console.log(`dependency-cruiser saw ${sources.length} modules`);
