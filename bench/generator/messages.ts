/** What the generator benchmark's client processes are told and answer. */
export type ToClients =
  | {
      readonly kind: "connect";
      readonly side: "recording" | "bare";
      readonly transport: string;
      readonly url: string;
      readonly secret: string;
      readonly channel: string;
      readonly subscribers: number;
    }
  | { readonly kind: "begin" }
  | { readonly kind: "end" };

export type FromClients =
  | { readonly kind: "connected" }
  /** A broadcast has reached every subscriber of the process. */
  | { readonly kind: "round" }
  | { readonly kind: "ended"; readonly cpuUs: number; readonly heapBytes: number };
