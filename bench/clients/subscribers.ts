import { get } from "node:http";
import { EventSource } from "eventsource";
import { createParser } from "eventsource-parser";
import { Client } from "undici";
import { findTransport } from "../../transports/registry.ts";

/** Connects one client that follows the channel and calls back for each event; settles when it is subscribed. */
export type Subscribe = (
  url: string,
  token: string,
  channel: string,
  onEvent: () => void,
) => Promise<unknown>;

/** Other ways to read an event stream, to tell what of the SSE client's cost is whose. */
const OF_STREAMS: Readonly<Record<string, Subscribe>> = {
  /** The bytes alone: no parser, no JSON. */
  "sse/undici-bytes": (url, token, channel, onEvent) => throughUndici(url, token, channel, () => onEvent),
  "sse/undici-parser": (url, token, channel, onEvent) =>
    throughUndici(url, token, channel, () => {
      const parser = createParser({ onEvent });
      return (chunk) => parser.feed(chunk.toString());
    }),
  "sse/http-bytes": (url, token, channel, onEvent) => throughHttp(url, token, channel, () => onEvent),
  "sse/http-parser": (url, token, channel, onEvent) =>
    throughHttp(url, token, channel, () => {
      const parser = createParser({ onEvent });
      return (chunk) => parser.feed(chunk.toString());
    }),
  /** What a user of Node.js takes from npm: fetch, streams and the same parser. */
  "sse/eventsource": (url, token, channel, onEvent) =>
    new Promise((resolve, reject) => {
      const source = new EventSource(`${url}/events?channel=${channel}`, {
        fetch: (input, init) =>
          fetch(input, { ...init, headers: { ...init?.headers, authorization: `Bearer ${token}` } }),
      });
      source.onopen = resolve;
      source.onerror = reject;
      source.onmessage = (event) => {
        if (typeof JSON.parse(event.data) === "object") onEvent();
      };
    }),
};

/** The lab's client of a transport, or one of the others by its name. */
export async function loadSubscribe(name: string): Promise<Subscribe> {
  const other = OF_STREAMS[name];
  if (other) return other;
  const transport = findTransport(name);
  if (!transport) throw new Error(`no transport or client ${name}`);
  return async (url, token, channel, onEvent) => {
    const heartbeat = { intervalMs: 3_600_000, timeoutMs: 5_000 };
    const client = await transport.connect({ url }, { token, heartbeat });
    return client.subscribe(channel, onEvent);
  };
}

type Sink = () => (chunk: Buffer) => void;

function throughUndici(url: string, token: string, channel: string, sink: Sink): Promise<unknown> {
  const take = sink();
  return new Promise<void>((resolve, reject) => {
    new Client(url, { bodyTimeout: 0, headersTimeout: 0 }).dispatch(
      { method: "GET", path: `/events?channel=${channel}`, headers: ["authorization", `Bearer ${token}`] },
      {
        onRequestStart: () => undefined,
        onResponseStart: () => setTimeout(resolve, 50),
        onResponseData: (_, chunk) => take(chunk),
        onResponseEnd: () => undefined,
        onResponseError: (_, error) => reject(error),
      },
    );
  });
}

function throughHttp(url: string, token: string, channel: string, sink: Sink): Promise<unknown> {
  const take = sink();
  return new Promise<void>((resolve, reject) => {
    get(`${url}/events?channel=${channel}`, { agent: false, headers: { authorization: `Bearer ${token}` } })
      .on("response", (response) => {
        response.on("data", take);
        setTimeout(resolve, 50);
      })
      .on("error", reject);
  });
}
