import type { TransportEntry } from "../../transports/port/entry.ts";
import { tcp } from "../../transports/tcp/transport.ts";
import {
  blockAtTimes,
  burnInTurns,
  burningInTurns,
  burnOnce,
  type Defect,
  dear,
  delayDeliveries,
  holdPerConnection,
  leak,
  loseAndRepeat,
  slowToPublish,
} from "./defects.ts";

/** Transports that are each wrong in one known way, for checks of the lab; not in the registry. */
export const transports: readonly TransportEntry[] = [
  defective("delay-20ms", delayDeliveries),
  defective("burn-500ms", burnOnce),
  defective("hold-16kib", holdPerConnection),
  defective("lose-and-repeat", loseAndRepeat),
  defective("leak-64kib", leak),
  defective("block-50ms", blockAtTimes),
  {
    ...defective("burn-in-turns", burnInTurns),
    connect: async (endpoint, options) => burningInTurns(await tcp.connect(endpoint, options)),
  },
  {
    ...tcp,
    name: "tcp:dear-client",
    connect: async (endpoint, options) => dear(await tcp.connect(endpoint, options)),
  },
  {
    ...tcp,
    name: "tcp:publish-1ms",
    connect: async (endpoint, options) => slowToPublish(await tcp.connect(endpoint, options)),
  },
];

function defective(name: string, defect: Defect): TransportEntry {
  return {
    ...tcp,
    name: `tcp:${name}`,
    serve: (hub, options) => {
      defect(hub);
      return tcp.serve(hub, options);
    },
  };
}
