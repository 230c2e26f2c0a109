import assert from "node:assert/strict";
import { decode, encode } from "@msgpack/msgpack";
import { test } from "vitest";
import { WebSocket } from "ws";
import { openBench, until } from "../conformance/bench.ts";
import { describeConformance } from "../conformance/describe.ts";
import { isObject } from "../session/envelope.ts";
import {
  websocket,
  websocketDeflate,
  websocketFastify,
  websocketMsgpack,
  websocketNagle,
  websocketRaw,
} from "./transport.ts";

describeConformance(websocket);
describeConformance(websocketRaw);
describeConformance(websocketDeflate);
describeConformance(websocketFastify);
describeConformance(websocketMsgpack);
describeConformance(websocketNagle);

test("websocket:msgpack answers malformed for an array longer than any request has", async () => {
  const bench = await openBench(websocketMsgpack);
  const headers = { authorization: `Bearer ${bench.token("ann")}` };
  const socket = new WebSocket(bench.server.endpoint.url, { headers });
  const answers: unknown[] = [];
  socket.on("message", (data: Buffer) => answers.push(decode(data)));
  socket.on("open", () => {
    for (const length of [16, 17]) {
      const extra = Array(length).fill(0);
      socket.send(encode({ op: "publish", ref: 1, channel: "topic/news", body: "x", extra }));
    }
  });
  await until("both are answered", () => answers.length === 2);
  const codes = answers.map((answer) => isObject(answer) && [answer.op, answer.code]);
  assert.deepEqual(codes, [
    ["ok", undefined],
    ["error", "malformed"],
  ]);
  socket.terminate();
  await bench.close();
});
