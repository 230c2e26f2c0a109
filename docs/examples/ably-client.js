// A client alone for Ably: npm install ably, and the key of an app in ABLY_KEY. Untried: written by its documentation, without an account.
// Plans limit messages a second, so begin with a low rate; the address is only what the report calls it.
//   notif-lab bench --target https://realtime.ably.io --transport-module docs/examples/ably-client.js --scenarios fan-out --rate 1

async function connect(_, { connectTimeoutMs }) {
  const key = process.env.ABLY_KEY;
  if (!key) throw Object.assign(new Error("set ABLY_KEY to the key of an app"), { code: "unauthenticated" });
  const { Realtime } = await import("ably");
  const realtime = new Realtime({ key, realtimeRequestTimeout: connectTimeoutMs });
  const closed = new Promise((resolve) => {
    for (const state of ["closed", "failed"])
      realtime.connection.once(state, ({ reason }) =>
        resolve({ code: "closed", message: reason?.message ?? state }),
      );
  });
  const failed = closed.then(({ message }) => {
    throw Object.assign(new Error(message), { code: "unreachable" });
  });
  failed.catch(() => undefined);
  // Without a network the library tries on and on.
  let timer;
  const late = new Promise((_, reject) => {
    const error = Object.assign(new Error("Ably can't be reached"), { code: "unreachable" });
    timer = setTimeout(reject, connectTimeoutMs, error);
  });
  await Promise.race([realtime.connection.once("connected"), failed, late])
    .catch((error) => {
      realtime.close();
      throw error;
    })
    .finally(() => clearTimeout(timer));
  return {
    closed,
    // Settles once the channel is attached.
    subscribe: async (channel, onEvent) => {
      await realtime.channels
        .get(channel)
        .subscribe("notification", ({ id, data }) =>
          onEvent({ kind: "notification", id, channel, body: data }),
        );
      return { seq: 0, cursor: "", missed: false };
    },
    publish: async ({ channel, body }) => {
      await realtime.channels.get(channel).publish("notification", body);
      return { id: "", seq: 0, at: Date.now() };
    },
    markRead: async () => {
      throw Object.assign(new Error("Ably has no read receipts"), { code: "unsupported" });
    },
    close: async () => {
      realtime.close();
      await closed;
    },
  };
}

export default {
  name: "ably",
  summary: "Ably over WebSocket, by its client ably",
  packages: ["ably"],
  connect,
};
