import websocket from "@fastify/websocket";
import { fastify } from "fastify";
import type { Identity } from "../../core/access.ts";
import { LabError } from "../../core/errors.ts";
import type { Listener, ListenOptions, Opened } from "../conversing/port.ts";
import { toHttpError } from "../http/errors.ts";
import { createGate } from "../http/gate.ts";
import { Turns } from "../http/turns.ts";
import { admittedOnce, Connections } from "../limits/connections.ts";
import { guarded } from "../limits/guard.ts";
import { boundAddress, createHttpServer, endpointOf, listenError, stopAccepting } from "../net/listen.ts";
import { bearerToken } from "../session/bearer.ts";
import { goodbye, isOfPage, requestBounds, serve, turnAway, type Variant } from "./server.ts";

/** The same service as a route of a fastify application, through @fastify/websocket. */
export async function listenOnFastify(
  options: ListenOptions,
  opened: Opened<Buffer>,
  variant: Variant,
): Promise<Listener> {
  const { host, port, tls, admit } = options;
  const gate = createGate(options);
  const turns = new Turns();
  const app = fastify({
    forceCloseConnections: true,
    serverFactory: (handle) =>
      createHttpServer(tls, options, (request, response) => {
        const answer = () => {
          if (!gate.answers(request, response) && !backEnds(request, response)) handle(request, response);
        };
        turns.take(
          request,
          response,
          guarded(options, () => void request.socket.destroy(), answer),
        );
      }),
  });
  const connections = new Connections(app.server, options);
  const backEnds = options.backEnds(admittedOnce(connections));
  await app.register(websocket, {
    options: { ...requestBounds(options), perMessageDeflate: false },
    preClose: async () => connections.endAll(),
  });
  gate.guard(app.server);
  const identities = new WeakMap<object, Identity | LabError>();
  app.get(
    "/",
    {
      websocket: true,
      preValidation: async (request, reply) => {
        try {
          identities.set(request, admit(bearerToken(request.raw)));
        } catch (error) {
          if (isOfPage(request.raw)) {
            identities.set(request, LabError.from(error));
            return;
          }
          const { status, body } = toHttpError(error);
          await reply.code(status).send(body);
        }
      },
    },
    (socket, request) => {
      const open = () => {
        const identity = identities.get(request);
        if (!identity) throw new Error("an upgrade came past its validation");
        if (identity instanceof LabError) {
          turnAway(socket, identity);
          return;
        }
        const stream = request.raw.socket;
        connections.admit(stream);
        serve(socket, stream, identity, opened, variant);
      };
      guarded(options, () => socket.terminate(), open)();
    },
  );
  try {
    await app.listen({ host, port, backlog: 4_096 });
  } catch (error) {
    await app.close();
    throw listenError(error, host, port);
  }
  return {
    endpoint: endpointOf("ws", boundAddress(app.server), tls),
    stopAccepting: () => stopAccepting(app.server),
    goodbye: () => goodbye(app.websocketServer),
    close: () => app.close(),
  };
}
