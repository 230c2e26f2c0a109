import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "@nats-io/transport-node";
import { LabError } from "../../core/errors.ts";

/** Where NATS is, and what lets one in. */
export interface NatsAccess {
  /** `nats://[user:password@]host[:port]` or `nats://token@host`; `tls://` over TLS. */
  readonly url: string;
  /** A file of credentials, as nsc makes it: a JWT and a seed. */
  readonly creds?: string | undefined;
  /** A file with the seed of an nkey. */
  readonly nkey?: string | undefined;
  /** Files in PEM: the authority of the server's certificate, and one's own certificate and key. TLS is used where one of them is given. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

type Authenticators = Pick<
  typeof import("@nats-io/transport-node"),
  "credsAuthenticator" | "nkeyAuthenticator"
>;

/** As the library takes it. Throws `unreachable` with one line where a file can't be read; secrets are in no message. */
export function connectionOptions(access: NatsAccess, library: Authenticators): ConnectionOptions {
  const { protocol, host, username, password } = new URL(access.url);
  const user = decodeURIComponent(username);
  const secret =
    password !== "" ? { user, pass: decodeURIComponent(password) } : user !== "" ? { token: user } : {};
  const authenticator = access.creds
    ? library.credsAuthenticator(contents(access.creds, "credentials"))
    : access.nkey
      ? library.nkeyAuthenticator(contents(access.nkey, "nkey", true))
      : undefined;
  const { ca, cert, key } = access;
  const isSecure = protocol === "tls:" || [ca, cert, key].some((file) => file !== undefined);
  const pem = (file: string | undefined, what: string) =>
    file === undefined ? undefined : new TextDecoder().decode(contents(file, what));
  const tls = {
    ...withValue("ca", pem(ca, "authority")),
    ...withValue("cert", pem(cert, "certificate")),
    ...withValue("key", pem(key, "key")),
  };
  return { servers: host, ...secret, ...(authenticator && { authenticator }), ...(isSecure && { tls }) };
}

function withValue<K extends string>(key: K, value: string | undefined) {
  return value === undefined ? {} : { [key]: value };
}

/** `trimmed`: a seed alone, which an editor may have ended with a line. */
function contents(file: string, what: string, trimmed = false): Uint8Array {
  try {
    const bytes = readFileSync(file);
    return new TextEncoder().encode(trimmed ? bytes.toString().trim() : bytes.toString());
  } catch (error) {
    throw new LabError("unreachable", `the file of NATS's ${what} can't be read: ${file}`, { cause: error });
  }
}
