/** `other`: another build's. `watched` and `unwatched` are of `bench/metrics/`. */
export type SideName = "ours" | "bare" | "other" | "watched" | "unwatched";

/** What the comparison's processes say to one another. */
export type ToServer =
  | {
      readonly kind: "serve";
      readonly side: SideName;
      readonly transport: string;
      readonly secret: string;
      /** The folder of another build. */
      readonly build?: string;
    }
  | {
      readonly kind: "begin";
      readonly side: SideName;
      readonly ahead: number;
      readonly channel: string;
    }
  | { readonly kind: "next" }
  | { readonly kind: "end" };

export type FromServer =
  | { readonly kind: "serving"; readonly url: string; readonly metrics?: string }
  | { readonly kind: "ended"; readonly cpuUs: number };

export interface ToSubscribers {
  readonly transport: string;
  readonly url: string;
  readonly secret: string;
  readonly channel: string;
  readonly subscribers: number;
}

export type FromSubscribers = { readonly kind: "ready" } | { readonly kind: "round" };

/** Sends if the other side is still there; whoever is gone needs no answer. */
export function sendTo(process: NodeJS.Process, message: FromServer | FromSubscribers): void {
  if (process.connected) process.send?.(message, undefined, {}, () => undefined);
}
