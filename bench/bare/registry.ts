import type { BareWire } from "./bare.ts";

/** Each wire's bare twin, imported only when asked for, so that a process holds one library. */
const loaders: Readonly<Record<string, () => Promise<BareWire>>> = {
  websocket: async () => (await import("./websocket.ts")).websocket,
  "websocket:raw": async () => (await import("./websocket.ts")).websocketRaw,
  socketio: async () => (await import("./socketio.ts")).socketio,
  sse: async () => (await import("./sse.ts")).sse,
  "sse:raw": async () => (await import("./sse.ts")).sseRaw,
  "long-polling": async () => (await import("./long-polling.ts")).longPolling,
  "long-polling:raw": async () => (await import("./long-polling.ts")).longPollingRaw,
  grpc: async () => (await import("./grpc.ts")).grpc,
  mqtt: async () => (await import("./mqtt.ts")).mqtt,
  "mqtt:qos1": async () => (await import("./mqtt.ts")).mqttQos1,
  "socketio:polling": async () => (await import("./socketio.ts")).socketioPolling,
};

/** The wires that the lab compares by default, and beside them those that go past their library; others are measured when named. */
export const bareWires: readonly string[] = [
  "websocket",
  "websocket:raw",
  "socketio",
  "sse",
  "sse:raw",
  "long-polling",
  "long-polling:raw",
  "grpc",
  "mqtt",
];

export async function loadBare(wire: string): Promise<BareWire> {
  const load = loaders[wire];
  if (!load) throw new Error(`no bare twin of ${wire}; choose from ${Object.keys(loaders).join(", ")}`);
  return load();
}
