import { randomUUID } from "node:crypto";
import { connect, createServer, type Socket } from "node:net";
import { Aedes } from "aedes";
import { MqttClient } from "mqtt";
import { closeServer, listen } from "../../transports/net/listen.ts";
import type { BareTransport } from "./bare.ts";

const nothing = () => undefined;

function bare(transport: string, qos: 0 | 1): BareTransport {
  let topic = "";
  return {
    transport,
    loop: "one publish()",
    serve: async () => {
      const broker = await Aedes.createBroker();
      broker.on("subscribe", ([subscription]) => {
        topic = subscription?.topic ?? topic;
      });
      const sockets = new Set<Socket>();
      const server = createServer({ noDelay: true }, (socket) => {
        sockets.add(socket);
        socket.once("close", () => sockets.delete(socket));
        broker.handle(socket);
      });
      const bound = await listen(server, "127.0.0.1", 0);
      return {
        url: `mqtt://${bound}`,
        broadcast: (text) => {
          const payload = Buffer.from(text);
          broker.publish({ cmd: "publish", topic, payload, qos, retain: false, dup: false }, nothing);
        },
        close: async () => {
          for (const socket of sockets) socket.destroy();
          await closeServer(server);
          await new Promise<void>((resolve) => broker.close(resolve));
        },
      };
    },
    subscribe: (url, token, channel, onMessage) =>
      new Promise((resolve, reject) => {
        const { hostname, port } = new URL(url);
        const socket = connect({ host: hostname, port: Number(port), noDelay: true });
        const client = new MqttClient(() => socket, {
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
          else resolve({ close: () => socket.destroy() });
        });
      }),
  };
}

export { mqttMosquitto } from "./mosquitto.ts";
export const mqtt = bare("mqtt", 0);
export const mqttQos1 = bare("mqtt:qos1", 1);
