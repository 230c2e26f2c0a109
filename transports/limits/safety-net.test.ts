import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const net = fileURLToPath(new URL("../../dist/transports/limits/safety-net.js", import.meta.url));

/** A process with sockets whose listeners throw, each in another way; it prints what became of them. */
const program = `
import { createServer as createHttp, request } from "node:http";
import { connect, createServer } from "node:net";
import { once } from "node:events";
import { installSafetyNet } from ${JSON.stringify(net)};
const told = [];
const remove = installSafetyNet((error) => told.push(error.message));
const sockets = createServer((socket) => {
  socket.on("error", () => undefined);
  socket.on("data", (data) => {
    if (data.toString() === "throw") throw new Error("in data");
    if (data.toString() === "reject") void Promise.reject(new Error("in a promise"));
    else socket.write("echo");
  });
});
const http = createHttp(() => { throw new Error("in a request"); });
await Promise.all([sockets, http].map((server) => once(server.listen(0, "127.0.0.1"), "listening")));
const open = async () => {
  const socket = connect(sockets.address().port, "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
};
const [honest, bad, late] = [await open(), await open(), await open()];
bad.write("throw");
bad.resume();
await once(bad, "close");
late.write("reject");
const [error] = await once(request({ port: http.address().port, host: "127.0.0.1" }).end(), "error");
honest.write("hello");
const [answer] = await once(honest, "data");
console.log(JSON.stringify({ told, answer: answer.toString(), error: error.code, late: late.destroyed }));
remove();
setTimeout(() => { throw new Error("without the net"); }, 1);
`;

test("what nobody caught ends its own connection and not the process, until the net is taken away", async () => {
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
  let err = "";
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  const [code] = await once(child, "close");
  const said = JSON.parse(lines[0] ?? "{}");
  expect([...said.told].sort()).toEqual(["in a promise", "in a request", "in data"]);
  assert.deepEqual([said.answer, said.error, said.late], ["echo", "ECONNRESET", false]);
  assert.equal(code, 1, "without the net it ends as ever");
  assert.match(err, /without the net/);
});
