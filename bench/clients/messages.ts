/** What the processes of the comparison say to one another. */
export type ToClients =
  | {
      readonly kind: "connect";
      readonly client: string;
      readonly url: string;
      readonly token: string;
      readonly channel: string;
      readonly clients: number;
    }
  /** Begins to count CPU time and events. */
  | { readonly kind: "begin" }
  | { readonly kind: "end" };

export type FromClients =
  | { readonly kind: "connected" }
  | { readonly kind: "begun" }
  | { readonly kind: "ended"; readonly cpuUs: number; readonly events: number };
