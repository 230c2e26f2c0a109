// A transport of one's own: JSON texts, one a line, over a bare TCP socket.
import { once } from "node:events";
import { createServer, connect as open } from "node:net";
import { createInterface } from "node:readline";

const fault = (code, message) => Object.assign(new Error(message), { code });
const ignored = () => undefined;
const unreachable = ({ message }) => {
  throw fault("unreachable", message);
};
const send = (socket, message) => socket.destroyed || socket.write(`${JSON.stringify(message)}\n`);

async function serve(hub, { host = "127.0.0.1", port = 0, maxBufferedBytes = 1024 * 1024 } = {}) {
  const sockets = new Set();
  // Called once an event, with all who get it: so it is encoded once.
  const outlet = hub.attach((event, audience) => {
    const line = `${JSON.stringify({ event })}\n`;
    for (const { peer } of audience) {
      if (hub.withinBound(peer.writableLength, maxBufferedBytes)) peer.write(line);
      else if (!peer.destroyed) {
        peer.destroy();
        hub.counters.slowDisconnects += 1;
      }
    }
  });
  const answer = (session, { op, channel, body, id }) => {
    if (op === "publish") return hub.publish(session, channel, body);
    if (op === "read") return hub.markRead(session, id);
    if (op === "subscribe") return { seq: hub.subscribe(session, channel).seq };
    throw fault("malformed", "op is publish, read or subscribe");
  };
  const server = createServer({ noDelay: true }, (socket) => {
    let session;
    sockets.add(socket);
    socket
      .on("error", () => socket.destroy())
      .on("close", () => {
        sockets.delete(socket);
        if (session) hub.disconnect(session);
      });
    createInterface({ input: socket })
      .on("error", ignored)
      .on("line", (line) => {
        let ref;
        try {
          const request = JSON.parse(line);
          ref = request.ref;
          if (session) return send(socket, { ref, result: answer(session, request) ?? {} });
          session = outlet.connect(hub.authenticate(request.token ?? ""), socket);
          send(socket, { ref, result: {} });
        } catch ({ code = "malformed", message }) {
          send(socket, { ref, code, message });
          if (!session) socket.end();
        }
      });
  });
  await once(server.listen(port, host), "listening").catch(unreachable);
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await once(server.close(), "close");
    outlet.detach();
  };
  return { endpoint: { url: `ndjson://${host}:${server.address().port}` }, close };
}

async function connect({ url }, { token, localAddress, requestTimeoutMs = 10_000 }) {
  const { hostname, port } = new URL(url);
  const socket = open({ host: hostname, port: Number(port), localAddress, noDelay: true });
  const waiting = new Map();
  const follows = new Map();
  let refs = 0;
  const ended = new Promise((resolve) => socket.once("close", resolve)).then(() => {
    for (const one of [...waiting.values()]) one.reject(fault("closed", "the connection was closed"));
  });
  socket.on("error", () => socket.destroy());
  createInterface({ input: socket })
    .on("error", ignored)
    .on("line", (line) => {
      const { ref, result, code, message, event } = JSON.parse(line);
      if (event) follows.get(event.channel)?.(event);
      else if (result) waiting.get(ref)?.resolve(result);
      else waiting.get(ref)?.reject(fault(code, message));
    });
  const request = (fields) =>
    new Promise((resolve, reject) => {
      if (socket.destroyed) throw fault("closed", "the connection is gone");
      const ref = ++refs;
      const timer = setTimeout(
        () => waiting.get(ref)?.reject(fault("timeout", "no answer in time")),
        requestTimeoutMs,
      );
      const settling = (act) => (value) => {
        clearTimeout(timer);
        waiting.delete(ref);
        act(value);
      };
      waiting.set(ref, { resolve: settling(resolve), reject: settling(reject) });
      send(socket, { ...fields, ref });
    });
  await once(socket, "connect").catch(unreachable);
  await request({ token });
  return {
    subscribe: async (channel, onEvent, after) => {
      if (after !== undefined) throw fault("unsupported", "it can't resume");
      follows.set(channel, onEvent);
      return { ...(await request({ op: "subscribe", channel })), cursor: undefined, missed: false };
    },
    publish: ({ channel, body }) => request({ op: "publish", channel, body }),
    markRead: (id) => request({ op: "read", id }).then(() => undefined),
    closed: ended.then(() => ({ code: "closed", message: "the connection is closed" })),
    close: () => {
      socket.destroy();
      return ended;
    },
  };
}

export default {
  name: "ndjson",
  summary: "JSON texts, one a line, over a bare TCP socket",
  supports: { resume: false, network: true, slowConsumer: "disconnect" },
  packages: [],
  serve,
  connect,
  example: ({ url }, token) => [
    `nc ${new URL(url).host.replace(":", " ")}, then {"ref":1,"token":"${token}"}`,
  ],
};
