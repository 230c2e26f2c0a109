import { randomUUID } from "node:crypto";
import { createServer as createHttpServer } from "node:http";
import { connect, createServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { Aedes } from "aedes";
import { MqttClient } from "mqtt";
import { createWebSocketStream, WebSocket, WebSocketServer } from "ws";
import { SUBPROTOCOL, WebSocketStream } from "../../transports/mqtt/websocket-stream.ts";
import { closeServer, listen } from "../../transports/net/listen.ts";
import type { BareServer, BareSubscriber, BareTransport } from "./bare.ts";

const nothing = () => undefined;

function bare(transport: string, qos: 0 | 1): BareTransport {
  return {
    transport,
    loop: "one publish()",
    serve: () =>
      serveBroker(qos, async (broker) => {
        const sockets = new Set<Socket>();
        const server = createServer({ noDelay: true }, (socket) => {
          sockets.add(socket);
          socket.once("close", () => sockets.delete(socket));
          broker.handle(socket);
        });
        const bound = await listen(server, "127.0.0.1", 0);
        const close = async () => {
          for (const socket of sockets) socket.destroy();
          await closeServer(server);
        };
        return { url: `mqtt://${bound}`, close };
      }),
    subscribe: (url, token, channel, onMessage) => {
      const { hostname, port } = new URL(url);
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      return subscribeOn(socket, token, channel, qos, onMessage);
    },
  };
}

/** The stream that ws makes of a WebSocket, handed to aedes, as the documentation of both has it. */
export const mqttWs: BareTransport = {
  transport: "mqtt:ws",
  loop: "one publish()",
  serve: () =>
    serveBroker(0, async (broker) => {
      const server = createHttpServer();
      const sockets = new WebSocketServer({ server });
      sockets.on("connection", (socket) => broker.handle(createWebSocketStream(socket)));
      const bound = await listen(server, "127.0.0.1", 0);
      const close = async () => {
        for (const socket of sockets.clients) socket.terminate();
        await closeServer(server);
      };
      return { url: `ws://${bound}`, close };
    }),
  subscribe: (url, token, channel, onMessage) =>
    subscribeOn(new WebSocketStream(new WebSocket(url, SUBPROTOCOL)), token, channel, 0, onMessage),
};

async function serveBroker(
  qos: 0 | 1,
  open: (broker: Aedes) => Promise<Pick<BareServer, "url" | "close">>,
): Promise<BareServer> {
  const broker = await Aedes.createBroker();
  let topic = "";
  broker.on("subscribe", ([subscription]) => {
    topic = subscription?.topic ?? topic;
  });
  const { url, close } = await open(broker);
  return {
    url,
    broadcast: (text) => {
      const payload = Buffer.from(text);
      broker.publish({ cmd: "publish", topic, payload, qos, retain: false, dup: false }, nothing);
    },
    close: async () => {
      await close();
      await new Promise<void>((resolve) => broker.close(resolve));
    },
  };
}

function subscribeOn(
  stream: Duplex,
  token: string,
  channel: string,
  qos: 0 | 1,
  onMessage: () => void,
): Promise<BareSubscriber> {
  return new Promise((resolve, reject) => {
    const client = new MqttClient(() => stream, {
      clientId: randomUUID(),
      username: "",
      password: token,
      protocolVersion: 4,
      reconnectPeriod: 0,
      log: nothing,
    });
    client.once("error", reject);
    client.on("message", onMessage);
    client.subscribe(channel, { qos }, (error) => {
      if (error) reject(error);
      else resolve({ close: () => void stream.destroy() });
    });
  });
}

export { mqttMosquitto } from "./mosquitto.ts";
export const mqtt = bare("mqtt", 0);
export const mqttQos1 = bare("mqtt:qos1", 1);
