import { createServer } from "node:http";
import type { Socket } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import { boundAddress, closeServer, listen } from "../../transports/net/listen.ts";
import { encodeFrame } from "../../transports/websocket/framing.ts";
import { loadUws, type UwsApp } from "../../transports/websocket/uws-library.ts";
import type { BareServer, BareSubscriber, BareTransport } from "./bare.ts";

/** As the broadcast in the documentation of ws. */
export const websocket: BareTransport = {
  transport: "websocket",
  loop: "send() of one Buffer",
  serve: () =>
    serve((text, sockets) => {
      const data = Buffer.from(text);
      for (const client of sockets.keys())
        if (client.readyState === WebSocket.OPEN) client.send(data, { binary: false });
    }),
  subscribe,
};

/** One frame, written to the socket under each client. */
export const websocketRaw: BareTransport = {
  transport: "websocket:raw",
  loop: "write() of one frame",
  serve: () =>
    serve((text, sockets) => {
      const frame = encodeFrame(text);
      for (const [client, stream] of sockets) if (client.readyState === WebSocket.OPEN) stream.write(frame);
    }),
  subscribe,
};

const TOPIC = "feed";

/** As the examples of uWebSockets.js have it: every client follows a topic, to which the text is published once. */
export const websocketUws: BareTransport = {
  transport: "websocket:uws",
  loop: "publish() to a topic",
  serve: () => serveUws((app, text) => void app.publish(TOPIC, Buffer.from(text), false)),
  subscribe,
};

async function serveUws(broadcast: (app: UwsApp, text: string) => void): Promise<BareServer> {
  const uws = loadUws();
  const app = uws.App().ws<object>("/*", {
    maxPayloadLength: 16 * 1024,
    idleTimeout: 0,
    sendPingsAutomatically: false,
    maxBackpressure: 0,
    compression: uws.DISABLED,
    upgrade: (response, request, context) => {
      const header = (name: string) => request.getHeader(`sec-websocket-${name}`);
      response.upgrade({}, header("key"), header("protocol"), header("extensions"), context);
    },
    open: (socket) => void socket.subscribe(TOPIC),
    message: (socket) => void socket.send(Buffer.from('{"op":"ok"}'), false),
    ping: () => undefined,
    pong: () => undefined,
    close: () => undefined,
  });
  const port = await new Promise<number>((resolve, reject) => {
    app.listen("127.0.0.1", 0, (listening) => {
      if (listening) resolve(uws.us_socket_local_port(listening));
      else reject(new Error("uWebSockets.js can't listen"));
    });
  });
  return {
    url: `ws://127.0.0.1:${port}`,
    broadcast: (text) => broadcast(app, text),
    close: async () => void app.close(),
  };
}

async function serve(
  broadcast: (text: string, sockets: ReadonlyMap<WebSocket, Socket>) => void,
): Promise<BareServer> {
  const http = createServer();
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });
  const sockets = new Map<WebSocket, Socket>();
  server.on("connection", (client, { socket }) => {
    sockets.set(client, socket);
    client.on("message", () => client.send('{"op":"ok"}'));
    client.on("error", () => client.terminate());
    client.once("close", () => sockets.delete(client));
  });
  await listen(http, "127.0.0.1", 0);
  return {
    url: `ws://${boundAddress(http)}`,
    broadcast: (text) => broadcast(text, sockets),
    close: async () => {
      for (const client of server.clients) client.terminate();
      await closeServer(http);
    },
  };
}

function subscribe(
  url: string,
  token: string,
  channel: string,
  onMessage: () => void,
): Promise<BareSubscriber> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, {
      headers: { authorization: `Bearer ${token}` },
      perMessageDeflate: false,
    });
    socket.once("error", reject);
    socket.once("open", () => socket.send(JSON.stringify({ op: "subscribe", ref: 1, channel })));
    socket.once("message", () => {
      socket.on("message", onMessage);
      resolve({ close: () => socket.terminate() });
    });
  });
}
