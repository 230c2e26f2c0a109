import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { ReadyScenario } from "../../harness/run/queue.ts";
import type { OtherBuild } from "../../harness/run/run-state.ts";
import { atTarget } from "../../harness/run/transports.ts";
import { unwrapExport } from "../../transports/conversing/kit.ts";
import { builtModule } from "../../transports/engines/built-module.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import { external } from "../../transports/port/external.ts";
import { transports as builtIn } from "../../transports/registry.ts";
import { isObject } from "../../transports/session/envelope.ts";
import { systemReason, usage } from "../process/failure.ts";
import { readScenarioFile } from "./scenario-file.ts";

/** Scenarios and transports that the user brings. */
export interface Own {
  readonly scenarios: readonly ReadyScenario[];
  readonly transports: readonly TransportEntry[];
  /** Where each of these transports is from, by its name: a file URL. */
  readonly modules: ReadonlyMap<string, string>;
  /** A build of one's own, or an earlier one, to measure beside this one. */
  readonly against?: OtherBuild;
}

/** Reads the files and modules of the flags; whatever is wrong with one fails with one line. */
export async function readOwn(flags: {
  readonly scenarioFile?: readonly string[];
  readonly transportModule?: readonly string[];
  readonly target?: string;
  readonly broker?: string;
}): Promise<Own> {
  const target = flags.target === undefined ? undefined : parseTarget(flags.target, flags.transportModule);
  const scenarios: ReadyScenario[] = [];
  for (const path of flags.scenarioFile ?? []) {
    const scenario = await readScenarioFile(path);
    if (scenarios.some((one) => one.name === scenario.name))
      throw usage(`two scenario files are named ${scenario.name}; rename one`);
    scenarios.push(scenario);
  }
  const transports: TransportEntry[] = [];
  const modules = new Map<string, string>();
  for (const path of flags.transportModule ?? []) {
    const url = pathToFileURL(resolve(path)).href;
    const transport = await readTransport(path, url, target);
    if (modules.has(transport.name))
      throw usage(`two transport modules are named ${transport.name}; rename one`);
    modules.set(transport.name, target === undefined ? url : atTarget(url, target));
    transports.push(transport);
  }
  if (flags.broker !== undefined) {
    if (target !== undefined) throw usage("choose one of --broker and --target");
    const address = brokerOf(flags.broker);
    const [{ transport: client }, { factsOfBroker }] = await Promise.all([
      import("../../transports/mqtt/broker.ts"),
      import("../../transports/mqtt/facts.ts"),
    ]);
    const broker = external({ ...client, facts: factsOfBroker(address) }, address);
    modules.set(broker.name, atTarget(builtModule("transports/mqtt/broker").href, address));
    transports.push(broker);
  }
  return { scenarios, transports, modules };
}

/** An address with a scheme, as the module's client takes it. */
function parseTarget(text: string, modules: readonly string[] = []): string {
  if (!URL.canParse(text) || !/^[a-z][a-z0-9+.-]*:\/\/./i.test(text))
    throw usage(`--target takes the address of a service, such as http://127.0.0.1:8080, not "${text}"`);
  if (modules.length === 0)
    throw usage(
      "--target needs a client of the service: --transport-module FILE; docs/own-transports.md has one",
    );
  return text;
}

/** An address that mqtt.js takes. It stands in the results, so a login must not stand in it. */
function brokerOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url?.hostname || !/^(mqtts?|wss?):$/.test(url.protocol))
    throw usage(`--broker takes the address of an MQTT broker, such as mqtt://127.0.0.1:1883, not "${text}"`);
  if (url.username || url.password)
    throw usage(
      "--broker takes no login in the address; set NOTIF_LAB_BROKER_USERNAME and NOTIF_LAB_BROKER_PASSWORD",
    );
  return text;
}

async function readTransport(path: string, url: string, target: string | undefined): Promise<TransportEntry> {
  let exported: { readonly default?: unknown; readonly transport?: unknown };
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new Error("it is a folder; name the file in it");
    if (!found.isFile()) throw new Error("it is not a file");
    exported = await import(url);
  } catch (error) {
    throw usage(`can't load ${path}: ${systemReason(error)}`, error);
  }
  const candidates = [exported.default, exported.transport].filter((one) => one !== undefined);
  let problem = "has neither a default export nor an export named transport";
  for (const [index, candidate] of candidates.entries()) {
    const found = await unwrapped(path, candidate);
    const missing = lacks(found, target !== undefined);
    if (missing.length > 0) {
      if (index === 0) problem = `is no transport: ${shortcoming(candidate, found, missing)}`;
      continue;
    }
    const transport = named(path, found as TransportEntry);
    return target === undefined ? transport : external(transport, target);
  }
  throw usage(`${path} ${problem}; docs/own-transports.md has a working one`);
}

/** An export, or what its function makes of the kit. */
async function unwrapped(path: string, exported: unknown): Promise<unknown> {
  try {
    return await unwrapExport(exported);
  } catch (error) {
    throw usage(`${path}: its function throws: ${systemReason(error)}`, error);
  }
}

function shortcoming(exported: unknown, found: unknown, missing: readonly string[]): string {
  const made = typeof exported === "function";
  if (made && !isObject(found)) return `its function returns ${String(found)}`;
  return `${made ? "what its function returns" : "its export"} lacks ${missing.join(", ")}`;
}

function named(path: string, transport: TransportEntry): TransportEntry {
  if (builtIn.some((one) => one.name === transport.name))
    throw usage(`${path}: the name ${transport.name} belongs to a built-in transport; choose another`);
  return transport;
}

const CLAIMS_NOTHING = { resume: false, network: true, slowConsumer: "disconnect" };

/** What a value lacks to be a transport, or the client's half of one, by name. */
function lacks(value: unknown, clientOnly: boolean): string[] {
  const part = (of: unknown, key: string): unknown =>
    typeof of === "object" && of !== null ? (of as Record<string, unknown>)[key] : undefined;
  const name = part(value, "name");
  const supports = part(value, "supports") ?? (clientOnly ? CLAIMS_NOTHING : undefined);
  const packages = part(value, "packages");
  const step = part(value, "heartbeatStepMs");
  const sockets = part(value, "socketsPerClient");
  const checks: readonly [string, boolean][] = [
    [
      "name (lower-case letters, digits, dashes)",
      typeof name === "string" && /^[a-z][a-z0-9:-]{0,31}$/.test(name),
    ],
    ["summary", typeof part(value, "summary") === "string"],
    ["supports.resume", typeof part(supports, "resume") === "boolean"],
    ["supports.network", typeof part(supports, "network") === "boolean"],
    [
      "supports.slowConsumer",
      ["disconnect", "drop-oldest", "none"].includes(String(part(supports, "slowConsumer"))),
    ],
    ["packages", Array.isArray(packages) && packages.every((one) => typeof one === "string")],
    ...(clientOnly ? ["connect"] : ["serve", "connect", "example"]).map((key): [string, boolean] => [
      `${key}()`,
      typeof part(value, key) === "function",
    ]),
    ["dissector() where it has one", ["undefined", "function"].includes(typeof part(value, "dissector"))],
    [
      "heartbeatStepMs above 0 where it has one",
      step === undefined || (typeof step === "number" && step > 0 && step < 60_000),
    ],
    [
      "socketsPerClient from 1 on where it has one",
      sockets === undefined || (Number.isInteger(sockets) && Number(sockets) >= 1),
    ],
  ];
  return checks.filter(([, there]) => !there).map(([what]) => what);
}
