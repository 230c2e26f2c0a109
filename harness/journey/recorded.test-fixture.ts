import { defaultTransports } from "../../transports/registry.ts";
import type { Journey } from "../result/schema/journey.ts";
import { recordJourney } from "./record.ts";

/** Real recordings, one of each of the six transports, of a body that no code can know. */
export async function recordSix(): Promise<readonly Journey[]> {
  const body = `Build ${Math.random().toString(36).slice(2)} is green`;
  const journeys: Journey[] = [];
  for (const transport of defaultTransports)
    journeys.push(await recordJourney(transport, body, new AbortController().signal));
  return journeys;
}
