import type { Server as HttpServer, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { LabError } from "../../core/errors.ts";
import { networkOf } from "../limits/network.ts";
import { createProxies } from "../limits/proxies.ts";
import type { ServeSettings } from "../port/defaults.ts";
import { type HttpError, toHttpError } from "./errors.ts";
import { type CorsFields, createOrigins, type HeadWriter } from "./origins.ts";
import { guardUpgrades } from "./upgrades.ts";

type GateSettings = Pick<
  ServeSettings,
  "origins" | "trustedProxies" | "maxConnectionsPerAddress" | "onRefused"
>;

type Arriving = Pick<IncomingMessage, "method" | "headers"> & {
  readonly socket: Pick<Socket, "remoteAddress">;
};
export interface Carrier {
  once(event: "close", listener: () => void): unknown;
}

/** What a server over HTTP asks of every request before anything else does: pages of which origin, and how many of one address. */
export interface Gate {
  /** True when it has answered the request itself: a preflight, or a refusal. Else the request is still to be handled. */
  answers(request: Arriving, response: HeadWriter & Carrier): boolean;
  /** What it has against an upgrade, of which `carrier` is the connection; undefined when it may pass. */
  reasonAgainst(request: Arriving, carrier: Carrier): HttpError | undefined;
  /** Refuses upgrades that it has something against; for a server whose listeners for upgrades are all there. */
  guard(server: HttpServer): void;
}

const FOREIGN = toHttpError(
  new LabError("forbidden", "pages of this origin may not connect; serve with --origins to let them"),
);
const TOO_MANY = toHttpError(
  new LabError("rate_limited", "too many connections and requests at once from this address"),
);

/** Throws `malformed` for an origin that is none. `fields`: what pages may send and read beside what is the same everywhere. */
export function createGate(settings: GateSettings, fields?: CorsFields): Gate {
  const origins = createOrigins(settings.origins, fields);
  const enter = boundForwarded(settings);
  const reasonAgainst: Gate["reasonAgainst"] = (request, carrier) => {
    if (!origins.admit(request.headers)) {
      settings.onRefused("origin");
      return FOREIGN;
    }
    return enter === undefined || enter(request, carrier) ? undefined : TOO_MANY;
  };
  return {
    reasonAgainst,
    answers: (request, response) => {
      if (origins.answer(request, response)) return true;
      if (enter === undefined || enter(request, response)) return false;
      const { status, body } = TOO_MANY;
      const fields = { "content-type": "application/json", connection: "close" };
      response.writeHead(status, fields);
      response.end(JSON.stringify(body));
      return true;
    },
    guard: (server) => guardUpgrades(server, reasonAgainst),
  };
}

/**
 * A trusted proxy brings the requests of many clients over any of its connections, so the bound of an address goes by `X-Forwarded-For`, and by
 * what is under way for it: upgraded connections, streams, polls and requests. Returns what lets one in until `carrier` closes, or says false.
 */
function boundForwarded({
  trustedProxies,
  maxConnectionsPerAddress,
  onRefused,
}: GateSettings): ((request: Arriving, carrier: Carrier) => boolean) | undefined {
  if (trustedProxies.length === 0) return undefined;
  const proxies = createProxies(trustedProxies);
  const underWay = new Map<string, number>();
  return ({ headers, socket }, carrier) => {
    // Who comes by no proxy is bounded by its connections.
    if (!proxies.includes(socket.remoteAddress)) return true;
    const said = headers["x-forwarded-for"];
    const client = proxies.clientOf(socket.remoteAddress, Array.isArray(said) ? said.join(",") : said);
    const address = networkOf(client ?? "");
    const before = underWay.get(address) ?? 0;
    if (before >= maxConnectionsPerAddress) {
      onRefused("address-limit");
      return false;
    }
    underWay.set(address, before + 1);
    carrier.once("close", () => {
      const left = (underWay.get(address) ?? 0) - 1;
      if (left > 0) underWay.set(address, left);
      else underWay.delete(address);
    });
    return true;
  };
}
