import { LabError } from "../../core/errors.ts";
import type { Link } from "../../scenarios/link.ts";
import type { Endpoint } from "../../transports/port/transport.ts";
import { droppedSegments, imposePacketLoss, whyNoPacketLoss } from "../processes/packet-loss.ts";
import {
  placeTokenBucket,
  readTokenBucket,
  type TokenBucketReading,
  whyNoTokenBucket,
} from "../processes/token-bucket.ts";

/** What the kernel does for a link, in the network namespace of a trial's server. */
interface Serving {
  readonly server: { readonly pid: number | undefined };
}

/** Asks the kernel for what is its part of the link, on the way to and from that endpoint. Throws `internal` where it can't be had. */
export function shapeByKernel(
  { server: { pid } }: Serving,
  link: Link | undefined,
  endpoint: Endpoint,
): void {
  if (!link || pid === undefined) return;
  const port = Number(new URL(endpoint.url).port);
  if (link.dropShare) {
    must("loses packets", whyNoPacketLoss());
    imposePacketLoss(pid, port, link.dropShare);
  }
  if (link.sharedBytesPerSecond) {
    must("is shared", whyNoTokenBucket());
    placeTokenBucket(pid, port, link.sharedBytesPerSecond);
  }
}

/** How many segments were dropped; undefined where the link has no packet loss. */
export function droppedByKernel({ server: { pid } }: Serving, link: Link | undefined): number | undefined {
  return link?.dropShare && pid !== undefined ? droppedSegments(pid) : undefined;
}

/** What the kernel has counted up to now; undefined where the link isn't shared. */
export function readSharedLink(
  { server: { pid } }: Serving,
  link: Link | undefined,
): TokenBucketReading | undefined {
  return link?.sharedBytesPerSecond && pid !== undefined ? readTokenBucket(pid) : undefined;
}

function must(what: string, reason: string | undefined): void {
  if (reason !== undefined)
    throw new LabError("internal", `the link ${what}, which is not available on this machine: ${reason}`);
}
