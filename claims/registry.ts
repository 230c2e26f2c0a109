import type { Claim } from "./claim.ts";
import { batchedPings, centrifugo, delta, mosquitto } from "./entries/published-brokers.ts";
import { medisco, mqttAgainstWebsocket, nicholas, quantum, tangen } from "./entries/published-latency.ts";
import { anycable, cloudbase, redisStreams, rustServer } from "./entries/published-memory.ts";
import { bun, ezioda, liveOpenData, sahaj, shootout, uws } from "./entries/published-throughput.ts";
import { seedBandwidth, seedCpu, seedGigabyte, seedSocketio, seedUws } from "./entries/seed-cost.ts";
import { seedGrpcBrowsers, seedHttp2 } from "./entries/seed-facts.ts";
import { seedLatency, seedReceipts, seedRest } from "./entries/seed-latency.ts";
import { seedCompression, seedHeartbeat, seedMqttIot } from "./entries/seed-settings.ts";
import { dalarna, kaminski, shopify, umea, vroble } from "./entries/unread.ts";

/** Every claim, in the order that pages show them. */
export const claims: readonly Claim[] = [
  seedLatency,
  seedBandwidth,
  seedRest,
  seedCpu,
  seedUws,
  seedGigabyte,
  seedReceipts,
  seedGrpcBrowsers,
  seedHttp2,
  seedSocketio,
  seedHeartbeat,
  seedCompression,
  seedMqttIot,
  quantum,
  liveOpenData,
  tangen,
  mqttAgainstWebsocket,
  nicholas,
  medisco,
  ezioda,
  shootout,
  bun,
  uws,
  sahaj,
  mosquitto,
  centrifugo,
  delta,
  batchedPings,
  cloudbase,
  anycable,
  umea,
  dalarna,
  vroble,
  kaminski,
  rustServer,
  redisStreams,
  shopify,
];
