import type { TransportEntry } from "../../transports/port/entry.ts";
import { inTheClear } from "../../transports/port/tls.ts";
import { breakdownOf, lacksBreakdown } from "../breakdown/breakdown.ts";
import { lacksJourney, withJourney } from "../journey/run.ts";
import { transportBehind } from "../result/control-name.ts";
import type { Results } from "../result/result.ts";
import { gateTransport } from "./gate.ts";
import { planSeed, type ReadyScenario } from "./queue.ts";
import type { TransportRef } from "./transports.ts";

/** What is done once for a transport before it is measured, and what that brought. */
export interface Preparation {
  /** Why it may not be measured; undefined when it may. Rejects with the signal's reason when aborted. */
  objection(transport: TransportEntry): Promise<string | undefined>;
  /** The results with what its bytes are for on the scenario and its journey, where they lack those. Rejects as above. */
  dissect(results: Results, transport: TransportEntry, scenario: ReadyScenario): Promise<Results>;
}

/** `modules` tells where transports that are not the lab's own are from: file URLs by name. */
export function createPreparation(
  { seed, modules }: { readonly seed: number; readonly modules?: ReadonlyMap<string, string> },
  signal: AbortSignal,
  onStage: (stage: "checking" | "dissecting", transport: TransportEntry, scenario?: ReadyScenario) => void,
): Preparation {
  const gates = new Map<string, Promise<string | undefined>>();
  return {
    objection: (transport) => {
      const ref = refOf({ name: transportBehind(transport.name) }, modules);
      let gate = gates.get(ref.name);
      if (!gate) {
        onStage("checking", transport);
        gate = gateTransport(ref, signal);
        gates.set(ref.name, gate);
      }
      return gate;
    },
    dissect: async (results, transport, scenario) => {
      let added = results;
      const ref = refOf(transport, modules);
      if (lacksBreakdown(added, { transport, scenario })) {
        onStage("dissecting", transport, scenario);
        const plan = scenario.plan(planSeed(seed, 0));
        const breakdown = await breakdownOf(added, { transport, scenario }, ref, plan, signal);
        added = { ...added, anatomies: [...added.anatomies, breakdown] };
      }
      if (lacksJourney(added, transport)) {
        onStage("dissecting", transport, scenario);
        added = await withJourney(added, ref, signal);
      }
      return added;
    },
  };
}

/** The transport as a process is told of it. */
export function refOf(
  { name }: { readonly name: string },
  modules?: ReadonlyMap<string, string>,
): TransportRef {
  const transport = transportBehind(name);
  const module = modules?.get(inTheClear(transport) ?? transport);
  return { name, ...(module === undefined ? {} : { module }) };
}
