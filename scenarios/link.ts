import { z } from "zod";
import { LabError } from "../core/errors.ts";

/**
 * A link between clients and server, the same in both directions. The lab's relay imitates it above TCP: it delays and paces bytes, and
 * can't drop, reorder or duplicate segments. Packet loss, and a bandwidth that all connections share, are left to the kernel, where the machine lets
 * the lab ask for it.
 */
export const linkSchema = z.strictObject({
  /** One way, in milliseconds. */
  delayMs: z.number().min(0).max(60_000).default(0),
  /** Each chunk's delay is drawn uniformly from delayMs +- jitterMs; none leaves before the one ahead of it. */
  jitterMs: z.number().min(0).max(60_000).default(0),
  /** Of each connection and direction; absent: as fast as the machine. */
  bytesPerSecond: z.number().min(100).max(1e10).optional(),
  /** Share of chunks that wait for one retransmission more: what loss looks like from above TCP, not loss. */
  lossShare: z.number().min(0).max(0.5).default(0),
  /** How long that is; Linux retransmits after 200 ms at least (TCP_RTO_MIN; RFC 6298 section 2.4 says 1 s). */
  retransmitMs: z.number().min(1).max(60_000).default(200),
  /** Share of TCP segments that the kernel drops, each way: real loss, which needs a network namespace and nftables. */
  dropShare: z.number().min(0).max(0.5).optional(),
  /** Of all connections and both directions together: one token bucket of the kernel, which needs a network namespace and tc. */
  sharedBytesPerSecond: z.number().min(1_000).max(1e10).optional(),
});

export type Link = z.infer<typeof linkSchema>;

interface Profile {
  readonly link: Link;
  readonly about: string;
  /** Where the figures are from. */
  readonly source: string;
}

const link = (fields: Partial<Link>): Link => linkSchema.parse(fields);
const MBIT = 1_000_000 / 8;

/** Links by name. */
export const LINK_PROFILES: Readonly<Record<string, Profile>> = {
  lan: {
    link: link({ delayMs: 1 }),
    about: "2 ms round trip",
    source: "a switched office network; the lab's own choice",
  },
  wifi: {
    link: link({ delayMs: 1, jitterMs: 1, bytesPerSecond: 30 * MBIT }),
    about: "2 ms round trip, 30 Mbit/s",
    source:
      "Network Link Conditioner's Wi-Fi preset (1 ms, 40/33 Mbit/s), rounded; the jitter is the lab's own choice",
  },
  "4g": {
    link: link({ delayMs: 85, jitterMs: 10, bytesPerSecond: 9 * MBIT }),
    about: "170 ms round trip, 9 Mbit/s",
    source: "WebPageTest's 4G preset (170 ms, 9 Mbit/s); the jitter is the lab's own choice",
  },
  "3g": {
    link: link({ delayMs: 150, jitterMs: 20, bytesPerSecond: 1.6 * MBIT }),
    about: "300 ms round trip, 1.6 Mbit/s",
    source: "WebPageTest's 3G preset (300 ms, 1.6 Mbit/s down); the jitter is the lab's own choice",
  },
  lossy: {
    link: link({ delayMs: 25, jitterMs: 5, lossShare: 0.01 }),
    about: "50 ms round trip, 1 % of chunks wait 200 ms more, as if retransmitted",
    source: "the lab's own choice; the wait is Linux's least retransmission time-out",
  },
  satellite: {
    link: link({ delayMs: 250, bytesPerSecond: 10 * MBIT }),
    about: "500 ms round trip, 10 Mbit/s",
    source:
      "RFC 2488 section 2: a geostationary hop takes 239.6 to 279 ms one way; the bandwidth is the lab's own choice",
  },
};

const UNITS: Readonly<Record<string, number>> = { kbit: 1_000 / 8, mbit: MBIT, gbit: 1_000 * MBIT };

/** A profile by name, or explicit values: `delay=50ms,jitter=5ms,rate=1mbit,loss=1%,drop=1%,shared=10mbit`. Throws `malformed` with what is accepted. */
export function parseLink(text: string): Link {
  const profile = Object.hasOwn(LINK_PROFILES, text) ? LINK_PROFILES[text] : undefined;
  if (profile) return profile.link;
  const fields: Partial<Link> = {};
  for (const part of text.split(",")) {
    const [, name = "", amount = "", unit = ""] = /^(\w+)=(\d+(?:\.\d+)?)(\w+|%)$/.exec(part.trim()) ?? [];
    const value = Number(amount);
    if (name === "delay" && unit === "ms") fields.delayMs = value;
    else if (name === "jitter" && unit === "ms") fields.jitterMs = value;
    else if (name === "rate" && UNITS[unit]) fields.bytesPerSecond = value * UNITS[unit];
    else if (name === "shared" && UNITS[unit]) fields.sharedBytesPerSecond = value * UNITS[unit];
    else if (name === "loss" && unit === "%") fields.lossShare = value / 100;
    else if (name === "drop" && unit === "%") fields.dropShare = value / 100;
    else
      throw new LabError(
        "malformed",
        `"${part.trim()}" is not a link; choose one of ${Object.keys(LINK_PROFILES).join(", ")}, or give values like delay=50ms,jitter=5ms,rate=1mbit,loss=1%,drop=1%,shared=10mbit`,
      );
  }
  const parsed = linkSchema.safeParse(fields);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new LabError("malformed", `${issue?.path.join(".")}: ${issue?.message}`);
}
