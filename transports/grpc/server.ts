import { createServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { logVerbosity, Server, ServerCredentials, setLogVerbosity } from "@grpc/grpc-js";
import type { Identity } from "../../core/access.ts";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import type { Session } from "../../core/session.ts";
import { Connections, type Remote } from "../limits/connections.ts";
import { toEach } from "../limits/guard.ts";
import { closeServer, endpointOf, listen, stopAccepting } from "../net/listen.ts";
import { serveDefaults } from "../port/defaults.ts";
import type { ServeOptions, TransportServer } from "../port/transport.ts";
import { bearerToken } from "../session/bearer.ts";
import { maxRequestBytes } from "../session/envelope.ts";
import { encodeEvent, WELCOME } from "./framing.ts";
import type { Call, Outbox } from "./outbox.ts";
import { endPeer, servePeer } from "./peer.ts";
import { service } from "./service.ts";
import { toStatus } from "./status.ts";

/** Calls that one connection may have open at once: the lab's own client has one. */
const MAX_STREAMS = 16;

// Otherwise any peer could fill the server's stderr, with a line for each header that it garbles.
setLogVerbosity(logVerbosity.NONE);

/** @grpc/grpc-js behind a listener of our own. */
export async function serve(hub: Hub, options?: ServeOptions): Promise<TransportServer> {
  const { host, port, maxBufferedBytes, tls, ...limits } = serveDefaults(options);
  const { intervalMs, timeoutMs } = hub.heartbeat;
  const sessions = new Set<Session<Outbox>>();
  const outlet = hub.attach<Outbox>(
    (event, audience) => {
      const message = encodeEvent(event);
      toEach(
        hub,
        audience,
        ({ peer }) => peer.send(message),
        (session) => endPeer(hub, session),
      );
    },
    (session, reason) => endPeer(hub, session, reason),
  );
  const grpc = new Server({
    // Who does not answer a ping in time is cut off by the library, which cancels the calls.
    "grpc.keepalive_time_ms": intervalMs,
    "grpc.keepalive_timeout_ms": timeoutMs,
    "grpc.max_receive_message_length": maxRequestBytes(hub),
    "grpc.max_concurrent_streams": MAX_STREAMS,
    "grpc.enable_channelz": 0,
  });
  // TLS is the listener's, since the library's own would take TLS 1.2 as well; so is TCP_NODELAY.
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
  const onSocket = (socket: Socket) => {
    socket.on("error", () => socket.destroy());
    injector.injectConnection(socket);
  };
  const listener = tls
    ? createTlsServer({ ...tls, minVersion: "TLSv1.3", ALPNProtocols: ["h2"], noDelay: true }, onSocket)
    : createServer({ noDelay: true }, onSocket);
  // node:http2 does not notice the end of a connection on which it has met a malformed frame: this ends it. It also has the sockets at
  // hand, so that a peer that does not read can be cut off.
  const connections = new Connections(listener, limits);
  const refuse = (call: Call, reason: unknown) => {
    if (LabError.from(reason).code === "internal") hub.internalError(reason);
    call.emit("error", toStatus(reason));
  };
  const begin = (call: Call, identity: Identity) => {
    const remote = remoteOf(call);
    const cut = () => connections.cut(remote);
    const session = servePeer(hub, outlet, identity, call, { maxBufferedBytes, cut });
    sessions.add(session);
    connections.admit(remote);
    call.once("cancelled", () => {
      sessions.delete(session);
      connections.release(remote);
    });
  };
  const connect = (call: Call) => {
    if (!connections.attempt(remoteOf(call))) return;
    const authorization = call.metadata.get("authorization")[0]?.toString();
    const identity = hub.admit(bearerToken({ headers: { authorization } }));
    // That a message has gone out shows that the connection works: one that broke on the way in never becomes a session.
    call.write(WELCOME, (error: unknown) => {
      if (error || call.cancelled) return;
      try {
        begin(call, identity);
      } catch (reason) {
        refuse(call, reason);
      }
    });
  };
  grpc.addService(service, {
    connect: (call: Call) => {
      try {
        connect(call);
      } catch (reason) {
        refuse(call, reason);
      }
    },
  });
  const bound = await listen(listener, host, port);
  const close = async () => {
    const listening = closeServer(listener);
    for (const session of sessions) endPeer(hub, session, new LabError("closed", "the server is closing"));
    await shutDown(grpc);
    connections.endAll();
    await listening;
    outlet.detach();
  };
  let closing: Promise<void> | undefined;
  return {
    endpoint: endpointOf("grpc", bound, tls),
    stopAccepting: () => {
      outlet.admitNoMore();
      stopAccepting(listener);
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** Of the connection that carries the call. */
function remoteOf(call: Call): Remote {
  const peer = call.getPeer();
  const colon = peer.lastIndexOf(":");
  return { remoteAddress: peer.slice(0, colon), remotePort: Number(peer.slice(colon + 1)) };
}

/** Lets the last statuses go out for a moment; whoever has not taken them by then is cut off by the caller. */
function shutDown(grpc: Server): Promise<void> {
  return new Promise((resolve) => {
    const impatient = setTimeout(() => {
      grpc.forceShutdown();
      resolve();
    }, 250);
    grpc.tryShutdown(() => {
      clearTimeout(impatient);
      resolve();
    });
  });
}
