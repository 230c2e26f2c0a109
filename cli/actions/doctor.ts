import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism, freemem, loadavg, totalmem } from "node:os";
import { whyNoTcp } from "../../harness/engines/nginx.ts";
import { nowUs } from "../../harness/measurement/clock.ts";
import { divideProcessors } from "../../harness/processes/affinity.ts";
import { inNewNamespace, whyNoNamespace } from "../../harness/processes/namespace.ts";
import { whyNoPacketLoss } from "../../harness/processes/packet-loss.ts";
import { whyNoTokenBucket } from "../../harness/processes/token-bucket.ts";
import { captureEnvironment, openFilesLimit } from "../../harness/run/environment.ts";
import { listed } from "../../reports/prose/text.ts";
import { NGINX, PROGRAMS, type Program, versionOf } from "../../transports/engines/programs.ts";
import { closeServer, listen } from "../../transports/net/listen.ts";
import { defaultTransports, transports } from "../../transports/registry.ts";
import { OPEN_BESIDES } from "../flags/open-files.ts";

interface Finding {
  readonly what: string;
  readonly state: "ok" | "warning" | "problem" | "absent";
  readonly found: string;
  /** What it costs, and what to do. */
  readonly advice?: string;
}

/** Of the default transports, those whose clients need a second socket to send. */
const TWO_SOCKETS = defaultTransports.filter((one) => one.socketsPerClient === 2).map(({ name }) => name);

/** Prints what this machine offers a benchmark; exit code 1 when something makes measuring impossible. */
export async function doctor(json: boolean): Promise<void> {
  const findings = [
    node(),
    cores(),
    load(),
    memory(),
    files(),
    ports(),
    clock(),
    await loopback(),
    ...libraries(),
    pressure(),
    cpuAffinity(),
    namespace(),
    packetLoss(),
    sharedLink(),
    netem(),
    ...PROGRAMS.map(program),
  ];
  if (json) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
  else {
    const marks = { ok: "ok     ", warning: "WARNING", problem: "PROBLEM", absent: "absent " };
    for (const { what, state, found, advice } of findings) {
      process.stdout.write(
        `${marks[state]}  ${what.padEnd(12)} ${found}${advice ? `\n${" ".repeat(22)}${advice}` : ""}\n`,
      );
    }
  }
  if (findings.some(({ state }) => state === "problem")) process.exitCode = 1;
}

function node(): Finding {
  const major = Number(process.versions.node.split(".")[0]);
  const finding = { what: "Node.js", found: process.version };
  if (major >= 20) return { ...finding, state: "ok" };
  return { ...finding, state: "problem", advice: "notif-lab needs Node.js 20.19 or newer" };
}

function cores(): Finding {
  const count = availableParallelism();
  const finding = { what: "cores", found: String(count) };
  if (count >= 3) return { ...finding, state: "ok" };
  if (count === 2)
    return {
      ...finding,
      state: "ok",
      advice: "server and load have a core each; anything else that runs raises tail latency",
    };
  return {
    ...finding,
    state: "warning",
    advice: "server and load share one core, so every latency includes waiting for the other",
  };
}

function load(): Finding {
  const [recent = 0] = loadavg();
  const finding = { what: "load", found: `${recent.toFixed(2)} in the last minute` };
  if (recent < availableParallelism() / 4) return { ...finding, state: "ok" };
  return {
    ...finding,
    state: "warning",
    advice: "other programs are running; close them, or trust only large differences",
  };
}

function memory(): Finding {
  const gib = (bytes: number) => (bytes / 2 ** 30).toFixed(1);
  const finding = { what: "memory", found: `${gib(freemem())} of ${gib(totalmem())} GiB free` };
  if (freemem() > 2 ** 30) return { ...finding, state: "ok" };
  return { ...finding, state: "warning", advice: "under 1 GiB free; keep --connections to a few hundred" };
}

function files(): Finding {
  const limit = openFilesLimit();
  if (limit === null) return { what: "open files", state: "ok", found: "unlimited or unknown" };
  const sockets = limit - OPEN_BESIDES;
  const most = Math.floor(sockets / 2);
  const finding = {
    what: "open files",
    found: `${limit} a process: up to ${sockets} connections, ${most} on ${listed(TWO_SOCKETS)} or behind a link`,
  };
  if (most >= 10_000) return { ...finding, state: "ok" };
  return {
    ...finding,
    state: "warning",
    advice: `for 5,000 connections run "ulimit -n 20200" first, or 10200 for one scenario instead of two (two sockets a client on ${listed(TWO_SOCKETS)})`,
  };
}

function ports(): Finding {
  const range = readOr("/proc/sys/net/ipv4/ip_local_port_range", "").trim().split(/\s+/).map(Number);
  const [first, last] = range;
  if (!first || !last)
    return { what: "ports", state: "ok", found: "the range of ephemeral ports can't be read here" };
  const count = last - first + 1;
  const finding = { what: "ports", found: `${count} ephemeral ports from one address to another` };
  if (count >= 10_000) return { ...finding, state: "ok" };
  return {
    ...finding,
    state: "warning",
    advice: `at most ${Math.floor(count / 2)} connections on ${listed(TWO_SOCKETS)}, which use two each`,
  };
}

function clock(): Finding {
  let smallest = Number.POSITIVE_INFINITY;
  let before = nowUs();
  for (let i = 0; i < 10_000; i += 1) {
    const now = nowUs();
    if (now > before) smallest = Math.min(smallest, now - before);
    before = now;
  }
  const finding = {
    what: "clock",
    found: `monotonic, smallest step seen ${Math.round(smallest * 1_000)} ns`,
  };
  if (smallest <= 10) return { ...finding, state: "ok" };
  return { ...finding, state: "warning", advice: "too coarse for latencies under a millisecond" };
}

async function loopback(): Promise<Finding> {
  const server = createServer();
  try {
    await listen(server, "127.0.0.1", 0);
    return { what: "loopback", state: "ok", found: "127.0.0.1 can be listened on" };
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return { what: "loopback", state: "problem", found, advice: "every transport except loopback needs it" };
  } finally {
    await closeServer(server);
  }
}

function libraries(): Finding[] {
  const { packages } = captureEnvironment(transports.flatMap((transport) => transport.packages));
  return Object.entries(packages).map(([name, version]) => {
    if (version !== "not installed") return { what: "library", state: "ok", found: `${name} ${version}` };
    const lost = transports
      .filter((transport) => transport.packages.includes(name))
      .map((transport) => transport.name);
    return {
      what: "library",
      state: "problem",
      found: `${name} is not installed`,
      advice: `without it: no ${lost.join(", ")}`,
    };
  });
}

/** Linux's pressure stall information tells how long runnable tasks waited for a CPU. */
function pressure(): Finding {
  const waiting = /^some avg10=([\d.]+)/m.exec(readOr("/proc/pressure/cpu", ""))?.[1];
  if (waiting === undefined) {
    return {
      what: "pressure",
      state: "absent",
      found: "no /proc/pressure/cpu here",
      advice: "only the load average shows other programs, late",
    };
  }
  const finding = { what: "pressure", found: `some task waited for a CPU ${waiting} % of the last 10 s` };
  return Number(waiting) < 5
    ? { ...finding, state: "ok" }
    : { ...finding, state: "warning", advice: "wait until other programs are done" };
}

function cpuAffinity(): Finding {
  const affinity = divideProcessors();
  if (typeof affinity !== "string") {
    const found = `server on CPU ${affinity.server.join(",")}, load on CPU ${affinity.load.join(",")}`;
    return { what: "affinity", state: "ok", found };
  }
  const advice = "server and load may wait for each other on one CPU: more noise";
  return { what: "affinity", state: "absent", found: `processes are not bound to CPUs: ${affinity}`, advice };
}

function namespace(): Finding {
  const reason = whyNoNamespace();
  if (reason === undefined)
    return { what: "wire bytes", state: "ok", found: "each trial gets a network namespace of its own" };
  const advice = "the report will have TCP payload bytes only";
  return { what: "wire bytes", state: "absent", found: `no network namespace: ${reason}`, advice };
}

function packetLoss(): Finding {
  const reason = whyNoPacketLoss();
  if (reason === undefined)
    return { what: "packet loss", state: "ok", found: "nft can impose it on a trial: --link drop=1%" };
  const advice = "--link loss=1% imitates loss above TCP";
  return { what: "packet loss", state: "absent", found: `not available: ${reason}`, advice };
}

function sharedLink(): Finding {
  const reason = whyNoTokenBucket();
  if (reason === undefined)
    return {
      what: "shared link",
      state: "ok",
      found: "tbf can hold all clients to one bandwidth: --link shared=10mbit",
    };
  const advice = "--link rate=1mbit paces each connection by itself";
  return { what: "shared link", state: "absent", found: `no pipe for all clients: ${reason}`, advice };
}

/** The kernel's own delay, which the lab doesn't use: its relay delays everywhere. This is for who sets up a link beside it. */
function netem(): Finding {
  const finding = { what: "netem" };
  const reason = whyNoNamespace();
  if (reason !== undefined) return { ...finding, state: "absent", found: `can't be tried here: ${reason}` };
  const [command = "", ...args] = [...inNewNamespace, "tc", "qdisc", "add", "dev", "lo", "root"];
  const { status } = spawnSync(command, [...args, "netem", "delay", "1ms"]);
  const found = `${status === 0 ? "there" : "not there"}, and not needed: the lab delays by its relay`;
  return { ...finding, state: "ok", found };
}

/** What the lab runs beside its own processes only when asked to. */
function program(one: Program): Finding {
  const version = versionOf(one);
  if (version === undefined) {
    const advice = `apt-get install ${one.package} (needed for ${one.neededFor})`;
    return { what: one.name, state: "absent", found: "not installed", advice };
  }
  const advice = one === NGINX ? whyNoTcp() : undefined;
  const found = { what: one.name, found: version };
  return advice === undefined ? { ...found, state: "ok" } : { ...found, state: "warning", advice };
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return otherwise; // not Linux, or not readable: the finding says so
  }
}
