// A client alone for Centrifugo: npm install centrifuge ws. Untried: written by its documentation, without a server to run it against.
// Its configuration has to let clients subscribe and publish, and to have the key of NOTIF_LAB_CENTRIFUGO_KEY as its HMAC secret.
//   notif-lab bench --target ws://127.0.0.1:8000/connection/websocket --transport-module docs/examples/centrifugo-client.js --scenarios fan-out
import { createHmac } from "node:crypto";

// The lab's token says which of its users the client is; Centrifugo wants one that it can check.
function tokenFor(labToken) {
  const { sub, exp } = JSON.parse(Buffer.from(labToken.split(".")[1], "base64url"));
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg: "HS256", typ: "JWT" })}.${part({ sub, exp })}`;
  const key = process.env.NOTIF_LAB_CENTRIFUGO_KEY ?? "";
  return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
}

// A slash means something else in its names of channels.
const nameOf = (channel) => channel.replace("/", "_");

async function connect({ url }, { token, connectTimeoutMs }) {
  const [{ Centrifuge }, { WebSocket }] = await Promise.all([import("centrifuge"), import("ws")]);
  // Node.js has a WebSocket of its own only from version 22 on.
  const client = new Centrifuge(url, { token: tokenFor(token), websocket: WebSocket });
  const closed = new Promise((resolve) => {
    client.on("disconnected", ({ reason }) => resolve({ code: "closed", message: reason }));
  });
  client.connect();
  await client.ready(connectTimeoutMs).catch((error) => {
    client.disconnect();
    throw error;
  });
  let received = 0;
  return {
    closed,
    subscribe: async (channel, onEvent) => {
      const subscription = client.newSubscription(nameOf(channel));
      subscription.on("publication", ({ data }) => {
        received += 1;
        onEvent({ kind: "notification", id: `${channel} ${received}`, channel, body: data.body });
      });
      subscription.subscribe();
      await subscription.ready(connectTimeoutMs);
      return { seq: 0, cursor: "", missed: false };
    },
    publish: async ({ channel, body }) => {
      await client.publish(nameOf(channel), { body });
      return { id: "", seq: 0, at: Date.now() };
    },
    markRead: async () => {
      throw Object.assign(new Error("Centrifugo has no read receipts"), { code: "unsupported" });
    },
    close: async () => {
      client.disconnect();
      await closed;
    },
  };
}

export default {
  name: "centrifugo",
  summary: "Centrifugo over WebSocket, by its client centrifuge",
  packages: ["centrifuge", "ws"],
  connect,
};
