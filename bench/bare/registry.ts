import type { BareWire } from "./bare.ts";

/** Each wire's bare twin, imported only when asked for, so that a process holds one library. */
const loaders: Readonly<Record<string, () => Promise<BareWire>>> = {
  websocket: async () => (await import("./websocket.ts")).websocket,
  socketio: async () => (await import("./socketio.ts")).socketio,
  sse: async () => (await import("./sse.ts")).sse,
  "long-polling": async () => (await import("./long-polling.ts")).longPolling,
  grpc: async () => (await import("./grpc.ts")).grpc,
  mqtt: async () => (await import("./mqtt.ts")).mqtt,
};

export const bareWires: readonly string[] = Object.keys(loaders);

export async function loadBare(wire: string): Promise<BareWire> {
  const load = loaders[wire];
  if (!load) throw new Error(`no bare twin of ${wire}; choose from ${bareWires.join(", ")}`);
  return load();
}
