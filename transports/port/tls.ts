import { KeyObject, webcrypto } from "node:crypto";
import type { TransportEntry } from "./entry.ts";
import type { TlsIdentity } from "./transport.ts";

const SUFFIX = ":tls";

/** The transport that a name over TLS stands for, or undefined for the name of a transport in the clear. */
export function inTheClear(name: string): string | undefined {
  return name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : undefined;
}

/**
 * The same transport over TLS 1.3 (RFC 8446), under the name `<transport>:tls`. What a byte is for can't be told from outside, so it has no
 * dissector. A client trusts the one certificate that its endpoint shows, and no other.
 */
export function overTls(transport: TransportEntry): TransportEntry {
  const { dissector: _, balancing, factsOverTls, ...plain } = transport;
  // One for all servers of this descriptor, so that who comes back after a restart still trusts it.
  let own: Promise<TlsIdentity> | undefined;
  return {
    ...plain,
    // A balancer can't look into it.
    balancing: { mode: "tcp", sticky: balancing?.sticky ?? false },
    ...(factsOverTls ? { facts: factsOverTls } : {}),
    name: `${transport.name}${SUFFIX}`,
    summary: `${transport.summary}; over TLS 1.3`,
    serve: async (hub, options) => {
      if (!options?.tls) own ??= selfSigned();
      const tls = options?.tls ?? (await own);
      const server = await transport.serve(hub, { ...options, ...(tls && { tls }) });
      if (server.endpoint.certificate !== undefined) return server;
      await server.close();
      throw new Error(`${transport.name} does not take the option tls, so it can't be served over TLS`);
    },
    example: (endpoint, token) => [
      ...transport.example(endpoint, token),
      "the certificate is of this run alone: --insecure (curl), --no-check (wscat) or --insecure --cafile FILE (mosquitto)",
    ],
  };
}

const HOUR_MS = 3_600_000;
// As long as any process lives: a server whose certificate ran out would turn new clients away while it serves the old ones.
const LIFE_MS = 10 * 365 * 24 * HOUR_MS;

/** A new key on P-256 and its certificate for the loopback names, valid for ten years. Takes tens of ms and a library that stays loaded. */
export async function selfSigned(): Promise<TlsIdentity> {
  const { BasicConstraintsExtension, SubjectAlternativeNameExtension, X509CertificateGenerator } =
    await import("@peculiar/x509");
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: "CN=notif-lab",
      keys,
      signingAlgorithm: { ...algorithm, hash: "SHA-256" },
      notBefore: new Date(Date.now() - HOUR_MS),
      notAfter: new Date(Date.now() + LIFE_MS),
      extensions: [
        new BasicConstraintsExtension(true, undefined, true),
        new SubjectAlternativeNameExtension([
          { type: "dns", value: "localhost" },
          { type: "ip", value: "127.0.0.1" },
          { type: "ip", value: "::1" },
        ]),
      ],
    },
    webcrypto,
  );
  const key = KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" }).toString();
  return { key, cert: certificate.toString("pem") };
}
