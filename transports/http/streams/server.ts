import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import { LabError } from "../../../core/errors.ts";
import type { Hub } from "../../../core/hub.ts";
import { json } from "../../codec/codec.ts";
import { serveDefaults } from "../../port/defaults.ts";
import type { ServeOptions, TransportServer } from "../../port/transport.ts";
import { bearerToken } from "../../session/bearer.ts";
import type { HttpConnections } from "../connections.ts";
import { addOperations } from "../operations.ts";
import { createHttpApp, listenHttp } from "../server.ts";
import type { Chunk } from "../stream-peer.ts";
import { readQuery } from "./query.ts";
import { type StreamProtocol, Streams } from "./streams.ts";

/**
 * A GET is answered with the stream, POST /alive is a heartbeat; subscribe, publish and read are as on every HTTP transport. `extend` adds what an
 * application has beside them; a connection that it accepts counts as trusted.
 */
export async function serveStreams<C extends Chunk>(
  hub: Hub,
  options: ServeOptions | undefined,
  protocol: StreamProtocol<C, IncomingMessage, ServerResponse>,
  extend?: (app: FastifyInstance, connections: HttpConnections) => void,
): Promise<TransportServer> {
  const settings = serveDefaults(options);
  const streams = new Streams(hub, protocol, settings.maxBufferedBytes);
  const { sessions } = streams;
  const http = createHttpApp(hub, settings, json);
  const { app, connections } = http;
  extend?.(app, connections);
  addOperations(http, hub, sessions, json);

  app.get(protocol.path, async (request, reply) => {
    const { socket } = request.raw;
    const query = readQuery(request);
    const identity = hub.admit(bearerToken(request.raw));
    connections.trust(socket);
    await streams.open(identity, query, {
      request: request.raw,
      response: reply.raw,
      ended: () => connections.distrust(socket),
    });
    // From now on its own beat ends it if nobody reads; a timer of Node.js beside it would be set anew by every write.
    if (!reply.raw.writableEnded) socket.setTimeout(0);
    reply.hijack();
  });

  app.post("/alive", (request, reply) => {
    const { peer } = sessions.require(request.headers);
    connections.trust(request.raw.socket);
    peer.echo();
    return reply.code(204).send();
  });

  app.addHook("preClose", async () => sessions.endAll(new LabError("closed", "the server is closing")));
  return listenHttp(app, settings, streams.outlet);
}
