import { LabError } from "../../core/errors.ts";
import type { Bus, BusEvents, Directory, Respond } from "./bus.ts";

type OnMessage = (bytes: Uint8Array, respond: Respond) => void;

/** What NATS is to many processes, within one: for agents that are imitated by hundreds. Messages arrive in a turn of their own. */
export class MemoryBroker {
  readonly #subscribers = new Map<string, Set<OnMessage>>();
  readonly #entries = new Map<string, string>();

  /** One end more. */
  connect(): Bus {
    const watchers = new Set<BusEvents>();
    const own: (() => void)[] = [];
    let messages = 0;
    const send = (subject: string, bytes: Uint8Array, respond: Respond) => {
      messages += 1;
      const hearers = [...(this.#subscribers.get(subject) ?? [])];
      setImmediate(() => {
        for (const hear of hearers) hear(bytes, respond);
      });
      return hearers.length;
    };
    const directory: Directory = {
      put: async (id, text) => void this.#entries.set(id, text),
      remove: async (id) => void this.#entries.delete(id),
      all: async () => [...this.#entries.values()],
    };
    return {
      publish: (subject, bytes) => void send(subject, bytes, () => undefined),
      subscribe: (subject, onMessage) => {
        const hear: OnMessage = (bytes, respond) => {
          messages += 1;
          onMessage(bytes, respond);
        };
        const all = this.#subscribers.get(subject) ?? new Set();
        this.#subscribers.set(subject, all.add(hear));
        const end = () => {
          all.delete(hear);
          if (all.size === 0) this.#subscribers.delete(subject);
        };
        own.push(end);
        return end;
      },
      request: (subject, bytes, timeoutMs) =>
        new Promise((resolve, reject) => {
          const late = () => reject(new LabError("timeout", `nobody answered within ${timeoutMs} ms`));
          const timer = setTimeout(late, timeoutMs);
          const heard = send(subject, bytes, (answer) => {
            clearTimeout(timer);
            messages += 1;
            resolve(answer);
          });
          if (heard > 0) return;
          clearTimeout(timer);
          reject(new LabError("unreachable", "nobody is there"));
        }),
      messages: () => messages,
      watch: (events) => {
        watchers.add(events);
        return () => watchers.delete(events);
      },
      directory: async () => directory,
      close: async () => {
        for (const end of own.splice(0)) end();
      },
    };
  }
}
