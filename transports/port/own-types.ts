/*
 * What a transport of one's own is written against, as `notif-lab/transport`: types alone.
 */
export type {
  Connection,
  ConversingWire,
  DialOptions,
  Listener,
  ListenOptions,
  Opened,
  Receiver,
} from "../conversing/port.ts";
export type { Answer, Marker, Trait, TransportEntry, TransportFacts } from "./entry.ts";
export type { Kit, TransportFactory } from "./kit.ts";
export type * from "./transport.ts";
