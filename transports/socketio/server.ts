import type { Server as HttpServer } from "node:http";
import { Server } from "socket.io";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import { createBackEnds } from "../http/back-ends.ts";
import { createGate, type Gate } from "../http/gate.ts";
import { Turns } from "../http/turns.ts";
import { guarded } from "../limits/guard.ts";
import { createHttpServer, endpointOf, listen, stopAccepting } from "../net/listen.ts";
import { serveDefaults } from "../port/defaults.ts";
import type { ServeOptions, TransportServer } from "../port/transport.ts";
import { maxRequestBytes } from "../session/envelope.ts";
import { Attendance } from "./attendance.ts";
import { Backlog, type Connection } from "./backlog.ts";
import { FairWebSocketServer } from "./fair-ws.ts";
import type { msgpackParser } from "./msgpack-parser.ts";
import { watchPolls } from "./polling.ts";
import { type RedisAdapter, roomsOnRedis } from "./redis.ts";
import { type LabServer, type LabSocket, serveSocket } from "./session.ts";

/** The same on both ends. */
export interface Variant {
  /** Which of Engine.IO's transports carries the connection. */
  readonly transport: "websocket" | "polling";
  /** How packets are written down, where it is not the library's own way. */
  readonly parser?: typeof msgpackParser;
  /** How rooms span the nodes of `ServeOptions.redis`, where they do. */
  readonly onRedis?: RedisAdapter;
}

const GOODBYE_MS = 250;
/** The Engine.IO connection that a request is of. */
const SID = /[?&]sid=([^&]+)/;

/** Socket.IO on node:http. */
export async function serve(
  hub: Hub,
  options: ServeOptions | undefined,
  { transport, parser, onRedis }: Variant,
): Promise<TransportServer> {
  const { host, port, maxBufferedBytes, tls, redis, ...limits } = serveDefaults(options);
  const shared = onRedis && (await roomsOnRedis(onRedis, redis));
  const { intervalMs, timeoutMs } = hub.heartbeat;
  // Longer than any heartbeat: reached only by a poll whose answer nobody reads, and by an abandoned connection.
  const idleMs = 2 * intervalMs + timeoutMs;
  const http = createHttpServer(
    tls,
    { noDelay: true, keepAliveTimeout: idleMs, handshakeTimeoutMs: limits.handshakeTimeoutMs },
    (request, response) => {
      if (backEnds(request, response)) return;
      response.writeHead(404, { "content-type": "text/plain" }).end("Socket.IO answers at /socket.io/.\n");
    },
  );
  http.setTimeout(idleMs);
  const attendance = new Attendance(http, limits);
  const backEnds = createBackEnds(hub, attendance.trust);
  endStrayUpgrades(http);
  const io: LabServer = new Server(http, {
    transports: [transport],
    parser,
    allowUpgrades: false,
    serveClient: false,
    pingInterval: intervalMs,
    pingTimeout: timeoutMs,
    connectTimeout: limits.handshakeTimeoutMs,
    wsEngine: FairWebSocketServer,
    maxHttpBufferSize: maxRequestBytes(hub),
    perMessageDeflate: false,
    httpCompression: false,
    ...shared?.options,
  });

  const outlet = hub.attach<Backlog>(
    (event, audience) => {
      for (const { peer } of audience) peer.withinBound();
      // The room holds whom the audience holds: serveSocket joins and leaves both in one go.
      io.to(event.channel).emit("event", event);
    },
    ({ peer }, reason) => peer.end(reason),
    // The rooms of other nodes may hold who follows what nobody follows here.
    { everything: shared !== undefined },
  );

  const backlogs = new WeakMap<Connection, Backlog>();
  io.engine.on("connection", (conn: Connection) => {
    attendance.opened(conn);
    if (transport === "polling") watchPolls(conn);
    const backlog = new Backlog(hub, conn, maxBufferedBytes);
    backlogs.set(conn, backlog);
    // The library answers some packets itself, even of who has shown no token.
    conn.on("packet", () => backlog.withinBound());
    // What other nodes send comes past the hub.
    if (shared) conn.on("packetCreate", () => backlog.withinBound());
  });
  if (transport === "polling")
    http.prependListener("request", ({ url = "", socket }) => {
      const [, sid] = SID.exec(url) ?? [];
      if (sid !== undefined) attendance.requested(sid, socket);
    });
  const gate = createGate(limits);
  gate.guard(http);
  handleInTurns(hub, http, gate);
  io.use((socket, next) => {
    if (attendance.attempt(socket.conn)) authenticate(hub, socket, next);
  });
  io.on("connection", (socket) => {
    const { conn } = socket;
    const backlog = backlogs.get(conn);
    const leave = ({ code, message }: LabError) => {
      socket.emit("ended", { code, message });
      socket.disconnect(true);
    };
    try {
      if (!backlog) throw new LabError("internal", "a socket without its connection");
      const session = outlet.connect(socket.data.identity, backlog);
      backlog.end = leave;
      serveSocket(hub, socket, session);
      attendance.began(conn);
      socket.once("disconnect", () => attendance.ended(conn));
    } catch (error) {
      const reason = LabError.from(error);
      if (reason.code === "internal") hub.internalError(error);
      leave(reason);
    }
  });

  await shared?.hears();
  const bound = await listen(http, host, port).catch(async (error: unknown) => {
    await shared?.close();
    throw error;
  });
  const close = async () => {
    // Where rooms are shared it would end the sockets of all nodes; there the library's own end lets clients resume elsewhere.
    if (!shared) io.disconnectSockets(true);
    const impatient = setTimeout(() => attendance.endAll(), GOODBYE_MS);
    await io.close();
    clearTimeout(impatient);
    outlet.detach();
    await shared?.close();
  };
  let closing: Promise<void> | undefined;
  return {
    endpoint: endpointOf("http", bound, tls),
    stopAccepting: () => {
      outlet.admitNoMore();
      stopAccepting(http);
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** Lets in who shows a token in `auth`; else the client gets a `connect_error` with the code in its `data`. */
function authenticate(hub: Hub, socket: LabSocket, next: (error?: Error) => void): void {
  const token: unknown = socket.handshake.auth.token;
  try {
    socket.data.identity = hub.admit(typeof token === "string" ? token : "");
  } catch (error) {
    const { code, message } = LabError.from(error);
    if (code === "internal") hub.internalError(error);
    next(Object.assign(new Error(message), { data: { code } }));
    return;
  }
  next();
}

/** What listens for requests now gets those of each connection one after the other; else hundreds of sessions are opened in one turn. */
function handleInTurns(hub: Hub, http: HttpServer, gate: Gate): void {
  const turns = new Turns();
  const listeners = http.listeners("request");
  http.removeAllListeners("request");
  http.on("request", (request, response) => {
    const handle = () => {
      if (gate.answers(request, response)) return;
      for (const listener of listeners) listener.call(http, request, response);
    };
    turns.take(
      request,
      response,
      guarded(hub, () => request.socket.destroy(), handle),
    );
  });
}

/** Upgrades that don't belong to Engine.IO: the library leaves their sockets to other listeners, and there are none here. */
function endStrayUpgrades(http: HttpServer): void {
  http.on("upgrade", (request, socket) => {
    if (request.url?.startsWith("/socket.io/")) return;
    socket.on("error", () => socket.destroy());
    socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", () =>
      socket.destroy(),
    );
  });
}
