import { createHash } from "node:crypto";
import type { z } from "zod";
import type { Plan } from "../../scenarios/plan.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import { inTheClear } from "../../transports/port/tls.ts";
import { breakdownOf, lacksBreakdown } from "../breakdown/breakdown.ts";
import { clientCostOf, lacksClientCost } from "../client-cost/run.ts";
import { journeyOf, lacksJourney } from "../journey/run.ts";
import { type Ask, withExaminer } from "../processes/ask-once.ts";
import { transportBehind } from "../result/control-name.ts";
import { present } from "../result/present.ts";
import type { Results } from "../result/result.ts";
import { byteBreakdownSchema } from "../result/schema/byte-breakdown.ts";
import type { ClientCostEntry } from "../result/schema/client-cost.ts";
import { journeySchema } from "../result/schema/journey.ts";
import { checkConformance } from "./conformance.ts";
import { planSeed, type ReadyScenario } from "./queue.ts";
import type { TransportRef } from "./transports.ts";

/** What is done once for a transport before it is measured, and what that brought. */
export interface Preparation {
  /**
   * Has the transport pass its conformance checks, and tells what its bytes are for on each scenario and a notification's way, where the
   * results lack those. Rejects with the signal's reason when aborted.
   */
  prepare(
    results: Results,
    transport: TransportEntry,
    scenarios: readonly ReadyScenario[],
  ): Promise<Prepared>;
  /**
   * What the transport's client library costs, where the results lack that and it can be found: nothing else may run meanwhile. Never one that
   * was kept, since the machine is another one at another hour. Rejects with the signal's reason when aborted.
   */
  clientCost(results: Results, transport: TransportEntry): Promise<ClientCostEntry | undefined>;
}

export interface Prepared {
  /** Why the transport is not measured. */
  readonly objection?: Objection;
  /** What the results lacked. */
  readonly anatomies: Results["anatomies"];
  readonly journeys: NonNullable<Results["journeys"]>;
}

/** `skipped`: it can't be measured here, for want of a program or library; `failed`: it could be, and something is wrong with it. */
export interface Objection {
  readonly state: "skipped" | "failed";
  readonly reason: string;
}

/** Keeps what earlier runs of the same code, libraries and Node.js found. Neither method rejects: what is not kept is found again. */
export interface PreparationCache {
  read(key: string): Promise<unknown>;
  write(key: string, found: unknown): Promise<void>;
}

interface Options {
  readonly seed: number;
  /** Where transports that are not the lab's own are from: file URLs by name. What is found of them is not kept. */
  readonly modules?: ReadonlyMap<string, string>;
  readonly cache?: PreparationCache;
  /** Neither bytes nor journeys are looked at: only whether the transport passes its conformance checks. */
  readonly conformanceOnly?: true;
}

export function createPreparation(
  { seed, modules, cache, conformanceOnly }: Options,
  signal: AbortSignal,
  onStage: (
    stage: "checking" | "dissecting" | "weighing",
    transport: TransportEntry,
    scenario?: ReadyScenario,
  ) => void,
): Preparation {
  const outcomes = new Map<string, Promise<Objection | undefined>>();
  return {
    prepare: (results, transport, scenarios) =>
      // Of a service that is not the lab's there is nothing to examine.
      transport.external
        ? Promise.resolve({ anatomies: [], journeys: [] })
        : withExaminer(`the examiner of ${transport.name}`, signal, async (ask) => {
            const ref = refOf(transport, modules);
            const kept = ref.module === undefined ? cache : undefined;
            const plain = refOf({ name: transportBehind(transport.name) }, modules);
            let outcome = outcomes.get(plain.name);
            if (!outcome) {
              onStage("checking", transport);
              outcome = passedConformance(transport, plain, ask, kept, signal);
              outcomes.set(plain.name, outcome);
            }
            const objection = await outcome;
            if (objection !== undefined) return { objection, anatomies: [], journeys: [] };
            if (conformanceOnly) return { anatomies: [], journeys: [] };
            const anatomies: Prepared["anatomies"][number][] = [];
            for (const scenario of scenarios) {
              const known = { ...results, anatomies: [...results.anatomies, ...anatomies] };
              if (!lacksBreakdown(known, { transport, scenario })) continue;
              onStage("dissecting", transport, scenario);
              const idle = !known.anatomies.some((one) => one.transport === transport.name);
              const plan = scenario.plan(planSeed(seed, 0));
              anatomies.push(
                await recalled(kept, `bytes ${ref.name} ${idle} ${hashOf(plan)}`, byteBreakdownSchema, () =>
                  breakdownOf(ref, plan, idle, ask, signal),
                ),
              );
            }
            if (!lacksJourney(results, transport)) return { anatomies, journeys: [] };
            onStage("dissecting", transport, scenarios[0]);
            const journey = await recalled(kept, `journey ${ref.name}`, journeySchema, () =>
              journeyOf(ref, ask, signal),
            );
            return { anatomies, journeys: [journey] };
          }),
    clientCost: async (results, transport) => {
      if (conformanceOnly || !lacksClientCost(results, transport)) return undefined;
      const ref = refOf(transport, modules);
      onStage("weighing", transport);
      return withExaminer(`the examiner of ${transport.name}`, signal, (ask) =>
        clientCostOf(ref, ask, signal),
      );
    },
  };
}

/** Only passing is kept: a failure may be the moment's. */
async function passedConformance(
  { missing }: TransportEntry,
  ref: TransportRef,
  ask: Ask,
  cache: PreparationCache | undefined,
  signal: AbortSignal,
): Promise<Objection | undefined> {
  const lacking = await missing?.();
  if (lacking !== undefined) return { state: "skipped", reason: lacking };
  const key = `conformance ${ref.name}`;
  if ((await cache?.read(key)) === "passed") return undefined;
  const objection = await checkConformance(ref, ask, signal);
  if (objection !== undefined) return { state: "failed", reason: objection };
  await cache?.write(key, "passed");
  return undefined;
}

/** What the cache has under the key, or what is found, which is kept where it is whole. */
async function recalled<T, Absent>(
  cache: PreparationCache | undefined,
  key: string,
  schema: z.ZodType<T>,
  find: () => Promise<T | Absent>,
): Promise<T | Absent> {
  const known = schema.safeParse(await cache?.read(key));
  if (known.success) return known.data;
  const found = await find();
  if (schema.safeParse(found).success) await cache?.write(key, found);
  return found;
}

/** Bytes are counted in a time of their own, however long the plan's phases are. */
function hashOf({ phases: _, ...plan }: Plan): string {
  return createHash("sha256").update(JSON.stringify(plan)).digest("hex");
}

/** The transport as a process is told of it. */
export function refOf(
  { name }: { readonly name: string },
  modules?: ReadonlyMap<string, string>,
  runtime?: TransportRef["runtime"],
): TransportRef {
  const transport = transportBehind(name);
  const module = modules?.get(inTheClear(transport) ?? transport);
  return { name, ...present({ module, runtime }) };
}
