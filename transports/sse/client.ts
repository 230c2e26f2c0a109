import { createParser } from "eventsource-parser";
import { connectStream, type StreamClient } from "../http/streams/client.ts";
import type { StreamMessages } from "../http/streams/messages.ts";
import type { Capabilities, ConnectOptions, Endpoint, TransportClient } from "../port/transport.ts";
import { parseObject } from "../session/envelope.ts";

const MAX_EVENT_CHARACTERS = 16 * 1024 * 1024;

export function connect(
  endpoint: Endpoint,
  options: ConnectOptions,
  supports: Capabilities,
): Promise<TransportClient> {
  return connectStream(endpoint, options, supports, eventSource);
}

/** What every client of event streams asks for, and how it reads that. */
export const eventSource: StreamClient = { path: "/events", mediaType: "text/event-stream", read };

function read(messages: StreamMessages): (text: string) => void {
  const parser = createParser({
    onEvent: ({ event, data }) => {
      if (event === undefined) messages.event(parseObject(data));
      else if (event === "welcome") messages.welcome(parseObject(data));
      else if (event === "closed") messages.closed(parseObject(data));
    },
    maxBufferSize: MAX_EVENT_CHARACTERS,
    onError: (error) => {
      if (error.type === "max-buffer-size-exceeded") throw error;
    },
  });
  return (text) => parser.feed(text);
}
