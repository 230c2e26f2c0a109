import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import type { TlsIdentity } from "../../transports/port/transport.ts";
import { systemReason, usage } from "../process/failure.ts";

/** The identity in two PEM files, the certificates of its chain behind its own. Exit code 2, and a line that names the file, for what can't be used. */
export function readTlsFiles(
  certFile: string | undefined,
  keyFile: string | undefined,
): TlsIdentity | undefined {
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined)
    throw usage("--tls-cert and --tls-key belong together: give both");
  const cert = read("--tls-cert", certFile);
  const key = read("--tls-key", keyFile);
  const certificate = parse(cert, certFile);
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key))
    throw usage(`--tls-key: ${keyFile} has no private key in PEM ("-----BEGIN PRIVATE KEY-----")`);
  if (/ENCRYPTED/.test(key))
    throw usage(
      `--tls-key: the key in ${keyFile} is encrypted; \`openssl pkey -in ${keyFile}\` writes it without a passphrase`,
    );
  if (new Date(certificate.validTo) < new Date())
    throw usage(`--tls-cert: the certificate in ${certFile} has expired (${certificate.validTo}); renew it`);
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw /mismatch/i.test(reason)
      ? usage(`--tls-key: the key in ${keyFile} is not that of the certificate in ${certFile}`)
      : usage(`--tls-key: ${keyFile} can't be used (${reason})`, error);
  }
  return { cert, key };
}

function parse(cert: string, file: string): X509Certificate {
  try {
    return new X509Certificate(cert);
  } catch (error) {
    throw usage(`--tls-cert: ${file} has no certificate in PEM ("-----BEGIN CERTIFICATE-----")`, error);
  }
}

function read(flag: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw usage(`${flag}: can't read ${file} (${systemReason(error)})`, error);
  }
}
