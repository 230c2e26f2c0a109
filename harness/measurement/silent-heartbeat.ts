import type { HeartbeatSettings } from "../../core/heartbeat.ts";

/** Longer than anything is measured, so that no heartbeat falls into it; what heartbeats cost, `idle` and the account of the bytes tell. */
export const SILENT_HEARTBEAT: HeartbeatSettings = { intervalMs: 3_600_000, timeoutMs: 5_000 };
