import { Agent, createServer } from "node:http";
import { Server } from "socket.io";
import { io } from "socket.io-client";
import { boundAddress, listen } from "../../transports/net/listen.ts";
import type { BareTransport } from "./bare.ts";

export const socketio = bareSocketio("socketio", "websocket");
export const socketioPolling = bareSocketio("socketio:polling", "polling");

function bareSocketio(name: string, transport: "websocket" | "polling"): BareTransport {
  return {
    transport: name,
    loop: "one emit()",
    serve: async () => {
      const http = createServer();
      const server = new Server(http, {
        transports: [transport],
        serveClient: false,
        perMessageDeflate: false,
        httpCompression: false,
      });
      server.on("connection", (socket) => {
        socket.on("subscribe", (_: unknown, acknowledge: (answer: object) => void) =>
          acknowledge({ ok: true }),
        );
      });
      await listen(http, "127.0.0.1", 0);
      return {
        url: `http://${boundAddress(http)}`,
        // The library's users hand it objects, which it encodes once for all.
        broadcast: (text) => server.emit("event", JSON.parse(text)),
        close: async () => {
          const closed = server.close();
          http.closeAllConnections();
          await closed;
        },
      };
    },
    subscribe: (url, token, channel, onMessage) =>
      new Promise((resolve, reject) => {
        const agent = new Agent({ keepAlive: true });
        const socket = io(url, {
          auth: { token },
          transports: [transport],
          transportOptions: { [transport]: { agent, perMessageDeflate: false } },
          forceNew: true,
          reconnection: false,
        });
        const close = () => {
          socket.disconnect();
          agent.destroy();
        };
        socket.once("connect_error", reject);
        socket.emit("subscribe", { channel }, () => {
          socket.on("event", onMessage);
          resolve({ close });
        });
      }),
  };
}
