import type { Endpoint } from "../port/transport.ts";

/** A server in a process of its own, as `notif-lab serve` starts it with small bounds, and the key to its tokens. */
export interface Target {
  readonly endpoint: Endpoint;
  /** Negative `expiresInMs` makes an expired one. */
  token(user: string, expiresInMs?: number): string;
}

/**
 * One way to harm a server of a transport, bounded in count and time (some seconds at most). While it runs an honest client is served;
 * afterwards the process must live, and its memory and open files must come back.
 */
export interface Attack {
  readonly name: string;
  /** True when most of its time is waiting, for seconds: such attacks are tried side by side. */
  readonly patient?: true;
  /** How long others may wait (p99) where that is more than for all other attacks: a known gap, which docs/security.md tells of. */
  readonly holdsUpMs?: number;
  /** Settles when nothing of the attacker is left open. Rejects when the server did not answer as it should. */
  run(target: Target): Promise<void>;
}

/** What the `attacks.ts` of a transport's folder exports: attacks that fit all variants, or those on one, by what stands behind the colon. */
export type OwnAttacks = readonly Attack[] | ((variant: string | undefined) => readonly Attack[]);
