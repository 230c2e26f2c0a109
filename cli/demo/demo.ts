import { randomBytes } from "node:crypto";
import { LabError } from "../../core/errors.ts";
import { Hub } from "../../core/hub.ts";
import { lookOf, shownOf } from "../../reports/model/looks.ts";
import { LINK_PROFILES } from "../../scenarios/link.ts";
import { pageTransports } from "../../transports/browser.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import { defaultTransports, findTransport } from "../../transports/registry.ts";
import { jwtAuthenticator, jwtIssuer } from "../../transports/session/jwt.ts";
import type { DemoData, DemoOrder } from "../../web/demo/messages.ts";
import { builtClient } from "../output/built-client.ts";
import { knownFacts } from "../output/transport-facts.ts";
import { newSecret } from "../process/secret.ts";
import { type Column, openColumn } from "./column.ts";
import { parseOrder } from "./orders.ts";
import { demoPage, policyFor } from "./page.ts";
import { startPageServer } from "./page-server.ts";
import { MAX_PER_SECOND, openTraffic } from "./traffic.ts";

const DAY_MS = 24 * 3_600_000;
/** So that something is to be seen when the page opens. */
const FIRST_PER_SECOND = 2;
/** Events of a channel that a client which was away can still get: at 200 a second, 5 s of them. */
const REPLAYED = 1_000;
/** Pages have two clients a transport, and several may be open. */
const SESSIONS_PER_USER = 1_000;

export interface Demo {
  readonly url: string;
  readonly columns: readonly Column[];
  /** Idempotent; settles when nothing listens any more. */
  close(): Promise<void>;
}

/** The transports that pages can speak, in the order in which the lab lists them. */
function shownTransports(): TransportEntry[] {
  const families = defaultTransports.map(({ name }) => name);
  const place = ({ name }: TransportEntry) => families.indexOf(name.split(":", 1)[0] ?? name);
  return Object.keys(pageTransports)
    .flatMap((name) => findTransport(name) ?? [])
    .sort((a, b) => place(a) - place(b));
}

/** One service on every transport that pages can speak, and a page that is a client of each. Rejects with `unreachable` where the port is taken. */
export async function startDemo({
  port,
  onInternalError,
}: {
  readonly port: number;
  readonly onInternalError: (error: unknown) => void;
}): Promise<Demo> {
  const pages = await startPageServer(port, "demo");
  const origins = ["127.0.0.1", "localhost"].map((host) => `http://${host}:${pages.port}`);
  const secret = newSecret();
  const seqs: Record<string, number> = {};
  const hub = new Hub({
    clock: Date.now,
    authenticate: jwtAuthenticator(secret),
    epoch: randomBytes(4).toString("hex"),
    publishesPerMinute: Number.POSITIVE_INFINITY,
    maxSessionsPerUser: SESSIONS_PER_USER,
    replayWindow: REPLAYED,
    onAccepted: ({ channel, seq }) => {
      seqs[channel] = seq;
    },
    onInternalError,
  });
  const transports = shownTransports();
  const columns = new Map<string, Column>();
  const traffic = openTraffic(hub, FIRST_PER_SECOND);
  const close = async () => {
    traffic.close();
    await Promise.all([pages.close(), ...[...columns.values()].map((column) => column.close())]);
  };
  try {
    for (const transport of transports)
      columns.set(transport.name, await openColumn(hub, transport, origins));
  } catch (error) {
    await close();
    throw error;
  }

  const carryOut = async (order: DemoOrder): Promise<void> => {
    if (order.order === "rate") traffic.setRate(order.perSecond);
    else if (order.order === "send") traffic.send(order.channel, order.body);
    else {
      const chosen = order.columns.flatMap((name) => columns.get(name) ?? []);
      await Promise.all(
        chosen.map((column) =>
          order.order === "link" ? column.setLink(order.link) : column.fault(order.order),
        ),
      );
    }
  };
  const opened = [...columns.values()];
  pages.show(
    {
      page: demoPage(dataOf(opened, jwtIssuer(secret))),
      ...builtClient("web/demo/demo"),
      policy: policyFor(opened.map(({ url }) => url)),
    },
    {
      state: () => ({
        perSecond: traffic.perSecond,
        seqs,
        proxies: Object.fromEntries(opened.map((column) => [column.name, column.state()])),
      }),
      take: async (text) => {
        const order = parseOrder(text);
        if (!order) return "invalid order";
        try {
          await carryOut(order);
          return undefined;
        } catch (error) {
          return LabError.from(error).message;
        }
      },
      watched: traffic.setWatched,
    },
  );
  return { url: `http://127.0.0.1:${pages.port}/`, columns: opened, close };
}

function dataOf(columns: readonly Column[], issue: ReturnType<typeof jwtIssuer>): DemoData {
  const names = columns.map(({ name }) => name);
  const shown = shownOf(names, { transportFacts: knownFacts(names) });
  return {
    columns: columns.map(({ name, url }) => {
      const { color, marker, hollow } = lookOf(name, shown);
      return { name, url, color, marker, hollow };
    }),
    tokens: { ann: issue("ann", DAY_MS), bob: issue("bob", DAY_MS) },
    links: Object.entries(LINK_PROFILES).map(([name, { about }]) => ({ name, about })),
    maxPerSecond: MAX_PER_SECOND,
  };
}
