import mqtt from "mqtt";
import { jsonText } from "../codec/json-text.ts";
import type { ConnectOptions, Endpoint, TransportClient } from "../port/transport.ts";
import { connectClient } from "../session/reconnecting-client.ts";
import { converse, mqttOptions, topicsOf } from "./conversation.ts";
import { supports } from "./supports.ts";

/** The client of `mqtt:ws` for pages, through the library's own build for browsers. */
export function connect({ url }: Endpoint, options: ConnectOptions): Promise<TransportClient> {
  return connectClient(
    async (settings, events, signal) => {
      const clientId = nameOfChance();
      const client = mqtt.connect(url, mqttOptions(clientId, settings));
      return converse(client, client.stream, {
        ...topicsOf(clientId),
        qos: 0,
        codec: jsonText,
        contentOf: String,
        settings,
        events,
        signal,
      });
    },
    options,
    supports,
  );
}

/** As a UUID, which browsers make in secure contexts alone: 128 random bits. */
function nameOfChance(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
