import { randomBytes } from "node:crypto";
import { usage } from "./failure.ts";

const VARIABLE = "NOTIF_LAB_SECRET";

/** The JWT key from the environment, or undefined; exit code 2 for one that is too short (RFC 7518, 3.2). */
export function secretFromEnvironment(): string | undefined {
  const secret = process.env[VARIABLE];
  if (secret !== undefined && Buffer.byteLength(secret) < 32)
    throw usage(`${VARIABLE} must have 32 bytes or more; \`openssl rand -hex 32\` makes one`);
  return secret;
}

/** A key that nobody else has. */
export function newSecret(): string {
  return randomBytes(32).toString("hex");
}
