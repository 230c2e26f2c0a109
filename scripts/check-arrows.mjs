// Cruises the dependencies once: no rule may be broken, and since a cruise of nothing breaks none, each folder must have been seen.
import { spawnSync } from "node:child_process";

const folders = ["claims", "workshop", "core", "transports", "scenarios", "harness", "reports", "cli", "web"];
const { stdout, stderr } = spawnSync(
  "npx",
  ["depcruise", ...folders, "--config", ".dependency-cruiser.cjs", "--output-type", "json"],
  { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
);
if (!stdout.startsWith("{")) {
  console.error(`dependency-cruiser did not cruise: ${stderr || stdout}`);
  process.exit(1);
}
const { modules, summary } = JSON.parse(stdout);
for (const { rule, from, to } of summary.violations) {
  console.error(`${rule.severity} ${rule.name}: ${from} -> ${to}`);
  if (rule.severity === "error") process.exitCode = 1;
}
for (const folder of folders) {
  const count = modules.filter(({ source }) => source.startsWith(`${folder}/`)).length;
  if (count >= 2) continue;
  console.error(`dependency-cruiser saw ${count} modules in ${folder}/: it is not looking`);
  process.exitCode = 1;
}
console.log(`dependency-cruiser saw ${modules.length} modules and ${summary.violations.length} violations`);
