import { subscribe } from "node:diagnostics_channel";
import type { Hub } from "../../core/hub.ts";
import type { Refusal } from "../../transports/port/transport.ts";
import type { ProcessSample } from "../measurement/process-monitor.ts";
import type { SocketReading } from "../measurement/socket-meter.ts";
import { ownVersion } from "../run/environment.ts";
import { type PublishToWrite, timePublishes } from "./publish-to-write.ts";
import { type BackplaneState, hubState, type ServiceState } from "./state.ts";

/** A hub that is observed from its first publish on. */
export interface ObservedHub extends PublishToWrite {
  readonly scenario: string;
  /** For its transport. */
  onRefused(reason: Refusal): void;
  /** For its backplane. */
  onState(state: "up" | "down"): void;
}

/** What a server process of a run with `--metrics` counts beside what it counts anyway; loaded only there. */
export class Observer {
  readonly #transport: string;
  readonly #isNative: boolean;
  readonly #version = ownVersion();
  readonly #startedAt = Date.now() / 1_000 - process.uptime();
  readonly #refused = new Map<Refusal, number>();
  #accepted = 0;
  #backplane: BackplaneState | undefined;

  /** Before the process listens. Of a transport that is native nothing is told of sockets, see TransportEntry.native. */
  constructor(transport: string, isNative = false) {
    this.#transport = transport;
    this.#isNative = isNative;
    subscribe("net.server.socket", () => {
      this.#accepted += 1;
    });
  }

  /** For a hub that is about to begin; `shared`: with a backplane. */
  hub(scenario: string, shared: boolean): ObservedHub {
    if (shared) this.#backplane ??= { up: true, outages: 0 };
    return {
      scenario,
      ...timePublishes(shared),
      onRefused: (reason) => void this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1),
      onState: (now) => {
        if (!this.#backplane) return;
        if (now === "down") this.#backplane.outages += 1;
        this.#backplane.up = now === "up";
      },
    };
  }

  read(
    running: readonly { readonly hub: Hub; readonly observed: ObservedHub | undefined }[],
    sockets: SocketReading,
    sample: ProcessSample,
  ): ServiceState {
    return {
      version: this.#version,
      hubs: running.flatMap(({ hub, observed }) =>
        observed ? [hubState(hub, observed.read(), observed.scenario)] : [],
      ),
      sockets: this.#isNative ? [] : [{ transport: this.#transport, accepted: this.#accepted, ...sockets }],
      refusedConnections: this.#refused,
      backplane: this.#backplane,
      draining: false,
      startedAt: this.#startedAt,
      process: sample,
    };
  }
}
