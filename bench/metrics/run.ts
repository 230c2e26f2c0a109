import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { createRandom, shuffled } from "../../core/random.ts";
import { defaultTransports } from "../../transports/registry.ts";
import { type Burst, openBoth, openSide, type Side } from "../adapters/pair.ts";
import { start, together } from "../fork.ts";

/*
 * npm run bench:metrics -- [transport ...] [--rounds N] [--processes N]: what `serve --metrics`, scraped once a second, costs a server beside the
 * same one without. One process serves both, on a port each, since two processes of the same program differ by more than what is looked for: by
 * what their compilers saw first. Each side has 500 subscribers in a process of their own; the sides take turns in bursts, in random order, and no
 * burst begins with the garbage of another. Every transport gets several fresh processes, whose ratios of all CPU time are averaged: their spread is the interval.
 * Not in the ratio is what the process has once, for both: the timer and the observer of its monitor, and collections of what a burst leaves behind.
 * Ratios only. Nothing here is a test.
 */
const SUBSCRIBERS = 500;
/** A short burst, so that both sides find the same machine. */
const BROADCASTS = 15;
const WARM_UP_ROUNDS = 12;

const { values, positionals } = parseArgs({
  options: { rounds: { type: "string", default: "60" }, processes: { type: "string", default: "8" } },
  allowPositionals: true,
});
const random = createRandom(1);

async function scrape(url: string): Promise<void> {
  const answer = await fetch(`${url}/metrics`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the scrape got ${answer.status}: ${text}`);
}

/** CPU of all rounds, watched by unwatched, of one fresh process; and how often it was scraped. */
async function measureProcess(
  transport: string,
  watchedFirst: boolean,
): Promise<{ readonly ratio: number; readonly scrapes: number }> {
  const secret = randomBytes(32).toString("hex");
  const server = start("./server.js", import.meta.url, ["--expose-gc"]);
  const open = (side: "watched" | "unwatched") => openSide(side, transport, secret, SUBSCRIBERS, server);
  const [watched, unwatched] = await openBoth(
    () => open("watched"),
    () => open("unwatched"),
    watchedFirst,
  );
  const { metrics } = watched;
  if (metrics === undefined) throw new Error("the watched server is not watched");
  const costs = new Map<Side, number>();
  let scrapes = 0;
  /** Seconds of the watched side's bursts that no scrape stands for yet. */
  let owed = 0;
  /** Its scrapes fall into its own bursts: the process is the other side's too. */
  const watchedBurst = async (): Promise<Burst> => {
    const began = performance.now();
    const scraped: Promise<void>[] = [];
    for (; owed >= 1; owed -= 1) scraped.push(scrape(metrics));
    scrapes += scraped.length;
    const burst = await watched.burst(BROADCASTS);
    await Promise.all(scraped);
    owed += (performance.now() - began) / 1_000;
    return burst;
  };
  for (let round = 0; round < Number(values.rounds) + WARM_UP_ROUNDS; round += 1) {
    for (const side of shuffled([watched, unwatched], random)) {
      const burst = side === watched ? await watchedBurst() : await side.burst(BROADCASTS);
      if (round >= WARM_UP_ROUNDS) costs.set(side, (costs.get(side) ?? 0) + burst.cpuUsPerDelivery);
    }
  }
  watched.close();
  unwatched.close();
  return { ratio: (costs.get(watched) ?? 0) / (costs.get(unwatched) ?? 0), scrapes };
}

process.stdout.write(
  "CPU a delivery, with metrics scraped every second / without: mean of processes (95 % interval)\n",
);
for (const transport of positionals.length > 0 ? positionals : defaultTransports.map(({ name }) => name)) {
  const processes = [];
  for (let one = 0; one < Number(values.processes); one += 1)
    processes.push(await measureProcess(transport, one % 2 === 0));
  const ratios = processes.map(({ ratio }) => ratio);
  const each = ratios.map((one) => one.toFixed(2)).join(" ");
  const scrapes = processes.reduce((sum, one) => sum + one.scrapes, 0);
  process.stdout.write(
    `${transport.padEnd(18)}${together(ratios).padEnd(24)}each: ${each}   (${scrapes} scrapes)\n`,
  );
}
