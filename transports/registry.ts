import { family as fetchStream } from "./fetch-stream/transport.ts";
import { family as grpc } from "./grpc/transport.ts";
import { family as longPolling } from "./long-polling/transport.ts";
import { family as loopback } from "./loopback/transport.ts";
import { family as mqtt } from "./mqtt/transport.ts";
import { family as polling } from "./polling/transport.ts";
import type { TransportEntry, TransportFamily } from "./port/entry.ts";
import { inTheClear, overTls } from "./port/tls.ts";
import { family as socketio } from "./socketio/transport.ts";
import { family as sse } from "./sse/transport.ts";
import { family as tcp } from "./tcp/transport.ts";
import { family as websocket } from "./websocket/transport.ts";

/** One entry a folder, in the order reports show them. */
const families: readonly TransportFamily[] = [
  websocket,
  socketio,
  sse,
  longPolling,
  grpc,
  mqtt,
  polling,
  fetchStream,
  tcp,
  loopback,
];

const compared = families.filter(({ role }) => role === "default");
const named = families.filter(({ role }) => role === "named");
const baselines = families.filter(({ role }) => role === "baseline");

/** Those that are compared unless others are named. */
export const defaultTransports: readonly TransportEntry[] = compared.map(({ transports }) => transports[0]);

/**
 * Every transport, then their variants, then those that are compared when named, then the baselines. An entry imports its server and client only when they are asked for, so
 * that a process holds no other library than that of the transport it runs.
 */
export const transports: readonly TransportEntry[] = [
  ...defaultTransports,
  ...compared.flatMap(({ transports: [, ...variants] }) => variants),
  ...[...named, ...baselines].flatMap((family) => family.transports),
];

/** Variants that can't serve without a Redis, apart from the others: whoever tries all of those need not have one. */
export const transportsOnRedis: readonly TransportEntry[] = families.flatMap(({ onRedis = [] }) => onRedis);

/** Variants whose server needs what is not installed everywhere, apart from the others for the same reason. */
export const transportsIfInstalled: readonly TransportEntry[] = families.flatMap(
  ({ ifInstalled = [] }) => ifInstalled,
);

/** Those of them that can be served here. */
export async function installedHere(): Promise<readonly TransportEntry[]> {
  const lacking = await Promise.all(transportsIfInstalled.map(({ missing }) => missing?.()));
  return transportsIfInstalled.filter((_, index) => lacking[index] === undefined);
}

/** All that can be named but those of furtherVariant() and those over TLS. */
export const everyTransport: readonly TransportEntry[] = [
  ...transports,
  ...transportsOnRedis,
  ...transportsIfInstalled,
];

/** The variant of that name which is too much to list, such as `polling:250ms`. */
export function furtherVariant(name: string): TransportEntry | undefined {
  const [folder, variant] = name.split(/:(.*)/);
  const family = families.find(({ transports }) => transports[0].name === folder);
  return variant === undefined ? undefined : family?.further?.(variant);
}

/** Every transport with a network, variants included, is also there over TLS unless it says why not: `websocket:tls`, `sse:raw:tls`. */
export function findTransport(name: string): TransportEntry | undefined {
  const clear = inTheClear(name);
  const plain = clear ?? name;
  const found = everyTransport.find((transport) => transport.name === plain) ?? furtherVariant(plain);
  if (clear === undefined) return found;
  return found?.supports.network && found.clearOnly === undefined ? overTls(found) : undefined;
}
