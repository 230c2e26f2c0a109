import type { Observation } from "./observation.ts";

type Bytes = Pick<Observation["server"]["after"], "bytesIn" | "bytesOut">;

/** What went in and out between two samples. */
export function bytesBetween(before: Bytes, after: Bytes): Bytes {
  return { bytesIn: after.bytesIn - before.bytesIn, bytesOut: after.bytesOut - before.bytesOut };
}

/** As the server would have counted them: in is what clients sent. Undefined where a load process could not count. */
export function bytesOfClients(loads: Observation["loads"]): Bytes | undefined {
  const all = loads.flatMap(({ before, after }) =>
    before.tcp && after.tcp ? [bytesBetween(before.tcp, after.tcp)] : [],
  );
  if (all.length < loads.length) return undefined;
  return {
    bytesIn: all.reduce((sum, one) => sum + one.bytesIn, 0),
    bytesOut: all.reduce((sum, one) => sum + one.bytesOut, 0),
  };
}
