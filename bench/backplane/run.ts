import { parseArgs } from "node:util";
import { Hub } from "../../core/hub.ts";
import { startTrialRedis } from "../../harness/trial/trial-redis.ts";
import { connectRedis } from "../../transports/backplane/redis/backplane.ts";

/*
 * npm run bench:backplane -- [--publishes 2000000] [--channels 200] [--replay 100] [--every 100000]: publishes that many notifications through
 * the Redis backplane, whose history is bounded, and prints the memory that Redis uses. It is flat when the most of the last half is no more than
 * 1.05 times the most of the first half; else the command fails.
 */
const FLAT = 1.05;
/** Publishes that wait for their answers. */
const UNDER_WAY = 500;

const { values } = parseArgs({
  options: {
    publishes: { type: "string", default: "2000000" },
    channels: { type: "string", default: "200" },
    replay: { type: "string", default: "100" },
    every: { type: "string", default: "100000" },
  },
});
const [publishes, channels, replayWindow, every] = (
  ["publishes", "channels", "replay", "every"] as const
).map((name) => whole(name, values[name])) as [number, number, number, number];
if (publishes < 2 * every)
  fail(`--publishes ${publishes} is less than twice --every ${every}: there is nothing to compare`);

const redis = await startTrialRedis([]);
const backplane = await connectRedis(redis.url);
try {
  const hub = new Hub({
    clock: Date.now,
    authenticate: (user) => ({ user, expiresAt: Number.POSITIVE_INFINITY }),
    epoch: "unused",
    publishesPerMinute: Number.POSITIVE_INFINITY,
    replayWindow,
    backplane,
  });
  const outlet = hub.attach<null>(
    () => undefined,
    () => undefined,
  );
  const session = outlet.connect(hub.authenticate("bench"), null);
  const used: number[] = [];
  let next = 0;
  const lane = async (upTo: number) => {
    while (next < upTo) {
      const number = next++;
      await hub.publish(session, `topic/${number % channels}`, `notification ${number}`);
    }
  };
  process.stdout.write("   publishes  Redis used_memory\n");
  while (next < publishes) {
    const upTo = Math.min(publishes, next + every);
    await Promise.all(Array.from({ length: UNDER_WAY }, () => lane(upTo)));
    used.push(await usedMemory());
    process.stdout.write(
      `${upTo.toLocaleString("en-US").padStart(12)}  ${(used.at(-1) ?? 0).toLocaleString("en-US").padStart(17)}\n`,
    );
  }
  outlet.detach();
  const half = Math.floor(used.length / 2);
  const [first, last] = [Math.max(...used.slice(0, half)), Math.max(...used.slice(half))];
  const ratio = last / first;
  const verdict = ratio <= FLAT ? "flat" : "NOT flat";
  process.stdout.write(
    `${verdict}: the most of the last half is ${ratio.toFixed(3)} times the most of the first (at most ${FLAT})\n`,
  );
  if (ratio > FLAT) process.exitCode = 1;
} finally {
  await backplane.close();
  await redis.end();
}

async function usedMemory(): Promise<number> {
  const memory = /^used_memory:(\d+)/m.exec((await redis.info()) ?? "")?.[1];
  if (memory === undefined) throw new Error("Redis does not tell what memory it uses");
  return Number(memory);
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) fail(`--${name} takes a whole number from 1 on, not "${text}"`);
  return value;
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
