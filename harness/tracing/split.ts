import type { Split } from "../result/result.ts";
import type { ClientTrace } from "./client-trace.ts";
import type { ServerTrace } from "./server-trace.ts";

/** One traced delivery, cut at the moments that both sides saw. The parts add up to its delivery latency. */
export interface Parts {
  readonly publishUs: number;
  readonly serverUs: number;
  readonly waitUs: number;
  readonly clientUs: number;
}

/** What is known of the traced deliveries. */
export interface Matched {
  readonly parts: readonly Parts[];
  /** Acceptance to last write, by publish. */
  readonly lastWritesUs: readonly number[];
  /** Deliveries of which some moment is not known. */
  readonly unmatched: number;
}

/** The share of the deliveries, by latency, of which the means are told: the middle half, as the median's neighbours. */
const MIDDLE = { from: 0.25, to: 0.75 };

/** Brings together what server and clients saw of the same deliveries. */
export function matchedOf(server: ServerTrace, clients: readonly ClientTrace[]): Matched {
  const acceptedUs = new Map([...server.keys].map((key, index) => [key, server.acceptedUs[index] ?? 0]));
  const writes = writesByAddress(server);
  const parts: Parts[] = [];
  const lastWriteUs = new Map<number, number>();
  let unmatched = 0;
  for (const client of clients) {
    for (const [index, key] of client.keys.entries()) {
      const accepted = acceptedUs.get(key);
      const address = client.addresses[client.connections[index] ?? -1] ?? "";
      const written = accepted === undefined ? undefined : firstFrom(writes.get(address) ?? [], accepted);
      const [due, read, received] = [client.dueUs[index], client.readUs[index], client.receivedUs[index]];
      if (written === undefined || accepted === undefined || read === undefined || read < accepted) {
        unmatched += 1;
        continue;
      }
      // The client may have its bytes before the system call that wrote them has returned.
      const readableUs = Math.min(written, read);
      parts.push({
        publishUs: Math.max(0, accepted - (due ?? 0)),
        serverUs: readableUs - accepted,
        waitUs: read - readableUs,
        clientUs: Math.max(0, (received ?? 0) - read),
      });
      lastWriteUs.set(key, Math.max(lastWriteUs.get(key) ?? 0, written - accepted));
    }
  }
  return { parts, lastWritesUs: [...lastWriteUs.values()], unmatched };
}

/**
 * Whose time the delivery latency is. Undefined where nothing was traced, or where server and clients don't see the same connections, as
 * with a relay between them.
 */
export function splitOf(server: ServerTrace | undefined, clients: readonly ClientTrace[]): Split | undefined {
  if (!server) return undefined;
  const { parts, lastWritesUs, unmatched } = matchedOf(server, clients);
  if (parts.length === 0) return undefined;
  const sorted = [...parts].sort((a, b) => totalUs(a) - totalUs(b));
  const middle = sorted.slice(
    Math.floor(sorted.length * MIDDLE.from),
    Math.max(1, Math.ceil(sorted.length * MIDDLE.to)),
  );
  const mean = (of: (one: Parts) => number) => meanOf(middle.map(of));
  return withShare({
    publishes: lastWritesUs.length,
    deliveries: parts.length,
    unmatched,
    publishUs: mean((one) => one.publishUs),
    serverUs: mean((one) => one.serverUs),
    waitUs: mean((one) => one.waitUs),
    clientUs: mean((one) => one.clientUs),
    lastWriteUs: meanOf(lastWritesUs),
  });
}

function withShare(split: Omit<Split, "clientShare">): Split {
  const whole = totalUs(split);
  return { ...split, clientShare: whole > 0 ? Math.min(1, (split.waitUs + split.clientUs) / whole) : 0 };
}

/** The splits of several slices as one: means weighted by the deliveries behind them, so that the parts still add up. */
export function mergeSplits(splits: readonly Split[]): Split | undefined {
  const deliveries = splits.reduce((sum, one) => sum + one.deliveries, 0);
  if (deliveries === 0) return undefined;
  const sum = (of: (split: Split) => number) => splits.reduce((total, one) => total + of(one), 0);
  const weighted = (of: (split: Split) => number) => sum((one) => of(one) * one.deliveries) / deliveries;
  return withShare({
    publishes: sum((one) => one.publishes),
    deliveries,
    unmatched: sum((one) => one.unmatched),
    publishUs: weighted((one) => one.publishUs),
    serverUs: weighted((one) => one.serverUs),
    waitUs: weighted((one) => one.waitUs),
    clientUs: weighted((one) => one.clientUs),
    lastWriteUs: weighted((one) => one.lastWriteUs),
  });
}

function totalUs({ publishUs, serverUs, waitUs, clientUs }: Parts): number {
  return publishUs + serverUs + waitUs + clientUs;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}

function writesByAddress({ connections, writtenUs, addresses }: ServerTrace): Map<string, number[]> {
  const writes = new Map<string, number[]>();
  for (const [index, connection] of connections.entries()) {
    const address = addresses[connection] ?? "";
    const list = writes.get(address);
    const atUs = writtenUs[index] ?? 0;
    if (list) list.push(atUs);
    else writes.set(address, [atUs]);
  }
  return writes;
}

/** Of times in order, the first that is not before the moment. */
function firstFrom(timesUs: readonly number[], fromUs: number): number | undefined {
  let [low, high] = [0, timesUs.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesUs[middle] ?? 0) < fromUs) low = middle + 1;
    else high = middle;
  }
  return timesUs[low];
}
