import { spawnSync } from "node:child_process";
import { z } from "zod";
import { LabError } from "../../core/errors.ts";
import { nowUs } from "../measurement/clock.ts";
import { inNamespaceOf, inNewNamespace, whyNoNamespace } from "./namespace.ts";

/*
 * One pipe for all clients, both ways: in a trial's own network namespace every packet from and to one port is taken as it arrives on lo,
 * waits in the token bucket (tc-tbf(8)) of an intermediate device (ifb), and then goes on as if nothing had been. Behind the sender, as in a
 * router: on the way out a socket would see the queue and hold back (TCP small queues) where a real one finds its segments dropped. And tbf
 * has a device of its own, since under a classful qdisc on lo, which would leave other ports out as well, it would be a leaf that
 * keeps packets back, which htb takes for an error.
 */

const DEVICE = "notiflab";

/** Of Ethernet (IEEE 802.3), and with the 14 bytes of header that the kernel counts on lo as on Ethernet. */
const MTU = 1_500;
const FRAME_BYTES = MTU + 14;

/** What the bucket holds of tokens and of waiting packets, by its bandwidth. */
export function bucketOf(bytesPerSecond: number) {
  return {
    /** Two frames, so that a timer which fires late costs no capacity; 2 ms, so that a fast line needs no timer for each frame. */
    burstBytes: Math.max(2 * FRAME_BYTES, Math.ceil(bytesPerSecond * 0.002)),
    /** Bandwidth x 100 ms, the round trip that CoDel takes for usual (RFC 8289); at least TCP's initial window (RFC 6928) in whole frames. */
    queueBytes: Math.max(10 * FRAME_BYTES, Math.ceil(bytesPerSecond * 0.1)),
  };
}

function script(port: number, bytesPerSecond: number): string {
  const { burstBytes, queueBytes } = bucketOf(bytesPerSecond);
  const matches = ["ip", "ip6"].flatMap((family) => [`${family} sport`, `${family} dport`]);
  return [
    `ip link set dev lo mtu ${MTU} gso_max_segs 1`,
    `ip link add ${DEVICE} type ifb`,
    // With an address it would solicit routers (RFC 4861 section 6.3.7), and the bucket would count that. A kernel without IPv6 refuses, and sends none.
    `ip link set dev ${DEVICE} addrgenmode none || true`,
    `ip link set dev ${DEVICE} up`,
    `tc qdisc add dev ${DEVICE} root tbf rate ${Math.round(bytesPerSecond * 8)}bit burst ${burstBytes} limit ${queueBytes}`,
    "tc qdisc add dev lo handle ffff: ingress",
    ...matches.map((match, index) => {
      const protocol = match.startsWith("ip6") ? "ipv6" : "ip";
      const filter = `tc filter add dev lo parent ffff: protocol ${protocol} prio ${index + 1}`;
      return `${filter} u32 match ${match} ${port} 0xffff action mirred egress redirect dev ${DEVICE}`;
    }),
  ].join("\n");
}

/** What goes wrong when the script runs there, or undefined. The shell tells each command before it runs it (-x). */
function failureOf(prefix: readonly string[], port: number, bytesPerSecond: number): string | undefined {
  const [command = "", ...args] = [...prefix, "sh", "-exc", script(port, bytesPerSecond)];
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (status === 0) return undefined;
  const missing = /\b(ip|tc): (?:command )?not found/.exec(stderr)?.[1];
  if (missing) return `it needs ${missing}, of the package iproute2`;
  const lines = (stderr ?? "").trim().split("\n");
  const last = lines.findLastIndex((line) => line.startsWith("+ "));
  const said = lines[last + 1] || error?.message || `it ended with ${status}`;
  return `the kernel refuses "${lines[last]?.slice(2)}" (${said})`;
}

let known: { readonly reason: string | undefined } | undefined;

/** Why this machine can't put a token bucket between clients and server, or undefined when it can; tried once. */
export function whyNoTokenBucket(): string | undefined {
  known ??= { reason: whyNoNamespace() ?? failureOf(inNewNamespace, 1, 125_000) };
  return known.reason;
}

/**
 * From now on all that goes from and to the port shares one token bucket, where that process is, and lo has the MTU of Ethernet and no
 * segments beyond it. To be called before anyone connects. Throws `internal`.
 */
export function placeTokenBucket(pid: number, port: number, bytesPerSecond: number): void {
  const failure = failureOf(inNamespaceOf(pid), port, bytesPerSecond);
  if (failure !== undefined) throw new LabError("internal", `no token bucket: ${failure}`);
}

/** What a token bucket has counted, and when, by the monotonic clock. */
export interface TokenBucketReading {
  readonly atUs: number;
  /** That passed: Ethernet frames without their check sequence. */
  readonly bytes: number;
  readonly segments: number;
  /** That came when the queue was full. */
  readonly droppedSegments: number;
  /** How often the first of the queue had to wait for tokens. */
  readonly overlimits: number;
}

const qdiscsSchema = z.array(
  z.object({
    kind: z.string(),
    bytes: z.number(),
    packets: z.number(),
    drops: z.number(),
    overlimits: z.number(),
  }),
);

/** Throws `internal` when the kernel doesn't tell. */
export function readTokenBucket(pid: number): TokenBucketReading {
  const [command = "", ...args] = [...inNamespaceOf(pid), "tc", "-s", "-j", "qdisc", "show", "dev", DEVICE];
  const { stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  const atUs = nowUs();
  try {
    const tbf = qdiscsSchema.parse(JSON.parse(stdout)).find(({ kind }) => kind === "tbf");
    if (tbf) {
      const { bytes, packets, drops, overlimits } = tbf;
      return { atUs, bytes, segments: packets, droppedSegments: drops, overlimits };
    }
  } catch (error) {
    throw new LabError("internal", `tc does not report the token bucket: ${stderr}`, { cause: error });
  }
  throw new LabError("internal", "the token bucket is gone");
}
