import { setTimeout as pause } from "node:timers/promises";
import type { Hub } from "../../core/hub.ts";
import { type Relay, startRelay } from "../../harness/relay/relay.ts";
import { LINK_PROFILES } from "../../scenarios/link.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import type { TransportServer } from "../../transports/port/transport.ts";
import type { Fault, ProxyState } from "../../web/demo/messages.ts";

/** How long a server that is restarted is away. */
const RESTART_MS = 1_000;

/** One transport of the demo: its server, and the proxy between that and the page. */
export interface Column {
  readonly name: string;
  /** Where the page connects: the proxy's address. */
  readonly url: string;
  state(): ProxyState;
  /** `cut` resets every connection once; `stall` holds what the server sends until `flow`. */
  fault(fault: Fault): Promise<void>;
  /** One of LINK_PROFILES, or null for none. */
  setLink(link: string | null): Promise<void>;
  close(): Promise<void>;
}

/** Serves the hub to pages of these origins, on ports of its own on 127.0.0.1. */
export async function openColumn(
  hub: Hub,
  transport: TransportEntry,
  origins: readonly string[],
): Promise<Column> {
  const serve = (port: number) => transport.serve(hub, { origins, port });
  let server: TransportServer = await serve(0);
  const { protocol, hostname: host, port, pathname } = new URL(server.endpoint.url);
  const relay: Relay = await startRelay({ target: { host, port: Number(port) }, link: undefined, seed: 1 });
  const closing = new AbortController();
  let cuts = 0;
  let stalled = false;
  let link: string | null = null;
  let restart: Promise<void> | undefined;

  const again = async () => {
    await server.close();
    try {
      await pause(RESTART_MS, undefined, { signal: closing.signal });
      server = await serve(Number(port));
    } catch (error) {
      if (!closing.signal.aborted) throw error;
    }
  };
  return {
    name: transport.name,
    url: `${protocol}//127.0.0.1:${relay.port}${pathname === "/" ? "" : pathname}`,
    state: () => {
      const { bytesUp, bytesDown } = relay.sample();
      return { bytesUp, bytesDown, cuts, stalled, restarting: restart !== undefined, link };
    },
    fault: async (fault) => {
      if (fault === "cut") {
        cuts += 1;
        relay.reset();
      } else if (fault === "restart") {
        restart ??= again().finally(() => {
          restart = undefined;
        });
        await restart;
      } else {
        stalled = fault === "stall";
        if (stalled) relay.stall();
        else relay.unstall();
      }
    },
    setLink: async (name) => {
      link = name;
      await relay.setLink(name === null ? undefined : LINK_PROFILES[name]?.link);
    },
    close: async () => {
      closing.abort();
      await restart?.catch(() => undefined);
      await relay.close();
      await server.close();
    },
  };
}
