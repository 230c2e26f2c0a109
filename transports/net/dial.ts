import { connect as openPlain, type Socket } from "node:net";
import { connect as openTls } from "node:tls";
import type { Endpoint } from "../port/transport.ts";

/**
 * Opens a socket with TCP_NODELAY, over TLS where the endpoint shows a certificate. It is ready at the event of `readyEvent`. `protocol`: what it is
 * to carry, told in the handshake of TLS (ALPN, RFC 7301).
 */
export function dial(
  { url, certificate }: Endpoint,
  localAddress: string | undefined,
  protocol?: "h2",
): Socket {
  const { hostname, port } = new URL(url);
  const address = {
    // Node wants an IPv6 address without the brackets of a URL.
    host: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port),
    ...(localAddress === undefined ? {} : { localAddress }),
  };
  if (certificate === undefined) return openPlain({ ...address, noDelay: true });
  const alpn = protocol === undefined ? {} : { ALPNProtocols: [protocol] };
  const socket = openTls({ ...address, ...alpn, ca: certificate, minVersion: "TLSv1.3" });
  socket.setNoDelay(true);
  return socket;
}

export function readyEvent({ certificate }: Endpoint): "connect" | "secureConnect" {
  return certificate === undefined ? "connect" : "secureConnect";
}
