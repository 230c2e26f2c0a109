import { LabError } from "../../core/errors.ts";
import type { Plan } from "../../scenarios/plan.ts";
import type { Direction, DissectorFactory } from "../../transports/dissect/dissector.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import type { ByteBreakdown } from "../result/schema/byte-breakdown.ts";
import { type Account, accountsAt, partsBetween } from "./account.ts";
import { counted } from "./check.ts";
import { idlePass } from "./idle.ts";
import { breakdownPlan } from "./scaled-plan.ts";
import { openSite } from "./site.ts";
import { BreakdownTraffic } from "./traffic.ts";

const MAX_USERS = 20;
const NOT_AGAIN = {
  idle: { state: "absent", reason: "silence is looked at once a transport, with another scenario" },
  checked: undefined,
} as const;

/**
 * Runs a small population of the plan on the transport, in this process, and tells what every byte was for. Rejects with `unsupported` for a
 * transport without a network, `malformed` for bytes that are not the transport's, `internal` when the parts don't add up to what was counted.
 */
export async function dissectTransport(
  transport: TransportEntry,
  plan: Plan,
  signal: AbortSignal,
  withIdle = true,
): Promise<ByteBreakdown> {
  signal.throwIfAborted();
  const factory = await transport.dissector?.();
  if (!factory) throw new LabError("unsupported", `${transport.name} puts no bytes on a network`);
  // What ends one of the two passes ends the other.
  const failure = new AbortController();
  const both = AbortSignal.any([signal, failure.signal]);
  const passes = [
    trafficPass(transport, factory, plan, both),
    withIdle ? idlePass(transport, factory, plan, both) : Promise.resolve(NOT_AGAIN),
  ] as const;
  for (const pass of passes) pass.catch((error: unknown) => failure.abort(error));
  await Promise.allSettled(passes);
  signal.throwIfAborted();
  // The first failure: what it ended in the other pass is no news.
  failure.signal.throwIfAborted();
  const [traffic, idle] = await Promise.all(passes);
  const { checked, ...figures } = traffic;
  return {
    transport: transport.name,
    scenario: plan.scenario,
    ...figures,
    idle: idle.idle,
    checked: { ...checked, ...(idle.checked ? { idle: idle.checked } : {}) },
  };
}

async function trafficPass(
  transport: TransportEntry,
  factory: DissectorFactory,
  wholePlan: Plan,
  signal: AbortSignal,
) {
  const plan = breakdownPlan(wholePlan, MAX_USERS);
  const traffic = new BreakdownTraffic(plan);
  const site = await openSite(transport, plan, traffic.onEvent);
  try {
    const opened = await site.quiet();
    signal.throwIfAborted();
    const began = performance.now();
    await traffic.run(site.clients, signal);
    const ended = await site.quiet();
    const windowMs = performance.now() - began;
    const { publishes, deliveries, receipts } = traffic;
    if (publishes === 0 || deliveries === 0)
      throw new LabError("unsupported", "the plan's traffic brought no delivery in a second");
    const marks = [opened.chunks, ended.chunks];
    const [before, after] = accountsAt(site.relay.recording, marks, factory, traffic.isBody);
    if (!before || !after) throw new LabError("internal", "an account is missing");
    const users = site.clients.size;
    return {
      users,
      sockets: site.relay.connections,
      windowMs: Math.round(windowMs),
      publishes,
      deliveries,
      receipts,
      perDelivery: {
        in: perDelivery(before, after, "in", deliveries),
        out: perDelivery(before, after, "out", deliveries),
      },
      handshakeBytesPerConnection: {
        in: before.in.parts.handshake / users,
        out: before.out.parts.handshake / users,
      },
      checked: {
        window: counted("in the traffic window", before, after, opened, ended, traffic.bodyBytes),
        whole: counted("from the first byte on", undefined, after, undefined, ended),
      },
    };
  } finally {
    await site.close();
  }
}

function perDelivery(before: Account, after: Account, direction: Direction, deliveries: number) {
  const parts = partsBetween(before[direction], after[direction]);
  return {
    bodyBytesPerDelivery: parts.body / deliveries,
    envelopeBytesPerDelivery: parts.envelope / deliveries,
    compressedBytesPerDelivery: parts.compressed / deliveries,
    framingBytesPerDelivery: parts.framing / deliveries,
    handshakeBytesPerDelivery: parts.handshake / deliveries,
    heartbeatsBytesPerDelivery: parts.heartbeats / deliveries,
  };
}
