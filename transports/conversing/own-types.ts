/*
 * What a transport of one's own is written against, as `notif-lab/transport`: types alone.
 */

export type { Answer, Trait, TransportEntry, TransportFacts } from "../port/entry.ts";
export type { Marker } from "../port/markers.ts";
export type * from "../port/transport.ts";
export type { Kit, TransportFactory } from "./kit.ts";
export type {
  Connection,
  ConversingTransport,
  DialOptions,
  Listener,
  ListenOptions,
  Opened,
  Receiver,
} from "./port.ts";
