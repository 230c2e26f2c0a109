import type { TlsIdentity, Transport } from "./transport.ts";

const SUFFIX = ":tls";

/** The wire that a name over TLS stands for, or undefined for the name of a wire in the clear. */
export function inTheClear(name: string): string | undefined {
  return name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : undefined;
}

/**
 * The same wire over TLS 1.3 (RFC 8446), under the name `<wire>:tls`. What a byte is for can't be told from outside, so it has no
 * dissector. A client trusts the one certificate that its endpoint shows, and no other.
 */
export function overTls(transport: Transport): Transport {
  const { dissector: _, ...wire } = transport;
  // One for all servers of this descriptor, so that who comes back after a restart still trusts it.
  let own: Promise<TlsIdentity> | undefined;
  return {
    ...wire,
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

const DAY_MS = 86_400_000;

/** A new key on P-256 and its certificate for the loopback names, valid for a day. Takes tens of ms and a library that stays loaded. */
export async function selfSigned(): Promise<TlsIdentity> {
  const { generate } = await import("selfsigned");
  const { private: key, cert } = await generate([{ name: "commonName", value: "notif-lab" }], {
    algorithm: "sha256",
    keyType: "ec",
    curve: "P-256",
    notBeforeDate: new Date(Date.now() - DAY_MS / 24),
    notAfterDate: new Date(Date.now() + DAY_MS),
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 7, ip: "127.0.0.1" },
          { type: 7, ip: "::1" },
        ],
      },
    ],
  });
  return { key, cert };
}
