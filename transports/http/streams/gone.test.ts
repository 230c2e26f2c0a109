import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "vitest";
import { openBench, until } from "../../conformance/bench.ts";
import { fetchStream } from "../../fetch-stream/transport.ts";
import { grpcWeb } from "../../grpc/transport.ts";
import { MEDIA_TYPE, SERVICE } from "../../grpc/web-framing.ts";
import { sse, sseRaw } from "../../sse/transport.ts";
import { openRaw, rawRequest } from "../raw.ts";

const EMPTY_MESSAGE = "\0\0\0\0\0";

test.each([
  { transport: sse, line: "GET /events?channel=topic/a" },
  { transport: sseRaw, line: "GET /events?channel=topic/a" },
  { transport: fetchStream, line: "GET /stream?channel=topic/a" },
  { transport: grpcWeb, line: `POST ${SERVICE}/Follow`, type: MEDIA_TYPE, content: EMPTY_MESSAGE },
])(
  "a client of $transport.name that goes while its channels are asked for leaves no session",
  async ({ transport, line, type, content }) => {
    const bench = await openBench(transport);
    try {
      const { hub } = bench;
      const subscribe = hub.subscribe.bind(hub);
      let answer: () => void = () => undefined;
      const answered = new Promise<void>((resolve) => {
        answer = resolve;
      });
      // As with a backplane, which is asked first.
      hub.subscribe = async (...args) => {
        await answered;
        return subscribe(...args);
      };
      const stream = await openRaw(bench.server.endpoint);
      const authorization = `Bearer ${bench.token("ann")}`;
      stream.send(rawRequest(line, { authorization, ...(type && { "content-type": type }) }, content));
      await until("its session is there", () => hub.counters.sessions === 1);
      stream.destroy();
      await sleep(50);
      answer();
      await until("its session is gone", () => hub.counters.sessions === 0, 5_000);
      assert.equal(hub.counters.internal, 0);
    } finally {
      await bench.close();
    }
  },
);
