import { openTransports } from "../../cli/service/open-transports.ts";
import { openWatch } from "../../cli/service/watch.ts";
import { findTransport } from "../../transports/registry.ts";
import { answerAs, type Served } from "../adapters/answering.ts";
import { openHub } from "../adapters/open-hub.ts";

/** A server as `serve` opens it, with --metrics (`watched`) or without. */
async function serve(name: string, secret: string, isWatched: boolean): Promise<Served> {
  const transport = findTransport(name);
  if (!transport) throw new Error(`no transport ${name}`);
  const watch = isWatched ? await openWatch(undefined, new Map()) : undefined;
  const { hub, broadcast } = openHub(secret, {
    watch: { ...watch?.hubWatch, turnedAway: () => undefined, cutOff: () => undefined },
  });
  const served = await openTransports(hub, [transport], {
    port: 0,
    metered: isWatched,
    maxConnectionsPerAddress: Number.POSITIVE_INFINITY,
  });
  const server = await watch?.listen({ host: "127.0.0.1", port: 0 }, hub, served);
  return { url: served[0]?.server.endpoint.url ?? "", broadcast, ...(server && { metrics: server.url }) };
}

answerAs(({ side, transport, secret }) => serve(transport, secret, side === "watched"));
