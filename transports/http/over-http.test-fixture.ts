import { describe } from "vitest";
import { type Bench, type BenchOptions, openBench } from "../conformance/bench.ts";
import { findTransport } from "../registry.ts";
import { rawRequest } from "./raw.ts";

const names = [
  "sse",
  "sse:raw",
  "sse:tls",
  "sse:raw:tls",
  "long-polling",
  "long-polling:raw",
  "long-polling:tls",
  "long-polling:raw:tls",
];

/** Makes a test of what has to be done on a bench of its own. */
export type OnBench = (options: BenchOptions, run: (bench: Bench) => Promise<void>) => () => Promise<void>;

/** Defines tests for each transport over HTTP; `opening` is the request line that begins a session. */
export function describeOverHttp(define: (on: OnBench, name: string, opening: string) => void): void {
  describe.concurrent.each(names)("%s", (name) => {
    const transport = findTransport(name);
    if (!transport) throw new Error(`no transport ${name}`);
    const on: OnBench = (options, run) => async () => {
      const bench = await openBench(transport, options);
      try {
        await run(bench);
      } finally {
        await bench.close();
      }
    };
    define(on, name, name.startsWith("sse") ? "GET /events" : "POST /sessions");
  });
}

export function bearer(bench: Bench): string {
  return `authorization: Bearer ${bench.token("ann")}`;
}

export function publishHead(bench: Bench): string {
  return `POST /publish HTTP/1.1\r\nhost: localhost\r\n${bearer(bench)}\r\ncontent-type: application/json\r\n`;
}

export function publishRequest(bench: Bench): string {
  const authorization = `Bearer ${bench.token("ann")}`;
  return rawRequest("POST /publish", { authorization }, '{"channel":"topic/news","body":"x"}');
}
