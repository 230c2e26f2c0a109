import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { createRandom, shuffled } from "../../core/random.ts";
import { bareWires } from "../bare/registry.ts";
import { spread } from "../fork.ts";
import { openSide } from "./pair.ts";

/*
 * npm run bench:adapters [wire ...] [--rounds N]: what our adapters cost beside a minimal fan-out on the same library. Both servers stand
 * at once, each with 500 subscribers in a process of their own, and take turns in bursts in random order, so that whatever
 * the machine does falls on both. Ratios only: absolute figures of a shared machine say nothing. Nothing here is a
 * test. `sse=sse:raw` holds one wire's adapter against another's bare loop.
 */
const SUBSCRIBERS = 500;
const BROADCASTS = 40;
const WARM_UP_ROUNDS = 4;

const { values, positionals } = parseArgs({
  options: { rounds: { type: "string", default: "16" } },
  allowPositionals: true,
});
const rounds = Number(values.rounds);
const wires = positionals.length > 0 ? positionals : bareWires;
const random = createRandom(1);

process.stdout.write("ratios ours / bare: median over rounds [middle half of the rounds]\n");
process.stdout.write(`${"wire".padEnd(16)}${"server CPU a delivery".padEnd(26)}deliveries a second\n`);
for (const spec of wires) {
  const [wire = "", twin = wire] = spec.split("=");
  const secret = randomBytes(32).toString("hex");
  const ours = await openSide("ours", wire, secret, SUBSCRIBERS);
  const bare = await openSide("bare", twin, secret, SUBSCRIBERS);
  const cpu: number[] = [];
  const rate: number[] = [];
  for (let round = 0; round < rounds + WARM_UP_ROUNDS; round += 1) {
    const order = shuffled([ours, bare], random);
    const bursts = new Map<object, Awaited<ReturnType<typeof ours.burst>>>();
    for (const side of order) bursts.set(side, await side.burst(BROADCASTS));
    const [mine, other] = [bursts.get(ours), bursts.get(bare)];
    if (round < WARM_UP_ROUNDS || !mine || !other) continue;
    cpu.push(mine.cpuUsPerDelivery / other.cpuUsPerDelivery);
    rate.push(mine.deliveriesPerSecond / other.deliveriesPerSecond);
  }
  ours.close();
  bare.close();
  process.stdout.write(`${spec.padEnd(16)}${spread(cpu).padEnd(26)}${spread(rate)}\n`);
}
