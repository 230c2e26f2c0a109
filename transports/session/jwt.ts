import { createSigner, createVerifier } from "fast-jwt";
import type { Authenticator } from "../../core/access.ts";
import { LabError } from "../../core/errors.ts";

/**
 * Verifies HS256 tokens (RFC 7519): `sub` is the user, `exp` is honoured when present. `none`, other algorithms, other keys
 * and tokens without a subject are refused with `unauthenticated`. The secret must have at least 32 bytes (RFC 7518, 3.2).
 */
export function jwtAuthenticator(secret: string): Authenticator {
  assertSecret(secret);
  const verify = createVerifier({ key: secret, algorithms: ["HS256"], cache: false });
  return (token) => {
    if (token === "")
      throw new LabError("unauthenticated", "no token; connect with a JWT signed by this server's key");
    let payload: unknown;
    try {
      payload = verify(token);
    } catch (error) {
      throw new LabError(
        "unauthenticated",
        "the token is not valid here: expired, or signed with another key",
        {
          cause: error,
        },
      );
    }
    const claims: { sub?: unknown; exp?: unknown } =
      typeof payload === "object" && payload !== null ? payload : {};
    if (typeof claims.sub !== "string") throw new LabError("unauthenticated", "the token has no subject");
    const expiresAt = typeof claims.exp === "number" ? claims.exp * 1_000 : Number.POSITIVE_INFINITY;
    return { user: claims.sub, expiresAt };
  };
}

/** Makes tokens for demos, tests and the load processes; `expiresInMs` defaults to one hour. */
export function jwtIssuer(secret: string): (user: string, expiresInMs?: number) => string {
  assertSecret(secret);
  return (user, expiresInMs = 3_600_000) =>
    createSigner({ key: secret, algorithm: "HS256", expiresIn: expiresInMs })({ sub: user });
}

function assertSecret(secret: string): void {
  if (Buffer.byteLength(secret) >= 32) return;
  throw new LabError(
    "internal",
    "the JWT secret must have at least 32 bytes; `openssl rand -hex 32` makes one",
  );
}
