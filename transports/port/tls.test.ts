import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { describeConformance } from "../conformance/describe.ts";
import { defaultTransports } from "../registry.ts";
import { tcp } from "../tcp/transport.ts";
import { overTls, selfSigned } from "./tls.ts";

// `npm test` runs every check over TLS once, each on another transport; the full set all on each.
const sampled = [...defaultTransports, tcp];
sampled.forEach((transport, turn) => {
  describeConformance(overTls(transport), (_, index) => index % sampled.length === turn);
});

test("a certificate outlives the server that shows it", async () => {
  const { cert } = await selfSigned();
  const certificate = new X509Certificate(cert);
  expect(Date.parse(certificate.validFrom)).toBeLessThan(Date.now());
  expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now() + 5 * 365 * 86_400_000);
  expect(certificate.subjectAltName).toBe("DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1");
});
