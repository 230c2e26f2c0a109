import type { Served } from "./open-transports.ts";

export interface Token {
  readonly user: string;
  readonly token: string;
}

/** What `serve` tells those who start it. */
export interface Announcement {
  /** One, or all that were asked for. */
  readonly served: readonly Served[];
  readonly all: boolean;
  readonly tokens: readonly Token[];
  /** Where it is watched. */
  readonly metrics: string | undefined;
  /** The certificates were made for this run, and clients have to be told which. */
  readonly ownCertificates: boolean;
}

export function asJson({ served, all, tokens, metrics, ownCertificates }: Announcement): string {
  const endpoints = served.map(({ transport: { name }, server: { endpoint } }) => ({
    transport: name,
    endpoint: endpoint.url,
    ...(ownCertificates && endpoint.certificate !== undefined ? { certificate: endpoint.certificate } : {}),
  }));
  const named = Object.fromEntries(tokens.map(({ user, token }) => [user, token]));
  const common = { ...tokens[0], tokens: named, ...(metrics === undefined ? {} : { metrics }) };
  return `${JSON.stringify(all ? { endpoints, ...common } : { ...endpoints[0], ...common })}\n`;
}

export function asText({ served, tokens, metrics, ownCertificates }: Announcement): string {
  const [first] = tokens;
  const examples = served.map(({ transport, server: { endpoint } }) => {
    const lines = transport.example(endpoint, first?.token ?? "").map((line) => `  ${line}\n`);
    return `try ${served.length === 1 ? "it" : transport.name}:\n${lines.join("")}\n`;
  });
  const certificates = served.map(({ server: { endpoint } }) =>
    ownCertificates && endpoint.certificate !== undefined
      ? `certificate of this server:\n${endpoint.certificate}\n`
      : "",
  );
  return [
    ...served.map(({ transport, server }) => `${transport.name} at ${server.endpoint.url}\n`),
    metrics === undefined ? "" : `metrics at ${metrics}/metrics; health at /healthz, readiness at /readyz\n`,
    "\n",
    ...tokens.map(({ user, token }) => `token of user "${user}", valid for an hour:\n  ${token}\n\n`),
    ...examples,
    ...certificates,
    "Ctrl-C ends it.\n",
  ].join("");
}
