import { useSyncExternalStore } from "react";
import type { Frames } from "./frames.ts";

/** A value that React follows; a change is made from the state as it is when the frame is drawn. */
export class Store<T> {
  readonly #frames: Frames;
  readonly #take: () => T;
  readonly #listeners = new Set<() => void>();
  #value: T;

  constructor(frames: Frames, take: () => T) {
    this.#frames = frames;
    this.#take = take;
    this.#value = take();
  }

  readonly get = (): T => this.#value;

  readonly follow = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Called as often as anything changes. */
  changed(): void {
    this.#frames.changed(this.#draw);
  }

  readonly #draw = (): void => {
    this.#value = this.#take();
    for (const listener of this.#listeners) listener();
  };
}

export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.follow, store.get);
}
