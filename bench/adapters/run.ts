import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { createRandom, shuffled } from "../../core/random.ts";
import { medianOf } from "../../harness/statistics/estimate.ts";
import { bareTransports, loadBare } from "../bare/registry.ts";
import { median, spread, start, together } from "../fork.ts";
import { type Burst, openBoth, openSide, SERVER_OPTIONS } from "./pair.ts";

/*
 * npm run bench:adapters -- [transport ...] [--rounds N] [--pairs N] [--broadcasts N]: what our adapters cost beside a minimal fan-out in the same manner: the
 * default ones beside the library as its documentation has it, the raw ones beside a loop that goes past it as they do.
 * Both servers stand at once, each with 500 subscribers in a process of their own, and take turns in bursts in random order,
 * so that whatever the machine does falls on both. Processes differ for life, by what their compilers saw first, so every transport
 * gets several fresh pairs. Ratios only: absolute figures of a shared machine say nothing. Nothing here is a test.
 * `sse=sse:raw` holds one transport's adapter against another's bare loop, which shows what the library's part is.
 * `--against FOLDER` holds it against itself in another build of notif-lab. Then one process serves both, on a port each, since what two
 * processes of the same program differ by is more than what is looked for; many short bursts (--broadcasts 15 --rounds 60) tell most. What is one
 * process's, and collections of what a burst leaves behind, are on neither side then; libraries that both builds share are compiled for both.
 */
const SUBSCRIBERS = 500;
const WARM_UP_ROUNDS = 4;

const { values, positionals } = parseArgs({
  options: {
    rounds: { type: "string", default: "10" },
    pairs: { type: "string", default: "3" },
    broadcasts: { type: "string", default: "40" },
    against: { type: "string" },
  },
  allowPositionals: true,
});
const other = values.against === undefined ? undefined : resolve(values.against);
const random = createRandom(1);

interface Ratios {
  readonly cpu: number[];
  readonly throughput: number[];
}

/** Ratios of ours to bare, one a round, of one pair of fresh processes. */
async function measurePair(transport: string, counterpart: string, oursFirst: boolean): Promise<Ratios> {
  const secret = randomBytes(32).toString("hex");
  const server =
    other === undefined
      ? undefined
      : start("./server.js", import.meta.url, [...SERVER_OPTIONS, "--expose-gc"]);
  const [ours, bare] = await openBoth(
    () => openSide("ours", transport, secret, SUBSCRIBERS, server),
    () => openSide(other ? "other" : "bare", counterpart, secret, SUBSCRIBERS, server, other),
    oursFirst,
  );
  const ratios: Ratios = { cpu: [], throughput: [] };
  for (let round = 0; round < Number(values.rounds) + WARM_UP_ROUNDS; round += 1) {
    const bursts = new Map<object, Burst>();
    for (const side of shuffled([ours, bare], random))
      bursts.set(side, await side.burst(Number(values.broadcasts)));
    const [mine, theirs] = [bursts.get(ours), bursts.get(bare)];
    if (round < WARM_UP_ROUNDS || !mine || !theirs) continue;
    ratios.cpu.push(mine.cpuUsPerDelivery / theirs.cpuUsPerDelivery);
    ratios.throughput.push(mine.deliveriesPerSecond / theirs.deliveriesPerSecond);
  }
  ours.close();
  bare.close();
  return ratios;
}

const line = (spec: string, loop: string, cpu: string, throughput: string, pairs: string) =>
  process.stdout.write(
    `${spec.padEnd(18)}${loop.padEnd(30)}${cpu.padEnd(20)}${throughput.padEnd(20)}${pairs}\n`,
  );
process.stdout.write(`ratios ours / ${other ?? "bare"}: median over all rounds [their middle half]\n`);
line(
  "transport",
  other ? "the other" : "the bare loop",
  "CPU a delivery",
  "deliveries/s",
  "CPU, median of each pair of processes",
);
for (const spec of positionals.length > 0 ? positionals : bareTransports) {
  const [transport = "", counterpart = transport] = spec.split("=");
  const loop = other ? counterpart : (await loadBare(counterpart)).loop;
  const pairs: Ratios[] = [];
  for (let pair = 0; pair < Number(values.pairs); pair += 1)
    pairs.push(await measurePair(transport, counterpart, pair % 2 === 0));
  const all = together(pairs.map(({ cpu }) => medianOf(cpu)));
  const each = pairs.map(({ cpu }) => median(cpu)).join("  ");
  line(
    spec,
    loop,
    spread(pairs.flatMap(({ cpu }) => cpu)),
    spread(pairs.flatMap(({ throughput }) => throughput)),
    `${each}  together ${all}`,
  );
}
