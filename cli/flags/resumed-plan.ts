import { transportBehind } from "../../harness/result/control-name.ts";
import type { Results } from "../../harness/result/result.ts";
import { scenarios as allScenarios } from "../../scenarios/registry.ts";
import type { ParamName, Scenario } from "../../scenarios/scenario.ts";
import { inTheClear } from "../../transports/port/tls.ts";
import { everyTransport, findTransport } from "../../transports/registry.ts";
import type { BenchFlags } from "../commands/bench.ts";
import { behind, lasting, unchanged } from "../own/file-scenarios.ts";
import type { Own } from "../own/own.ts";
import { usage } from "../process/failure.ts";
import { agentsOf } from "./agent-flags.ts";
import { type BenchPlan, NOTHING, parseTransports, refuseTooMuch } from "./bench-plan.ts";
import { refuseMissingEngines } from "./engines-needed.ts";
import { refuseWhatKernelLacks } from "./link-flag.ts";
import { defaultOf, PARAM_NAMES, ready } from "./ready-scenario.ts";
import { FREE_ON_RESUME } from "./resume.ts";
import { sameRuntime } from "./runtime-flag.ts";

/** Flags that are on unless one types their `--no-`. */
const NEGATABLE = ["interleave", "control", "sticky"];

/** The plan of an earlier run, which may not be changed by flags. */
export function planResumed(flags: BenchFlags, results: Results, own: Own = NOTHING): BenchPlan {
  const changed = Object.entries(flags).find(
    // What commander sets of itself says nothing.
    ([name, value]) =>
      value !== undefined && !FREE_ON_RESUME.includes(name) && !(NEGATABLE.includes(name) && value === true),
  )?.[0];
  if (changed) {
    const typed = NEGATABLE.includes(changed) ? `no${changed[0]?.toUpperCase()}${changed.slice(1)}` : changed;
    const flag = typed.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw usage(`--resume continues with the plan it finds; leave out --${flag}`);
  }
  const wanted = results.transports.map(transportBehind);
  const unknown = wanted.find(
    (name) => ![...everyTransport, ...own.transports].some((one) => one.name === (inTheClear(name) ?? name)),
  );
  if (unknown)
    throw usage(`the run used transport ${unknown} from a module; give its --transport-module again`);
  const scenarios = results.scenarios.map(({ name }) => {
    const mine = own.scenarios.find((one) => one.name === name);
    const saved = results.scenarios.find((one) => one.name === name)?.params ?? {};
    if (mine) return unchanged(behind(lasting(mine, saved), results), results);
    const scenario = allScenarios.find((one) => one.name === name);
    if (!scenario) throw usage(`the run used scenario ${name} from a file; give its --scenario-file again`);
    return ready(
      scenario,
      Object.fromEntries(PARAM_NAMES.map((name) => [name, savedParam(scenario, name, saved)])),
      results,
    );
  });
  const agents = agentsOf(flags);
  if (agents?.count !== results.agents)
    throw usage(
      results.agents === undefined
        ? "the run had no agents; leave out --agents"
        : `the load of the run came from ${results.agents} agents; give --agents ${results.agents} again`,
    );
  refuseWhatKernelLacks(scenarios);
  refuseMissingEngines(scenarios, []);
  const fitting = results.launches?.fitting;
  // What has ended had as many as fitted.
  const blocks = results.finishedAt === undefined ? (fitting?.most ?? results.blocks) : results.blocks;
  refuseTooMuch(wanted.length, scenarios.length, blocks);
  const { serverRuntime } = results.environment;
  const runtime = serverRuntime && sameRuntime(serverRuntime);
  const control = results.control && findTransport(results.control.transport);
  return {
    transports: parseTransports(wanted.join(","), own),
    modules: own.modules,
    scenarios,
    preset: results.preset,
    loop: results.loop,
    arrivals: results.arrivals,
    link: results.link,
    cluster: results.cluster,
    blocks,
    interleave: results.launches !== undefined,
    ...(results.launches?.until ? { until: results.launches.until } : {}),
    ...(fitting ? { fitting: { least: fitting.least, seconds: fitting.seconds } } : {}),
    ...(control ? { control } : {}),
    ...(agents ? { agents } : {}),
    ...(runtime ? { runtime } : {}),
    seed: results.seed,
    loadProcesses: results.loadProcesses,
  };
}

/** As the run had it; a file that says more than a flag may is not followed. */
function savedParam(scenario: Scenario, name: ParamName, saved: Readonly<Record<string, number>>): number {
  const { min, max } = scenario.params[name];
  const value = saved[name] ?? defaultOf(scenario, name);
  if (value >= min && value <= max) return value;
  throw usage(`the run's ${name} of ${scenario.name} is not from ${min} to ${max}; start a new one`);
}
