// A transport of your own: JSON texts, one a line, over a bare TCP socket.
import { once } from "node:events";
import { connect, createServer } from "node:net";

// An open socket: the lab's messages go out as lines, and lines that arrive go to the lab.
function carry(socket, maxMessageBytes, opened) {
  const lab = opened({
    send: (line) => socket.write(line),
    bufferedBytes: () => socket.writableLength,
    end: () => socket.end(),
    destroy: () => socket.destroy(),
  });
  let held = "";
  socket.setEncoding("utf8");
  socket.on("data", (text) => {
    lab.alive();
    const lines = (held + text).split("\n");
    held = lines.pop();
    for (const line of lines) lab.message(line);
    if (held.length > maxMessageBytes) socket.destroy(new Error("a line is too long"));
  });
  socket.on("error", lab.failed);
  socket.on("close", lab.closed);
}

async function listen({ host, port, maxMessageBytes }, opened) {
  const server = createServer({ noDelay: true }, (socket) => carry(socket, maxMessageBytes, opened));
  await once(server.listen({ host, port, backlog: 4096 }), "listening");
  return {
    endpoint: { url: `ndjson://${host}:${server.address().port}` },
    close: () => once(server.close(), "close"),
  };
}

async function dial({ url }, { localAddress, signal, maxMessageBytes }, opened) {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), localAddress, signal, noDelay: true });
  await once(socket, "connect");
  carry(socket, maxMessageBytes, opened);
}

export default ({ conversing }) =>
  conversing({
    name: "ndjson",
    summary: "JSON texts, one a line, over a bare TCP socket",
    packages: [],
    // Called once per broadcast, for all subscribers.
    frame: (text) => Buffer.from(`${text}\n`),
    listen,
    dial,
    example: ({ url }, token) => [
      `nc ${new URL(url).host.replace(":", " ")}, then {"op":"connect","ref":1,"token":"${token}"}`,
    ],
  });
