import { spawnSync } from "node:child_process";
import { LabError } from "../../core/errors.ts";
import { inNamespaceOf, inNewNamespace, whyNoNamespace } from "./namespace.ts";

/*
 * Real packet loss: in a trial's own network namespace nftables drops TCP segments at random on their way in, so the kernel's own
 * retransmission answers for them. The draw is the kernel's (numgen random) and can't be seeded.
 */

/** Shares are told to the kernel in millionths. */
const PARTS = 1_000_000;
/** One each way. */
const RULES = 2;

function ruleset(port: number, share: number): string {
  const drop = `numgen random mod ${PARTS} < ${Math.round(share * PARTS)} counter drop`;
  const rules = ["type filter hook input priority filter; policy accept;", `tcp dport ${port} ${drop}`];
  return `table inet notiflab {\nchain in {\n${[...rules, `tcp sport ${port} ${drop}`].join("\n")}\n}\n}\n`;
}

function nft(prefix: readonly string[], args: readonly string[], input = "") {
  const [command = "", ...rest] = [...prefix, "nft", ...args];
  return spawnSync(command, rest, { input, encoding: "utf8" });
}

let known: { readonly reason: string | undefined } | undefined;

/** Why this machine can't impose packet loss, or undefined when it can; tried once. */
export function whyNoPacketLoss(): string | undefined {
  known ??= { reason: attempt() };
  return known.reason;
}

function attempt(): string | undefined {
  const reason = whyNoNamespace();
  if (reason !== undefined) return reason;
  const { status, stderr } = nft(inNewNamespace, ["-f", "-"], ruleset(1, 0.5));
  if (status === 0) return undefined;
  if (/not found/.test(stderr)) return "it needs nft, of the package nftables";
  return `the kernel refuses the rule (${stderr.trim().split("\n")[0] || `nft ended with ${status}`})`;
}

/** From now on that share of the segments from and to the port is lost, where that process is. Throws `internal`. */
export function imposePacketLoss(pid: number, port: number, share: number): void {
  const { status, stderr } = nft(inNamespaceOf(pid), ["-f", "-"], ruleset(port, share));
  if (status !== 0)
    throw new LabError("internal", `nft can't impose packet loss: ${stderr.trim().split("\n")[0]}`);
}

/** How many were lost so far, both ways. Throws `internal` when the kernel doesn't tell. */
export function droppedSegments(pid: number): number {
  const { status, stdout, stderr, error } = nft(inNamespaceOf(pid), ["list", "table", "inet", "notiflab"]);
  const counts = status === 0 ? countsIn(stdout) : [];
  if (counts.length === RULES) return counts.reduce((sum, count) => sum + count, 0);
  const why = stderr?.trim().split("\n")[0] || error?.message || `${counts.length} counters of ${RULES}`;
  throw new LabError("internal", `nft does not report the dropped segments: ${why}`);
}

/** The packets of each counter in a listing of nft. */
function countsIn(listing: string): number[] {
  return [...listing.matchAll(/counter packets (\d+)/g)].map(([, count]) => Number(count));
}
