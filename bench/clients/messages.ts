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
  | { readonly kind: "use" };

export type FromClients =
  | { readonly kind: "connected" }
  /** Since the process began. */
  | { readonly kind: "used"; readonly cpuUs: number; readonly events: number };
