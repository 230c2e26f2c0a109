import { LabError } from "../../core/errors.ts";
import { seedOf } from "../../core/random.ts";
import { mostInOnePage } from "../../transports/browser.ts";
import type { LaunchScenario } from "../launch/launch-spec.ts";
import { Participant } from "../launch/participant.ts";
import { QUICK_PARTS } from "../launch/warming.ts";
import { divideProcessors, onProcessors } from "../processes/affinity.ts";
import { Child } from "../processes/child.ts";
import type { BrowserFigures } from "../result/schema/browser.ts";
import type { TransportRef } from "../run/transports.ts";
import type { Fleet } from "../service/fleet.ts";
import { LISTEN_MS } from "./canary.ts";
import { inPage } from "./in-page.ts";
import type { CanaryReply, CanaryRequest } from "./messages.ts";

/** Which browser, and how many clients its page has. */
export interface BrowserChoice {
  readonly path: string;
  readonly connections: number;
}

/** What a page saw beside the load. */
export interface Beside {
  readonly transport: string;
  readonly scenario: string;
  /** Or why there is nothing. */
  readonly outcome: BrowserFigures | string;
}

interface Spec {
  readonly browser: BrowserChoice;
  /** Each with a client for pages. */
  readonly transports: readonly TransportRef[];
  readonly scenarios: readonly LaunchScenario[];
  readonly loadProcesses: number;
  readonly seed: number;
  /** Of a run that is watched. */
  readonly fleet?: Fleet | undefined;
}

const OPEN_MS = 40_000;
const JOIN_MS = 30_000;
const LISTEN_PATIENCE_MS = LISTEN_MS + 20_000;
/** The load lasts longer than what is published beside it, with room for the clock's exchanges. */
const LOAD_MS = LISTEN_MS + 1_500;

/** About how long besideLoad() takes, beside what the transports' processes take to start. */
export function besideSeconds(transports: number, scenarios: number): number {
  return 2 + transports * (2 + scenarios * (1 + (LOAD_MS + 500) / 1_000));
}

/**
 * Has each transport carry each scenario's traffic once more, in processes of its own, with a browser's page among the clients. What one
 * transport fails of is its outcome; without a browser it rejects with `unreachable`. When it settles, no process is left.
 */
export async function besideLoad(
  spec: Spec,
  signal: AbortSignal,
  onCell: (transport: string, scenario: string) => void,
): Promise<{ readonly product: string; readonly all: readonly Beside[] }> {
  signal.throwIfAborted();
  const canary = startCanary();
  let onAbort = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => void reject(signal.reason);
  });
  aborted.catch(() => undefined);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const opened = canary.ask({ kind: "open", browser: spec.browser.path }, "opened", OPEN_MS);
    const { product, origin } = await Promise.race([opened, aborted]);
    const all: Beside[] = [];
    for (const transport of spec.transports)
      all.push(...(await besideOne(spec, transport, canary, origin, aborted, onCell)));
    signal.throwIfAborted();
    return { product, all };
  } finally {
    signal.removeEventListener("abort", onAbort);
    await canary.stop();
  }
}

type CanaryProcess = Child<CanaryRequest, CanaryReply>;

/** Where the load runs: the server keeps its CPUs. */
function startCanary(): CanaryProcess {
  const affinity = divideProcessors();
  const prefix = typeof affinity === "string" ? [] : onProcessors(affinity.load);
  return new Child("canary", "the process with the browser", { prefix });
}

async function besideOne(
  { browser, scenarios, loadProcesses, seed, fleet }: Spec,
  transport: TransportRef,
  canary: CanaryProcess,
  origin: string,
  aborted: Promise<never>,
  onCell: (transport: string, scenario: string) => void,
): Promise<Beside[]> {
  const page = inPage(transport.name);
  if (!page) throw new LabError("internal", `${transport.name} has no client for pages`);
  const participant = new Participant(
    transport,
    scenarios.map(({ plan }) => plan),
    { origins: [origin], fleet },
  );
  const connections = Math.min(browser.connections, mostInOnePage(page));
  const work = async (index: number, { plan }: LaunchScenario): Promise<BrowserFigures> => {
    if (index === 0) await participant.open(loadProcesses);
    await participant.connect(index);
    await participant.warmUp(index, QUICK_PARTS);
    if (index === 0) await participant.pin();
    const { endpoint, secret } = participant.siteOf(index);
    const characters = Math.max(...plan.traffic.map((one) => one.payloadCharacters));
    const join = {
      kind: "join",
      transport,
      inPage: page,
      endpoint,
      secret,
      connections,
      characters,
    } as const;
    await canary.ask(join, "joined", JOIN_MS);
    const excerpt = { seed: seedOf(seed, "beside a page", index), lengthMs: LOAD_MS };
    const { figures } = await participant.accompany(index, excerpt, () =>
      canary.ask({ kind: "listen" }, "heard", LISTEN_PATIENCE_MS),
    );
    await canary.ask({ kind: "leave" }, "left", JOIN_MS);
    return figures;
  };
  const all: Beside[] = [];
  let failure: string | undefined;
  try {
    for (const [index, scenario] of scenarios.entries()) {
      if (failure === undefined) {
        onCell(transport.name, scenario.name);
        const working = work(index, scenario);
        const end = Promise.race([working, participant.died, canary.died, aborted]);
        const outcome = await end.catch((error: unknown) => LabError.from(error).message);
        all.push({ transport: transport.name, scenario: scenario.name, outcome });
        if (typeof outcome !== "string") continue;
        failure = outcome;
        await participant.close();
        // It may still be at it, and answers one request at a time.
        await Promise.race([working.catch(() => undefined), canary.died.catch(() => undefined), aborted]);
      } else all.push({ transport: transport.name, scenario: scenario.name, outcome: failure });
    }
    return all;
  } finally {
    await participant.close();
  }
}
