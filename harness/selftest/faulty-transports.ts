import type { TransportEntry } from "../../transports/port/entry.ts";
import { tcp } from "../../transports/tcp/transport.ts";
import {
  blockAtTimes,
  burnInTurns,
  burningInTurns,
  burnOnce,
  delayDeliveries,
  type Fault,
  holdPerConnection,
  leak,
  loseAndRepeat,
  slowToPublish,
} from "./faults.ts";

/** Transports that are each wrong in one known way, for checks of the lab; not in the registry. */
export const transports: readonly TransportEntry[] = [
  faulty("delay-20ms", delayDeliveries),
  faulty("burn-500ms", burnOnce),
  faulty("hold-16kib", holdPerConnection),
  faulty("lose-and-repeat", loseAndRepeat),
  faulty("leak-64kib", leak),
  faulty("block-50ms", blockAtTimes),
  {
    ...faulty("burn-in-turns", burnInTurns),
    connect: async (endpoint, options) => burningInTurns(await tcp.connect(endpoint, options)),
  },
  {
    ...tcp,
    name: "tcp:publish-1ms",
    connect: async (endpoint, options) => slowToPublish(await tcp.connect(endpoint, options)),
  },
];

function faulty(name: string, fault: Fault): TransportEntry {
  return {
    ...tcp,
    name: `tcp:${name}`,
    serve: (hub, options) => {
      fault(hub);
      return tcp.serve(hub, options);
    },
  };
}
