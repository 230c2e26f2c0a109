import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type SecureVersion } from "node:tls";
import { test } from "vitest";
import { openBench, within } from "../conformance/bench.ts";
import { transports } from "../registry.ts";
import { overTls } from "./tls.ts";

const inNetworks = transports.filter(({ supports }) => supports.network);

test.each(inNetworks)("$name:tls speaks TLS 1.3 and refuses what offers less", async (transport) => {
  const bench = await openBench(overTls(transport));
  const { url, certificate } = bench.server.endpoint;
  const { hostname: host, port } = new URL(url);
  const handshake = async (version: SecureVersion) => {
    const options = { host, port: Number(port), ca: certificate, ALPNProtocols: ["h2", "http/1.1"] };
    const socket = connect({ ...options, minVersion: "TLSv1.2", maxVersion: version });
    try {
      await within("the handshake", once(socket, "secureConnect"));
      return socket.getProtocol();
    } catch (error) {
      return error instanceof Error && "code" in error ? error.code : error;
    } finally {
      socket.destroy();
    }
  };
  try {
    assert.deepEqual(
      [await handshake("TLSv1.3"), await handshake("TLSv1.2")],
      ["TLSv1.3", "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION"],
    );
  } finally {
    await bench.close();
  }
});
