import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { once } from "node:events";
import { networkInterfaces } from "node:os";
import type { Readable, Writable } from "node:stream";
import { LabError } from "../../core/errors.ts";
import { watchOver } from "../../transports/engines/orphans.ts";
import { inNamespaceOf, whyNoNamespace } from "../processes/namespace.ts";

/** Networks of agents' own on this machine, as those of other machines would be: each a namespace with one line to this process. */
export interface OwnNetworks {
  /** This process's address in all of them. */
  readonly host: string;
  /** The range of all their addresses. */
  readonly range: string;
  /** What to put before a command so that it runs in the network of that number. */
  within(index: number): readonly string[];
  /** Ends the lines; a namespace is gone when nothing runs in it any more. */
  close(): Promise<void>;
}

/** For measuring networks (RFC 2544, C.2.2): nobody has these addresses on a network of theirs. */
const BLOCKS = 512;
const blockOf = (number: number) => `198.${18 + (number >> 8)}.${number & 255}`;
const LINES_A_BLOCK = 64;

/**
 * Run in a new namespace: a pair of devices whose far end is where the process `$1` is. Its near end, and with it the pair, goes with the
 * namespace, and that with the last process in it, so that nothing has to be cleaned up.
 */
const LINE = `
ip link set lo up
ip link add notiflab type veth peer name "$2" netns "$1"
nsenter --net="/proc/$1/ns/net" sh -ec 'ip addr add "$1/30" dev "$0"; ip link set "$0" up' "$2" "$3"
ip addr add "$4/30" dev notiflab
ip link set notiflab up
ip route add default via "$3"
echo ready
exec cat
`;

type Holder = ChildProcessByStdio<Writable, Readable, Readable>;

/** Who holds a namespace ends with its standard input, so with this process, too. */
function wordsOf(name: string, block: string, index: number): readonly string[] {
  const place = [
    String(process.pid),
    `${name}-${index}`,
    `${block}.${4 * index + 1}`,
    `${block}.${4 * index + 2}`,
  ];
  return ["--net", "--", "sh", "-ec", LINE, "sh", ...place];
}

const newName = () => `nl${randomBytes(3).toString("hex")}`;

/** One that no device of this machine has an address of. */
function freeBlock(): string {
  const taken = Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address));
  const from = randomInt(BLOCKS);
  for (let step = 0; step < BLOCKS; step += 1) {
    const block = blockOf((from + step) % BLOCKS);
    if (!taken.some((address) => address.startsWith(`${block}.`))) return block;
  }
  throw new LabError("unavailable", "all addresses of 198.18.0.0/15 are in use on this machine");
}

let known: { readonly reason: string | undefined } | undefined;

/** Why this machine can't give agents networks of their own, or undefined when it can; tried once. */
export function whyNoOwnNetworks(): string | undefined {
  known ??= { reason: whyNoNamespace() ?? attempt() };
  return known.reason;
}

function attempt(): string | undefined {
  const words = wordsOf(newName(), freeBlock(), 0);
  const { status, stderr } = spawnSync("unshare", words, { encoding: "utf8", input: "" });
  return status === 0 ? undefined : stderr.trim().split("\n").at(-1) || `ip ended with ${status}`;
}

/** Rejects with `unavailable` where they can't be had. */
export async function openOwnNetworks(count: number): Promise<OwnNetworks> {
  if (count > LINES_A_BLOCK)
    throw new LabError("unavailable", `there are ${LINES_A_BLOCK} networks at the most`);
  const [name, block] = [newName(), freeBlock()];
  const holders: { readonly process: Holder; readonly unwatch: () => Promise<void> }[] = [];
  const close = async () => {
    await Promise.all(
      holders.map(async ({ process: holder, unwatch }) => {
        await end(holder);
        await unwatch();
      }),
    );
  };
  try {
    for (let index = 0; index < count; index += 1) {
      // In the terminal's background: Ctrl-C is this process's.
      const holder = spawn("unshare", wordsOf(name, block, index), { stdio: "pipe", detached: true });
      await once(holder, "spawn");
      holders.push({ process: holder, unwatch: watchOver(holder.pid ?? 0) });
    }
    await Promise.all(holders.map(({ process: holder }) => standing(holder)));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    host: `${block}.1`,
    range: `${block}.0/24`,
    within: (index) => inNamespaceOf(holders[index]?.process.pid ?? 0),
    close,
  };
}

async function standing(holder: Holder): Promise<void> {
  let said = "";
  holder.stderr.on("data", (chunk) => {
    said = (said + String(chunk)).slice(-1_000);
  });
  const gone = once(holder, "close").then(() => {
    throw new LabError("unavailable", `no network of its own for an agent: ${said.trim()}`);
  });
  await Promise.race([once(holder.stdout, "data"), gone]);
}

async function end(holder: Holder): Promise<void> {
  if (holder.exitCode !== null || holder.signalCode !== null) return;
  const gone = once(holder, "exit");
  holder.stdin.destroy();
  await gone;
}
