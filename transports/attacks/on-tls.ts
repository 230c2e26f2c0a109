import { once } from "node:events";
import { connect as connectTls, type SecureVersion } from "node:tls";
import type { Attack, Target } from "./attack.ts";
import { assertClosed, GRACE_MS, HANDSHAKE_MS, openSocket } from "./common.ts";

/*
 * What can be tried against any transport over TLS, before there is anything of its own protocol.
 */

const OLD: readonly SecureVersion[] = ["TLSv1", "TLSv1.1", "TLSv1.2"];

/** Whether a handshake of at most this version succeeds, as one of TLS 1.3 must. */
async function agrees(target: Target, maxVersion: SecureVersion): Promise<boolean> {
  const { hostname, port } = new URL(target.endpoint.url);
  const options = { host: hostname, port: Number(port), minVersion: "TLSv1", maxVersion } as const;
  // Old versions only with ciphers that OpenSSL has put away by default.
  const socket = connectTls({
    ...options,
    ciphers: "DEFAULT@SECLEVEL=0",
    ALPNProtocols: ["h2", "http/1.1"],
    rejectUnauthorized: false,
  });
  socket.on("error", () => socket.destroy());
  const secured = once(socket, "secureConnect").then(() => true);
  const closed = once(socket, "close").then(() => false);
  secured.catch(() => undefined);
  try {
    return await Promise.race([secured, closed]);
  } finally {
    socket.destroy();
  }
}

/** The beginning of a TLS record that says it holds a ClientHello of 16 KiB (RFC 8446, 5.1). */
const BEGUN = Buffer.from("160301400001003ffc0303", "hex");

export const tlsAttacks: readonly Attack[] = [
  {
    name: "handshakes of TLS 1.2 and before",
    run: async (target) => {
      if (!(await agrees(target, "TLSv1.3"))) throw new Error("TLS 1.3 was refused");
      for (let tried = 0; tried < 60; tried += 1) {
        const version = OLD[tried % OLD.length] ?? "TLSv1.2";
        if (await agrees(target, version)) throw new Error(`${version} was agreed on`);
      }
    },
  },
  {
    name: "handshakes that stop in the middle, or go on byte by byte",
    patient: true,
    run: async (target) => {
      const sockets = await Promise.all(Array.from({ length: 200 }, () => openSocket(target)));
      for (const socket of sockets) socket.write(BEGUN);
      const drip = setInterval(() => {
        for (const [index, socket] of sockets.entries())
          if (index % 2 === 0 && socket.writable) socket.write("x");
      }, 100);
      try {
        await assertClosed(sockets, HANDSHAKE_MS + GRACE_MS);
      } finally {
        clearInterval(drip);
      }
    },
  },
];
