import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, test } from "vitest";
import { freeAgents } from "../harness/agents/free-agents.ts";
import { openLines } from "../harness/agents/line.ts";
import { NATS_VARIABLE } from "../harness/agents/local.ts";
import { connectNats } from "../harness/agents/nats.ts";
import { openAgentPool } from "../harness/agents/pool.ts";
import { canRun } from "../harness/engines/balanced.test-fixture.ts";
import { type Nats, startNats } from "../harness/engines/nats.ts";
import { type Relay, startRelay } from "../harness/relay/relay.ts";
import { feedPlan } from "../harness/selftest/trials.ts";
import { specOf } from "../harness/trial/one-trial.test-fixture.ts";
import type { Stage } from "../harness/trial/phases.ts";
import { runTrial } from "../harness/trial/trial.ts";
import { until } from "../transports/conformance/bench.ts";
import { NATS } from "../transports/engines/programs.ts";
import { startNotifLab } from "./process.test-fixture.ts";

const HOST = "127.0.0.1";
const PATIENCE_MS = 30_000;
/** What the machine may need beyond the five seconds after which everything is to stand still. */
const STILL_MS = 15_000;
const plan = feedPlan({ seed: 7, ratePerSecond: 40, measureMs: 1_500, subscribers: 4, warmupMs: 100 });

type Agent = ReturnType<typeof startNotifLab>;

/** What a death befalls: two agents, the second behind links that can be cut, and their NATS. */
interface World {
  readonly nats: Nats;
  readonly agents: Map<string, Agent>;
  readonly links: Relay[];
}

interface Death {
  readonly what: string;
  readonly stages: readonly Stage[];
  readonly strike: (world: World) => Promise<void> | void;
  readonly heal: (world: World) => Promise<void> | void;
  /** What the trial says of it. */
  readonly reason: RegExp;
}

const ALL: readonly Stage[] = ["starting", "connecting", "measuring", "draining"];
const victim = ({ agents }: World) => {
  const agent = agents.get("second");
  assert.ok(agent);
  return agent.child;
};

const deaths: readonly Death[] = [
  {
    what: "an agent is killed",
    stages: ALL,
    strike: (world) => void victim(world).kill("SIGKILL"),
    heal: async (world) => {
      await world.agents.get("second")?.ended;
      await startAgent(world, "second");
    },
    reason: /^agent second is gone: its connection was closed$/,
  },
  {
    what: "an agent stands still",
    stages: ALL,
    strike: (world) => void victim(world).kill("SIGSTOP"),
    heal: (world) => void victim(world).kill("SIGCONT"),
    reason: /^agent second has been silent for 5 s$/,
  },
  {
    what: "an agent's link is cut",
    stages: ["connecting", "measuring"],
    strike: ({ links }) => {
      for (const link of links) link.cut();
    },
    heal: ({ links }) => {
      for (const link of links) link.heal({ keep: false });
    },
    // Both ends watch, and either may be the first to tell.
    reason: /^agent (first|second) (has been silent for 5 s|has ended the session: the controller is gone)$/,
  },
  {
    what: "NATS is killed",
    stages: ALL,
    strike: ({ nats }) => nats.engine.kill(),
    heal: ({ nats }) => nats.engine.restart(),
    reason:
      /^agent \w+ (can't be reached: the connection to NATS is gone|has ended the session: the connection to NATS is gone|is gone: its connection was closed)$/,
  },
  {
    what: "NATS stands still",
    stages: ["connecting", "draining"],
    strike: ({ nats }) => nats.engine.pause(),
    heal: ({ nats }) => nats.engine.resume(),
    reason:
      /^agent \w+ (can't be reached: the connection to NATS is gone|has ended the session: the connection to NATS is gone|is gone: its connection was closed)$/,
  },
];

async function startAgent({ nats, agents, links }: World, name: string): Promise<void> {
  const url = new URL(nats.url);
  const [link] = links;
  if (name === "second" && link) url.port = String(link.port);
  process.env[NATS_VARIABLE] = url.href.replace(/\/$/, "");
  const agent = startNotifLab(["agent", "--name", name]);
  delete process.env[NATS_VARIABLE];
  agents.set(name, agent);
  await until(`${name} waits`, () => agent.texts.out.includes("waits for work"), PATIENCE_MS);
}

describe.runIf(canRun(NATS))("when something dies", () => {
  let world: World;
  beforeAll(async () => {
    const nats = await startNats();
    const toNats = await startRelay({
      target: { host: HOST, port: nats.engine.place.port },
      link: undefined,
      seed: 1,
    });
    world = { nats, agents: new Map(), links: [toNats] };
    await Promise.all(["first", "second"].map((name) => startAgent(world, name)));
  }, 60_000);
  afterAll(async () => {
    for (const { child } of world.agents.values()) {
      child.kill("SIGKILL");
      child.kill("SIGCONT");
    }
    await Promise.all([...world.agents.values()].map(({ ended }) => ended));
    await Promise.all(world.links.map((link) => link.close()));
    await world.nats.engine.stop();
  }, 60_000);

  const untilFree = async () => {
    for (const due = performance.now() + PATIENCE_MS; ; await sleep(100)) {
      const free = (await freeAgents({ url: world.nats.url })).map(({ name }) => name);
      if (["first", "second"].every((name) => free.includes(name))) return;
      assert.ok(performance.now() < due, `free are ${free.join(", ")}`);
    }
  };
  const open = async () =>
    openAgentPool({
      bus: await connectNats({ url: world.nats.url }, "test"),
      count: 2,
      host: HOST,
      patienceMs: PATIENCE_MS,
      rejoinMs: PATIENCE_MS,
      // Both lines lead over a link that can be cut, too.
      waitForCalls: async (host) => {
        const lines = await openLines(host);
        const link = await startRelay({ target: { host, port: lines.port }, link: undefined, seed: 2 });
        world.links.push(link);
        return { ...lines, port: link.port };
      },
    });
  const runsNothing = () =>
    [...world.agents.values()].every(({ child }) => childrenOf(child.pid).length === 0);

  const rows = deaths.flatMap(({ stages, ...death }) => stages.map((stage) => ({ ...death, stage })));
  for (const { what, strike, heal, reason, stage } of rows)
    test(`${what} while ${stage}: the trial fails by its name, nothing is left, and the next one runs`, {
      tags: stage === "measuring" ? ["full"] : ["full", "release"],
      timeout: 120_000,
    }, async () => {
      await untilFree();
      const agents = await open();
      const spec = { ...specOf(plan, { name: "websocket" }), agents, loadProcesses: 2 };
      let struck: Promise<void> | undefined;
      let healed: Promise<void> | undefined;
      // Once, and also after a failure: the next test needs both agents.
      const makeWhole = () => (healed ??= Promise.resolve(heal(world)));
      const run = (onStage: (now: Stage) => void) => runTrial(spec, new AbortController().signal, onStage);
      try {
        const failed = await run((now) => {
          if (now === stage) struck ??= Promise.resolve(strike(world));
        });
        await struck;
        assert.deepEqual([failed.state, reason.test(failed.reason ?? "")], ["failed", true], failed.reason);
        const survivor = world.agents.get("first")?.child.pid;
        await until("the other one has stopped", () => childrenOf(survivor).length === 0, STILL_MS);
        await makeWhole();
        await until("nothing runs", runsNothing, PATIENCE_MS);
        const next = await run(() => undefined);
        assert.equal(next.state, "completed", next.reason);
      } finally {
        if (struck) await makeWhole();
        await agents.close();
        for (const link of world.links.splice(1)) await link.close();
      }
      await until("nothing is left", runsNothing, STILL_MS);
    });

  test("NATS that dies and comes back while nobody needs it costs nothing", {
    timeout: 60_000,
    tags: ["full"],
  }, async () => {
    await untilFree();
    const agents = await open();
    const spec = { ...specOf(plan, { name: "websocket" }), agents, loadProcesses: 2 };
    try {
      let back: Promise<void> | undefined;
      const { state, reason, metrics } = await runTrial(spec, new AbortController().signal, (stage) => {
        if (stage === "measuring")
          back = (async () => {
            await world.nats.engine.kill();
            await world.nats.engine.restart();
          })();
      });
      await back;
      assert.deepEqual([state, metrics?.lost], ["completed", 0], reason);
    } finally {
      await agents.close();
      for (const link of world.links.splice(1)) await link.close();
    }
  });

  /** A controller of its own, which says where it is. */
  const controller = (url: string) => `
    const { openAgentPool } = await import(${JSON.stringify(built("harness/agents/pool"))});
    const { connectNats } = await import(${JSON.stringify(built("harness/agents/nats"))});
    const { runTrial } = await import(${JSON.stringify(built("harness/trial/trial"))});
    const bus = await connectNats({ url: ${JSON.stringify(url)} }, "controller");
    const agents = await openAgentPool({ bus, count: 2, host: "${HOST}", patienceMs: ${PATIENCE_MS} });
    const spec = ${JSON.stringify({ ...specOf(plan, { name: "websocket" }), loadProcesses: 2 })};
    await runTrial({ ...spec, agents }, new AbortController().signal, (stage) => console.log(stage));
  `;

  test.for(ALL)(
    "the controller is killed while %s: its agents are free, and run nothing",
    {
      tags: ["full"],
      timeout: 60_000,
    },
    async (stage) => {
      await untilFree();
      const child = spawn(process.execPath, ["--input-type=module", "--eval", controller(world.nats.url)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let said = "";
      child.stdout.on("data", (chunk) => {
        said += String(chunk);
      });
      await until(`it is ${stage}`, () => said.includes(stage), PATIENCE_MS);
      child.kill("SIGKILL");
      await once(child, "exit");
      await until("nothing runs", runsNothing, STILL_MS);
      await untilFree();
    },
  );
});

/** The processes that it has started; asked for often, and without one more process. */
function childrenOf(pid: number | undefined): string[] {
  try {
    const words = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
    return words.filter((word) => word !== "");
  } catch {
    return []; // It is gone, and they with it.
  }
}

function built(module: string): string {
  return new URL(`../dist/${module}.js`, import.meta.url).href;
}
