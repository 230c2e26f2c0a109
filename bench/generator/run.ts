import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { createRandom, shuffled } from "../../core/random.ts";
import type { FromServer, ToServer } from "../adapters/messages.ts";
import { bareTransports } from "../bare/registry.ts";
import { replyOf, spread, start } from "../fork.ts";
import type { FromClients, ToClients } from "./messages.ts";

/*
 * npm run bench:generator [transport ...] [--rounds N]: CPU a received message of a load process that records everything, beside
 * bare clients of the same library that only count. One server; the two client processes take turns in random order. Also
 * the heap of the recording process, after a collection, before and after all messages: it must not grow with them.
 */
const SUBSCRIBERS = 200;
const BROADCASTS = 60;
const WARM_UP_ROUNDS = 4;

const { values, positionals } = parseArgs({
  options: { rounds: { type: "string", default: "16" } },
  allowPositionals: true,
});
const rounds = Number(values.rounds);
// Clients are the same where servers go past their library.
const transports =
  positionals.length > 0 ? positionals : bareTransports.filter((transport) => !transport.endsWith(":raw"));
const random = createRandom(1);

type SideName = "recording" | "bare";

async function burst(server: ChildProcess, clients: ChildProcess, side: SideName) {
  const tell = (message: ToServer) => void server.send(message);
  const ask = (message: ToClients) => void clients.send(message);
  ask({ kind: "begin" });
  for (let sent = 0; sent < BROADCASTS; sent += 1) {
    const round = replyOf<FromClients, "round">(clients, "round");
    tell({ kind: "begin", side: "ours", ahead: 1, channel: `topic/${side}` });
    await round;
  }
  ask({ kind: "end" });
  return replyOf<FromClients, "ended">(clients, "ended");
}

process.stdout.write(
  `${"transport".padEnd(16)}${"CPU a message, recording / bare".padEnd(36)}heap of the recording process\n`,
);
for (const transport of transports) {
  const secret = randomBytes(32).toString("hex");
  const server = start("../adapters/server.js", import.meta.url);
  const request: ToServer = { kind: "serve", side: "ours", transport, secret };
  server.send(request);
  const { url } = await replyOf<FromServer, "serving">(server, "serving");
  const sides: Record<SideName, ChildProcess> = {
    recording: start("./clients.js", import.meta.url, ["--expose-gc"]),
    bare: start("./clients.js", import.meta.url, ["--expose-gc"]),
  };
  for (const side of ["recording", "bare"] as const) {
    const connect: ToClients = {
      kind: "connect",
      side,
      transport,
      url,
      secret,
      channel: `topic/${side}`,
      subscribers: SUBSCRIBERS,
    };
    sides[side].send(connect);
    await replyOf<FromClients, "connected">(sides[side], "connected");
  }
  const ratios: number[] = [];
  const heaps: number[] = [];
  for (let round = 0; round < rounds + WARM_UP_ROUNDS; round += 1) {
    const cpu = { recording: 0, bare: 0 };
    for (const side of shuffled(["recording", "bare"] as const, random)) {
      const ended = await burst(server, sides[side], side);
      cpu[side] = ended.cpuUs;
      if (side === "recording" && round >= WARM_UP_ROUNDS) heaps.push(ended.heapBytes);
    }
    if (round >= WARM_UP_ROUNDS) ratios.push(cpu.recording / cpu.bare);
  }
  for (const child of [server, sides.recording, sides.bare]) child.kill("SIGKILL");
  const messages = SUBSCRIBERS * BROADCASTS * (rounds - 1);
  const growth = ((heaps.at(-1) ?? 0) - (heaps[0] ?? 0)) / messages;
  const heap = `${((heaps.at(-1) ?? 0) / 1e6).toFixed(1)} MB, ${growth >= 0 ? "+" : ""}${growth.toFixed(2)} bytes a message`;
  process.stdout.write(`${transport.padEnd(16)}${spread(ratios).padEnd(36)}${heap}\n`);
}
