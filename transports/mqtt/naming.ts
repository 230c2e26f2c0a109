import type { Naming } from "../dissect/dissector.ts";
import { remainingLength } from "./dissect.ts";

/** By type (MQTT 3.1.1, 2.2.1). */
const PACKETS = [
  "?",
  "CONNECT",
  "CONNACK",
  "PUBLISH",
  "PUBACK",
  "PUBREC",
  "PUBREL",
  "PUBCOMP",
  "SUBSCRIBE",
  "SUBACK",
  "UNSUBSCRIBE",
  "UNSUBACK",
  "PINGREQ",
  "PINGRESP",
  "DISCONNECT",
] as const;

export const nameMqtt: Naming = (_, on) => (bytes) => {
  const remaining = remainingLength(bytes);
  if (!remaining || bytes.length < remaining.end + remaining.value) return 0;
  const name = PACKETS[(bytes[0] ?? 0) >> 4] ?? "?";
  const topicAt = remaining.end + 2;
  const topic = () => bytes.toString("utf8", topicAt, topicAt + bytes.readUInt16BE(remaining.end));
  on({ name: name === "PUBLISH" ? `PUBLISH ${topic()}` : name });
  return remaining.end + remaining.value;
};
