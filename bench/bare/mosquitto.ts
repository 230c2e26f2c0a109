import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { type IClientOptions, MqttClient } from "mqtt";
import { Engine } from "../../transports/engines/engine.ts";
import { MOSQUITTO } from "../../transports/engines/programs.ts";
import { loginTopic, replyTopic, requestTopic, tokenTopic } from "../../transports/mqtt/mosquitto-topics.ts";
import type { BareServer, BareSubscriber, BareTransport } from "./bare.ts";

const nothing = () => undefined;
const CONFIG = "mosquitto.conf";

/** A mosquitto that lets everybody in, and one client of mqtt.js that publishes once. */
export const mqttMosquitto: BareTransport = {
  transport: "mqtt:mosquitto",
  loop: "one publish() to the broker",
  serve,
  subscribe,
};

async function serve(): Promise<BareServer> {
  const engine = await Engine.start({
    program: MOSQUITTO,
    files: ({ port, control }) => ({
      [CONFIG]: [
        // Begun by root it would become another user, who can't write to its folder.
        `user ${userInfo().username}`,
        "allow_anonymous true",
        "log_type error",
        "set_tcp_nodelay true",
        `listener ${port} 127.0.0.1`,
        `listener 0 ${control}`,
        "",
      ].join("\n"),
    }),
    args: ({ folder }) => ["-c", join(folder, CONFIG)],
    probe: (control) => answers(control),
  });
  let topic = "";
  const core = clientAt(() => connect(engine.place.control));
  const answer = (on: string, message: object) => core.publish(on, JSON.stringify(message), nothing);
  core.on("message", (came, payload) => {
    const { ref, channel }: { ref?: unknown; channel?: unknown } = JSON.parse(payload.toString());
    const [kind, name = ""] = came.split("/");
    if (kind === "token") answer(loginTopic(name), { op: "ok", ref, user: randomUUID(), password: "" });
    else {
      topic = String(channel);
      answer(replyTopic(name), { op: "ok", ref });
    }
  });
  await core.subscribeAsync([tokenTopic("+"), requestTopic("+")], { qos: 0 });
  return {
    url: `mqtt://127.0.0.1:${engine.place.port}`,
    broadcast: (text) => void core.publish(topic, Buffer.from(text), { qos: 0 }, nothing),
    processes: () => (engine.pid === undefined ? [] : [engine.pid]),
    close: async () => {
      core.end(true);
      await engine.stop();
    },
  };
}

function answers(control: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(control, () => {
      socket.destroy();
      resolve();
    });
    socket.once("error", reject);
  });
}

function clientAt(open: () => ReturnType<typeof connect>, options: IClientOptions = {}): MqttClient {
  return new MqttClient(open, {
    clientId: randomUUID(),
    protocolVersion: 4,
    reconnectPeriod: 0,
    log: nothing,
    ...options,
  });
}

async function subscribe(
  url: string,
  token: string,
  channel: string,
  onMessage: () => void,
): Promise<BareSubscriber> {
  const { hostname, port } = new URL(url);
  const open = () => connect({ host: hostname, port: Number(port), noDelay: true });
  const visitor = randomUUID();
  const lobby = clientAt(open, { clientId: visitor });
  const given = await asked(lobby, loginTopic(visitor), tokenTopic(visitor), { op: "login", ref: 1, token });
  lobby.end(true);
  const { user, password }: { user?: unknown; password?: unknown } = JSON.parse(given);
  const username = String(user);
  const client = clientAt(open, { clientId: username, username, password: String(password) });
  await client.subscribeAsync(channel, { qos: 0 });
  await asked(client, replyTopic(username), requestTopic(username), { op: "subscribe", ref: 1, channel });
  client.on("message", onMessage);
  return { close: () => void client.end(true) };
}

/** What comes on the one topic when the request has been published on the other. */
async function asked(client: MqttClient, answersOn: string, topic: string, request: object): Promise<string> {
  const came = new Promise<string>((resolve, reject) => {
    client.once("error", reject);
    const take = (on: string, payload: Buffer) => {
      if (on !== answersOn) return;
      client.off("message", take);
      resolve(payload.toString());
    };
    client.on("message", take);
  });
  await client.subscribeAsync(answersOn, { qos: 0 });
  client.publish(topic, JSON.stringify(request), nothing);
  return came;
}
