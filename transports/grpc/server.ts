import { createServer, type Socket } from "node:net";
import { logVerbosity, Server, ServerCredentials, setLogVerbosity } from "@grpc/grpc-js";
import { tokenExpired } from "../../core/access.ts";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import type { Session } from "../../core/session.ts";
import { bearerToken } from "../bearer.ts";
import { serveDefaults } from "../defaults.ts";
import { maxRequestBytes } from "../envelope.ts";
import { toEach } from "../guard.ts";
import { closeServer, endpointOf, listen } from "../listen.ts";
import type { ServeOptions, TlsIdentity, TransportServer } from "../transport.ts";
import { encodeEvent, service, WELCOME } from "./framing.ts";
import type { Call, Outbox } from "./outbox.ts";
import { endPeer, servePeer } from "./peer.ts";
import { toStatus } from "./status.ts";

/** How long a connection may take until a call on it has been let in. */
const HANDSHAKE_MS = 5_000;

// Otherwise any peer could fill the server's stderr, with a line for each header that it garbles.
setLogVerbosity(logVerbosity.NONE);

interface Connection {
  readonly socket: Socket;
  readonly handshake: NodeJS.Timeout;
}

/** @grpc/grpc-js behind a listener of our own. */
export async function serve(hub: Hub, options?: ServeOptions): Promise<TransportServer> {
  const { host, port, maxBufferedBytes, tls } = serveDefaults(options);
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
    (session) => endPeer(hub, session, tokenExpired()),
  );
  const grpc = new Server({
    // Who does not answer a ping in time is cut off by the library, which cancels the calls.
    "grpc.keepalive_time_ms": intervalMs,
    "grpc.keepalive_timeout_ms": timeoutMs,
    "grpc.max_receive_message_length": maxRequestBytes(hub),
    "grpc.enable_channelz": 0,
  });
  // With the sockets at hand, a peer that does not read can be cut off, and TCP_NODELAY is not left to the library.
  const connections = new Map<string, Connection>();
  const injector = grpc.createConnectionInjector(credentialsOf(tls));
  const listener = createServer({ noDelay: true }, (socket) => {
    const address = `${socket.remoteAddress}:${socket.remotePort}`;
    // node:http2 does not notice the end of a connection on which it has met a malformed frame.
    const handshake = setTimeout(() => socket.destroy(), HANDSHAKE_MS);
    connections.set(address, { socket, handshake });
    socket.once("close", () => {
      clearTimeout(handshake);
      connections.delete(address);
    });
    socket.on("error", () => socket.destroy());
    injector.injectConnection(socket);
  });
  const accept = (call: Call) => {
    const connection = connections.get(call.getPeer());
    const authorization = call.metadata.get("authorization")[0]?.toString();
    const identity = hub.admit(bearerToken({ headers: { authorization } }));
    // That a message has gone out shows that the connection works: one that broke on the way in never becomes a session.
    call.write(WELCOME, (error: unknown) => {
      if (error || call.cancelled) return;
      clearTimeout(connection?.handshake);
      const cut = () => connection?.socket.destroy();
      const session = servePeer(hub, outlet, identity, call, { maxBufferedBytes, cut });
      sessions.add(session);
      call.once("cancelled", () => sessions.delete(session));
    });
  };
  grpc.addService(service, {
    connect: (call: Call) => {
      try {
        accept(call);
      } catch (error) {
        call.emit("error", toStatus(error));
      }
    },
  });
  const bound = await listen(listener, host, port);
  const close = async () => {
    const listening = closeServer(listener);
    for (const session of sessions) endPeer(hub, session, new LabError("closed", "the server is closing"));
    await shutDown(grpc);
    for (const { socket } of connections.values()) socket.destroy();
    await listening;
    outlet.detach();
  };
  let closing: Promise<void> | undefined;
  return {
    endpoint: endpointOf("grpc", bound, tls),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function credentialsOf(tls: TlsIdentity | undefined): ServerCredentials {
  if (!tls) return ServerCredentials.createInsecure();
  const pair = { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) };
  return ServerCredentials.createSsl(null, [pair]);
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
