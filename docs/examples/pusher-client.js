// A client alone for Pusher Channels: npm install pusher-js pusher, and PUSHER_APP_ID, PUSHER_KEY, PUSHER_SECRET and PUSHER_CLUSTER of an app. Untried:
// written by its documentation, without an account. Its clients only receive: what is published goes through the server's library, over HTTP.
//   notif-lab bench --target https://pusher.com --transport-module docs/examples/pusher-client.js --scenarios fan-out --rate 1

// Names of its channels have no slash.
const nameOf = (channel) => channel.replace("/", "_");

function settings() {
  const {
    PUSHER_APP_ID: appId,
    PUSHER_KEY: key,
    PUSHER_SECRET: secret,
    PUSHER_CLUSTER: cluster,
  } = process.env;
  if (appId && key && secret && cluster) return { appId, key, secret, cluster };
  const missing = "set PUSHER_APP_ID, PUSHER_KEY, PUSHER_SECRET and PUSHER_CLUSTER to those of an app";
  throw Object.assign(new Error(missing), { code: "unauthenticated" });
}

async function connect(_, { connectTimeoutMs }) {
  const { appId, key, secret, cluster } = settings();
  const [{ default: Receiver }, { default: Sender }] = await Promise.all([
    import("pusher-js"),
    import("pusher"),
  ]);
  const receiver = new Receiver(key, { cluster, forceTLS: true });
  const sender = new Sender({ appId, key, secret, cluster, useTLS: true });
  const became = (state) => new Promise((resolve) => receiver.connection.bind(state, resolve));
  const closed = Promise.race([became("disconnected"), became("failed")]).then(() => ({
    code: "closed",
    message: "the connection to Pusher is gone",
  }));
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, connectTimeoutMs);
  });
  const first = await Promise.race([
    became("connected").then(() => "connected"),
    ...[became("unavailable"), closed, late].map((one) => one.then(() => "unreachable")),
  ]);
  clearTimeout(timer);
  if (first !== "connected") {
    receiver.disconnect();
    throw Object.assign(new Error("Pusher can't be reached"), { code: "unreachable" });
  }
  let received = 0;
  return {
    closed,
    subscribe: (channel, onEvent) =>
      new Promise((resolve, reject) => {
        const subscribed = receiver.subscribe(nameOf(channel));
        subscribed.bind("notification", ({ body }) => {
          received += 1;
          onEvent({ kind: "notification", id: `${channel} ${received}`, channel, body });
        });
        subscribed.bind("pusher:subscription_succeeded", () =>
          resolve({ seq: 0, cursor: "", missed: false }),
        );
        subscribed.bind("pusher:subscription_error", ({ error }) => reject(new Error(error)));
      }),
    publish: async ({ channel, body }) => {
      await sender.trigger(nameOf(channel), "notification", { body });
      return { id: "", seq: 0, at: Date.now() };
    },
    markRead: async () => {
      throw Object.assign(new Error("Pusher has no read receipts"), { code: "unsupported" });
    },
    close: async () => {
      receiver.disconnect();
      await closed;
    },
  };
}

export default {
  name: "pusher",
  summary: "Pusher Channels over WebSocket, by its client pusher-js; publishes over HTTP",
  packages: ["pusher-js", "pusher"],
  connect,
};
