/** How both ends find out that the other is gone: probe after `intervalMs` of silence, give up `timeoutMs` later. */
export interface HeartbeatSettings {
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

export const DEFAULT_HEARTBEAT: HeartbeatSettings = { intervalMs: 10_000, timeoutMs: 5_000 };
