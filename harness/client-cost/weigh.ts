import type { TransportEntry } from "../../transports/port/entry.ts";
import { withMeteredServer } from "../breakdown/metered-server.ts";
import { SILENT_HEARTBEAT } from "../measurement/silent-heartbeat.ts";
import { Child } from "../processes/child.ts";
import type { ClientCost } from "../result/schema/client-cost.ts";
import type { TransportRef } from "../run/transports.ts";
import { measureClients, READERS } from "./measure.ts";
import type { ReaderReply, ReaderRequest } from "./messages.ts";
import { Replayer } from "./replayer.ts";

const BODY = "x".repeat(128);
const CHANNEL = "topic/news";
const PATIENCE_MS = 20_000;

/**
 * What the transport's client library uses for a message of 128 characters; about 4 s. Server and recorder are in this process, the
 * subscribers in another. Rejects with `internal` and the reason where it can't be told.
 */
export async function weighClients(transport: TransportEntry, ref: TransportRef): Promise<ClientCost> {
  const options = { maxBodyCharacters: BODY.length, heartbeat: SILENT_HEARTBEAT };
  const { run, close } = await withMeteredServer(transport, options, async (server) => {
    const replayer = await Replayer.before(server.endpoint.url);
    server.closeToo(async () => replayer.close());
    const child = new Child<ReaderRequest, ReaderReply>("reader", `the subscribers of ${transport.name}`);
    server.closeToo(() => child.stop());
    const publisher = await transport.connect(server.endpoint, {
      token: server.issue("writer"),
      heartbeat: SILENT_HEARTBEAT,
      reconnect: { attempts: 0, delayMs: 0, jitter: 0 },
    });
    server.closeToo(() => publisher.close());
    await child.ask(
      {
        kind: "read",
        transport: ref,
        endpoint: { ...server.endpoint, url: replayer.url },
        token: server.issue("reader"),
        channel: CHANNEL,
        readers: READERS,
      },
      "reading",
      PATIENCE_MS,
    );
    const readers = { used: () => child.ask({ kind: "use" }, "used", PATIENCE_MS) };
    return {
      run: () => measureClients(replayer, readers, () => publisher.publish({ channel: CHANNEL, body: BODY })),
    };
  });
  try {
    return { transport: transport.name, ...(await run()) };
  } finally {
    await close();
  }
}
