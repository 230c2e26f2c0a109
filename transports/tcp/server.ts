import type { Socket } from "node:net";
import { LabError } from "../../core/errors.ts";
import type { Hub, Outlet } from "../../core/hub.ts";
import type { Session } from "../../core/session.ts";
import { serveDefaults } from "../defaults.ts";
import { encodeEvent, maxRequestBytes, parseObject } from "../envelope.ts";
import { startHeartbeat } from "../heartbeat.ts";
import { answerText, encodeError, encodeOk } from "../json-dialogue.ts";
import { closeServer, createSocketServer, endpointOf, listen } from "../listen.ts";
import type { ServeOptions, TransportServer } from "../transport.ts";
import { encodeFrame, FrameReader } from "./framing.ts";

const PING = encodeFrame('{"op":"ping"}');
const PONG = encodeFrame('{"op":"pong"}');

export async function serve(hub: Hub, options?: ServeOptions): Promise<TransportServer> {
  const { host, port, maxBufferedBytes, tls } = serveDefaults(options);
  const sockets = new Set<Socket>();

  const outlet = hub.attach<Peer>((event, audience) => {
    const frame = encodeFrame(encodeEvent(event));
    for (const session of audience) session.peer.write(frame);
  });

  const server = createSocketServer({ tls }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    accept(hub, outlet, socket, maxBufferedBytes);
  });
  const bound = await listen(server, host, port);
  return {
    endpoint: endpointOf("tcp", bound, tls),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await closeServer(server);
      outlet.detach();
    },
  };
}

interface Peer {
  write(frame: Buffer): void;
}

function accept(hub: Hub, outlet: Outlet<Peer>, socket: Socket, maxBufferedBytes: number): void {
  let session: Session<Peer> | undefined;
  const write = (frame: Buffer) => {
    if (socket.destroyed) return;
    if (!hub.withinBound(socket.writableLength, maxBufferedBytes)) {
      hub.counters.slowDisconnects += 1;
      socket.destroy();
    } else socket.write(frame);
  };
  const heartbeat = startHeartbeat(hub.heartbeat, {
    probe: () => (session && !hub.isExpired(session) ? write(PING) : socket.destroy()),
    dead: () => socket.destroy(),
  });
  const greet = (text: string) => {
    let ref: unknown = null;
    try {
      const hello = parseObject(text);
      ref = hello.ref ?? null;
      if (hello.op !== "connect")
        throw new LabError("unauthenticated", "the first message must be connect, with a token");
      session = outlet.connect(hub.authenticate(typeof hello.token === "string" ? hello.token : ""), {
        write,
      });
      write(encodeFrame(encodeOk(ref, {})));
    } catch (error) {
      socket.end(encodeFrame(encodeError(ref, error)));
    }
  };
  const reader = new FrameReader(maxRequestBytes(hub), (text) => {
    if (text === '{"op":"ping"}') write(PONG);
    else if (text === '{"op":"pong"}') return;
    else if (session) answerText(hub, session, text, (answer) => write(encodeFrame(answer)));
    else greet(text);
  });
  socket.on("data", (chunk) => {
    heartbeat.alive();
    try {
      reader.push(chunk);
    } catch (error) {
      socket.end(encodeFrame(encodeError(null, error)));
      socket.removeAllListeners("data").resume();
    }
  });
  socket.on("error", () => socket.destroy());
  socket.once("close", () => {
    heartbeat.stop();
    if (session) hub.disconnect(session);
  });
}
