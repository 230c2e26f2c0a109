import { createHmac } from "node:crypto";
import type { Dice } from "./dice.ts";

/** Bytes on one of an input's connections. `{session}` in them stands for the id that the server has given in an answer. */
export interface Step {
  readonly bytes: Buffer;
  /** Which connection; each is opened with its first bytes. Default 0. */
  readonly on?: number;
  /** The next step waits for an answer on this connection, for a quarter of a second at most. */
  readonly awaits?: boolean;
}

/** What one stranger sends before it goes away. */
export interface Input {
  readonly steps: readonly Step[];
  /** It goes with a reset in place of an orderly end. */
  readonly resets: boolean;
}

/** What a grammar may know of the server. */
export interface Setting {
  /** Of the transport's name: `msgpack` in `websocket:msgpack`. */
  readonly variant: string | undefined;
  /** Lets its user in. */
  readonly token: string;
  readonly user: string;
}

/** Makes steps that a server of the transport reads deep into, most of them odd somewhere. Every transport's `fuzz.ts` exports one. */
export type Grammar = (dice: Dice, setting: Setting) => readonly Step[];

/** The key of servers that are fuzzed: fixtures hold tokens that it has signed. */
export const FUZZ_SECRET = "the key of servers that are fuzzed, and of no other";

/** In the place of a hub's name, with which every cursor begins, and as long: where inputs are played the hub's own goes there. */
export const FUZZ_EPOCH = "fuzz0000";

/** A token of FUZZ_SECRET that is always the same: without `iat`, until the year 2100. */
function fuzzToken(user: string): string {
  const signed = [
    { alg: "HS256", typ: "JWT" },
    { sub: user, exp: 4_102_444_800 },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${signed}.${createHmac("sha256", FUZZ_SECRET).update(signed).digest("base64url")}`;
}

/** Users who send: many, so that none has more sessions open than a user may. */
const USERS = 500;

export function settingOf(transport: string, index: number): Setting {
  const colon = transport.indexOf(":");
  const user = `stranger-${index % USERS}`;
  return {
    variant: colon < 0 ? undefined : transport.slice(colon + 1).replace(/(^|:)tls$/, "") || undefined,
    token: fuzzToken(user),
    user,
  };
}
