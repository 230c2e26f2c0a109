import { createServer } from "node:http";
import { WebSocket, WebSocketServer } from "ws";
import { boundAddress, closeServer, listen } from "../../transports/listen.ts";
import type { BareWire } from "./bare.ts";

export const websocket: BareWire = {
  wire: "websocket",
  serve: async () => {
    const http = createServer();
    const server = new WebSocketServer({ server: http, perMessageDeflate: false });
    server.on("connection", (socket) => {
      socket.on("message", () => socket.send('{"op":"ok"}'));
      socket.on("error", () => socket.terminate());
    });
    await listen(http, "127.0.0.1", 0);
    return {
      url: `ws://${boundAddress(http)}`,
      broadcast: (text) => {
        for (const client of server.clients) client.send(text);
      },
      close: async () => {
        for (const client of server.clients) client.terminate();
        await closeServer(http);
      },
    };
  },
  subscribe: (url, token, channel, onMessage) =>
    new Promise((resolve, reject) => {
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
    }),
};
