import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { createRandom, shuffled } from "../../core/random.ts";
import { defaultTransports } from "../../transports/registry.ts";
import { type Burst, openSide } from "../adapters/pair.ts";
import { median, spread } from "../fork.ts";

/*
 * npm run bench:metrics -- [transport ...] [--rounds N] [--pairs N]: what `serve --metrics`, scraped once a second, costs a server beside the
 * same one without. Both stand at once, each with 500 subscribers in a process of their own, and take turns in bursts in random order; every
 * transport gets several fresh pairs of processes (see bench/adapters/run.ts for why). Ratios only. Nothing here is a test.
 */
const SUBSCRIBERS = 500;
const BROADCASTS = 60;
const WARM_UP_ROUNDS = 4;
const SCRAPE_MS = 1_000;
const SERVER = "../metrics/server.js";

const { values, positionals } = parseArgs({
  options: { rounds: { type: "string", default: "16" }, pairs: { type: "string", default: "4" } },
  allowPositionals: true,
});
const random = createRandom(1);

/** Scrapes until it is told to stop; returns then how often that was. */
function scrape(url: string): () => number {
  let scrapes = 0;
  const timer = setInterval(async () => {
    const answer = await fetch(`${url}/metrics`);
    if (!answer.ok) throw new Error(`the scrape got ${answer.status}: ${await answer.text()}`);
    await answer.text();
    scrapes += 1;
  }, SCRAPE_MS);
  return () => {
    clearInterval(timer);
    return scrapes;
  };
}

/** CPU a delivery, watched by unwatched, one a round, of one pair of fresh processes. */
async function measurePair(transport: string): Promise<{ readonly cpu: number[]; readonly scrapes: number }> {
  const secret = randomBytes(32).toString("hex");
  const watched = await openSide("watched", transport, secret, SUBSCRIBERS, SERVER);
  const unwatched = await openSide("unwatched", transport, secret, SUBSCRIBERS, SERVER);
  if (watched.metrics === undefined) throw new Error("the watched server is not watched");
  const stop = scrape(watched.metrics);
  const cpu: number[] = [];
  for (let round = 0; round < Number(values.rounds) + WARM_UP_ROUNDS; round += 1) {
    const bursts = new Map<object, Burst>();
    for (const side of shuffled([watched, unwatched], random)) bursts.set(side, await side.burst(BROADCASTS));
    const [mine, other] = [bursts.get(watched), bursts.get(unwatched)];
    if (round < WARM_UP_ROUNDS || !mine || !other) continue;
    cpu.push(mine.cpuUsPerDelivery / other.cpuUsPerDelivery);
  }
  const scrapes = stop();
  watched.close();
  unwatched.close();
  return { cpu, scrapes };
}

process.stdout.write(
  "CPU a delivery, with metrics scraped every second / without: median over all rounds [their middle half]\n",
);
for (const transport of positionals.length > 0 ? positionals : defaultTransports.map(({ name }) => name)) {
  const pairs = [];
  for (let pair = 0; pair < Number(values.pairs); pair += 1) pairs.push(await measurePair(transport));
  const each = pairs.map(({ cpu }) => median(cpu)).join("  ");
  const scrapes = pairs.reduce((sum, pair) => sum + pair.scrapes, 0);
  const all = spread(pairs.flatMap(({ cpu }) => cpu));
  process.stdout.write(`${transport.padEnd(18)}${all.padEnd(22)}each pair: ${each}   (${scrapes} scrapes)\n`);
}
