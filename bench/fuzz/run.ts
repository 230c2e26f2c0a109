/*
 * `npm run fuzz -- websocket,grpc --inputs 100000 --seed 7`: structured inputs to a server of each transport, in turn, beside an honest
 * pair of users. What harms a server is written to transports/conformance/fixtures, where every test run plays it again. Exit code 1 when
 * something was found, the pair lost something or waited too long, or memory and open files did not come back.
 */
import { createHash } from "node:crypto";
import { parseArgs } from "node:util";
import { writeFixture } from "../../transports/conformance/fuzz/fixtures.ts";
import { grammarOf } from "../../transports/conformance/fuzz/grammar-of.ts";
import { inputAt, type Structured } from "../../transports/conformance/fuzz/structured.ts";
import { defaultTransports, findTransport } from "../../transports/registry.ts";
import { hunt } from "./hunt.ts";

const MOST_FOUND = 20;

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    inputs: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
  },
});
const whole = (flag: "inputs" | "seed" | "from") => {
  const value = Number(values[flag]);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${flag} takes a whole number`);
  return value;
};
const [inputs, seed, first] = [whole("inputs"), whole("seed"), whole("from")];
const names = positionals[0]?.split(",") ?? defaultTransports.map(({ name }) => name);
const mib = (bytes: number) => Math.round(bytes / 2 ** 20);

for (const name of names) {
  const transport = findTransport(name);
  const grammar = await grammarOf(name);
  if (!transport || !grammar) throw new Error(`no transport ${name} with a grammar`);
  const sequence: Structured = { transport: name, grammar, seed };
  let from = first;
  for (let finds = 0; from < first + inputs && finds < MOST_FOUND; finds += 1) {
    const began = performance.now();
    const { siege, sent, found, exit } = await hunt(transport, sequence, {
      from,
      inputs: first + inputs - from,
    });
    const { honest, before, after, failures } = siege;
    console.log(
      `${name}: ${sent} inputs of seed ${seed} from ${from} in ${Math.round((performance.now() - began) / 1_000)} s; ` +
        `honest pair: ${honest.lost} of ${honest.sent} lost, p99 ${honest.p99Ms.toFixed(1)} ms; ` +
        `RSS ${mib(before.rssBytes)} -> ${mib(after.rssBytes)} MiB; open files ${before.openFiles} -> ${after.openFiles}; exit ${exit.code}`,
    );
    for (const failure of failures) console.log(`  FAILED ${failure}`);
    if (exit.code !== 0) console.log(`  FAILED exit ${exit.code}`);
    if (failures.length > 0 || exit.code !== 0 || found) process.exitCode = 1;
    if (!found) break;
    console.log(`  FOUND ${found.harm.replaceAll("\n", "\n    ")}`);
    if (found.index === undefined)
      console.log(`  no input does it alone: --seed ${seed} --from ${Math.max(from, found.reached - 2_000)}`);
    else {
      const input = inputAt(sequence, found.index);
      const id = createHash("sha256").update(JSON.stringify(input)).digest("hex").slice(0, 10);
      const note = `${name}, input ${found.index} of seed ${seed}: ${found.harm.split("\n")[0]}`;
      console.log(`  kept as ${writeFixture(name, `found-${id}`, note, input)}`);
    }
    from = found.reached + 1;
  }
}
