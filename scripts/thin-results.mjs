// Makes the document that the browser tests render: some scenarios of a real results file, each trial as it was, compressed.
// node scripts/thin-results.mjs results.json test/browser/quick-run.results.json.gz notify fan-out
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const [from, to, ...scenarios] = process.argv.slice(2);
if (!to || scenarios.length === 0) {
  console.error("usage: node scripts/thin-results.mjs RESULTS_JSON OUT_JSON_GZ SCENARIO...");
  process.exit(2);
}
const results = JSON.parse(readFileSync(from, "utf8"));
const kept = ({ scenario }) => scenarios.includes(scenario);
results.scenarios = results.scenarios.filter(({ name }) => scenarios.includes(name));
results.plans = Object.fromEntries(Object.entries(results.plans).filter(([, plan]) => kept(plan)));
results.trials = results.trials.filter(kept);
results.anatomies = results.anatomies.filter(kept);
writeFileSync(to, gzipSync(JSON.stringify(results), { level: 9 }));
