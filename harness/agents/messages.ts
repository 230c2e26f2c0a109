import { z } from "zod";
import type { ClockOffset } from "../measurement/clock-offset.ts";
import type { LoadReply, LoadRequest } from "../processes/messages.ts";

/*
 * What a controller and its agents say to one another over NATS. An agent that is free announces itself in a bucket; a controller claims it
 * by one request; then each sends to a subject of the session. Beside NATS there is one TCP connection a session, see line.ts.
 */

/** A key of the bucket is gone when it was not written for so long. */
export const BUCKET = "notif-lab-agents";
export const BUCKET_TTL_MS = 10_000;
export const ANNOUNCE_EVERY_MS = 3_000;

/** Whoever was not heard of for so long is gone. */
export const GONE_MS = 5_000;

export const announcementSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{16}$/),
  name: z.string().min(1).max(100),
  version: z.string(),
  /** See harness/processes/protocol.ts. */
  protocol: z.int(),
  node: z.string(),
  cores: z.int(),
  openFiles: z.int().nullable(),
  /** Who has the same runs on the same machine since the same start; empty where it can't be told. */
  boot: z.string(),
});
export type Announcement = z.infer<typeof announcementSchema>;

export const claimSchema = z.object({
  version: z.string(),
  protocol: z.int(),
  session: z.string().regex(/^[0-9a-f]{32}$/),
  /** Where the controller waits for the agent's TCP connection. */
  line: z.object({ host: z.string(), port: z.int() }),
});
export type Claim = z.infer<typeof claimSchema>;

export const claimReplySchema = z.union([
  z.object({ accepted: z.literal(true) }),
  z.object({ refused: z.string() }),
]);
export type ClaimReply = z.infer<typeof claimReplySchema>;

export const subjects = {
  claim: (id: string) => `notif-lab.agent.${id}`,
  toAgent: (session: string) => `notif-lab.session.${session}.ask`,
  toController: (session: string) => `notif-lab.session.${session}.answer`,
};

/** To an agent. `load` is a number that is never used again in a session. */
export type ToAgent =
  /** Answered with `clock`. */
  | { readonly kind: "compare clocks" }
  | { readonly kind: "start"; readonly load: number; readonly name: string }
  /** Answered with `answer`. */
  | {
      readonly kind: "ask";
      readonly load: number;
      readonly request: LoadRequest;
      readonly expects: LoadReply["kind"];
      readonly timeoutMs: number;
      /** Of the plans that the request has. */
      readonly planHashes?: readonly string[];
    }
  /** Answered with `stopped`. */
  | { readonly kind: "stop"; readonly load: number; readonly graceMs: number | undefined }
  /** The session is over. */
  | { readonly kind: "release" };

/** From an agent. */
export type FromAgent =
  | { readonly kind: "clock"; readonly offset: ClockOffset }
  | { readonly kind: "answer"; readonly load: number; readonly reply: LoadReply }
  | { readonly kind: "died"; readonly load: number; readonly reason: string }
  | { readonly kind: "stopped"; readonly load: number }
  /** It ends the session, and its load processes with it. */
  | { readonly kind: "over"; readonly reason: string };
