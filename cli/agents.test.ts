import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { whyNoOwnNetworks } from "../harness/agents/own-networks.ts";
import { canRun } from "../harness/engines/balanced.test-fixture.ts";
import { type Nats, startNats } from "../harness/engines/nats.ts";
import { holdersOf, namespaceOf } from "../harness/processes/namespace.test-fixture.ts";
import { resultsSchema } from "../harness/result/result.ts";
import { until } from "../transports/conformance/bench.ts";
import { NATS } from "../transports/engines/programs.ts";
import {
  childrenOf,
  descendantsOf,
  endedSoon,
  runNotifLab,
  startNotifLab,
  TINY,
} from "./process.test-fixture.ts";

const VARIABLE = "NOTIF_LAB_NATS";

test("no NATS there: one line, without the password, and exit code 1", async () => {
  process.env[VARIABLE] = "nats://me:secret@127.0.0.1:9";
  try {
    const { code, err } = await runNotifLab(["agents"]);
    assert.equal(code, 1);
    assert.match(err, /^notif-lab: no NATS can be used at 127\.0\.0\.1:9: .*\n$/);
    assert.ok(!err.includes("secret"));
  } finally {
    delete process.env[VARIABLE];
  }
});

describe.runIf(canRun(NATS))("with NATS", () => {
  let nats: Nats;
  beforeAll(async () => {
    nats = await startNats();
    process.env[VARIABLE] = nats.url;
  });
  afterAll(async () => {
    delete process.env[VARIABLE];
    await nats.engine.stop();
  });

  test("an agent is listed while it waits, and Ctrl-C ends it with 130", async () => {
    const none = await runNotifLab(["agents"]);
    assert.deepEqual([none.code, none.out.includes("no agent is free")], [0, true]);
    const { child, ended, texts } = startNotifLab(["agent", "--name", "lender"]);
    try {
      await until("it waits", () => texts.out.includes("lender waits for work"), 20_000);
      const { out } = await runNotifLab(["agents"]);
      assert.match(
        out,
        /^agent +for +cores +open files +notif-lab +protocol +Node\.js +clock known to +kept by\nlender +load +\d+ .* \+- \d+ us /,
      );
      child.kill("SIGINT");
      const { code, err } = await endedSoon(ended);
      assert.deepEqual([code, err], [130, ""]);
    } finally {
      child.kill("SIGKILL");
    }
    assert.match((await runNotifLab(["agents"])).out, /no agent is free/);
  });

  test("a controller that is killed leaves its agent free and without work", { tags: ["full"] }, async () => {
    const agent = startNotifLab(["agent", "--name", "lender"]);
    const folder = mkdtempSync(join(tmpdir(), "notif-lab-agents-"));
    try {
      await until("it waits", () => agent.texts.out.includes("waits for work"), 20_000);
      const words = [
        "bench",
        "--agents",
        "1",
        "--transports",
        "websocket",
        "--scenarios",
        "notify",
        "--no-interleave",
      ];
      const { child, ended } = startNotifLab([...words, "--duration", "60", "--quick", "--out", folder]);
      const works = () => childrenOf(agent.child.pid).length > 0;
      await until("it runs load", works, 60_000);
      child.kill("SIGKILL");
      await ended;
      await until("it is free", () => agent.texts.out.includes("is free: the controller is gone"), 20_000);
      await until("it runs nothing", () => !works());
      agent.child.kill("SIGINT");
      assert.equal((await endedSoon(agent.ended)).code, 130);
    } finally {
      agent.child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    }
  });

  describe("bench with agents of this machine", () => {
    const start = (folder: string, ...more: string[]) => {
      const words = ["--agents", "local:2", "--transports", "websocket,sse", "--scenarios", "notify"];
      return startNotifLab(["bench", ...TINY, ...words, ...more, "--out", folder, "--no-cache"]);
    };
    const networkOf = (pid: number) => {
      try {
        return namespaceOf(pid);
      } catch {
        return undefined; // gone
      }
    };
    const exists = (pid: number) => networkOf(pid) !== undefined;
    /** Whether this machine has one of these addresses. */
    const has = (addresses: readonly string[]) =>
      Object.values(networkInterfaces()).some((all = []) =>
        all.some(({ address }) => addresses.includes(address)),
      );

    test("results tell of them, each has a network of its own where that can be, and none is left", {
      tags: ["full"],
    }, async () => {
      const folder = mkdtempSync(join(tmpdir(), "notif-lab-agents-"));
      try {
        const { child, ended } = start(folder);
        const seen = new Set<number>();
        const networks = new Set<string>();
        const watch = setInterval(() => {
          for (const pid of descendantsOf(child.pid)) {
            seen.add(pid);
            const network = runsLoad(pid) ? networkOf(pid) : undefined;
            if (network !== undefined) networks.add(network);
          }
        }, 200);
        const { code, err } = await ended;
        clearInterval(watch);
        assert.equal(code, 0, err);
        const results = resultsSchema.parse(JSON.parse(readFileSync(join(folder, "results.json"), "utf8")));
        assert.equal(results.agents, 2);
        assert.deepEqual(
          results.trials.map(({ state, metrics }) => [state, metrics?.lost, metrics?.agents?.natsMessages]),
          [
            ["completed", 0, 0],
            ["completed", 0, 0],
          ],
        );
        const why = whyNoOwnNetworks();
        networks.delete(namespaceOf("self"));
        assert.equal(networks.size, why === undefined ? 2 : 0);
        assert.equal(err.includes("none has one of its own"), why !== undefined);
        await until("all have ended", () => ![...seen].some(exists));
        const hosts = results.trials.flatMap(({ metrics }) => metrics?.agents?.server.host ?? []);
        await until("no network is left", () => why !== undefined || !has(hosts));
        assert.deepEqual([...networks].flatMap(holdersOf), []);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });

    test.each(["SIGINT", "SIGKILL"] as const)(
      "%s leaves no process and no network",
      { tags: ["full"] },
      async (signal) => {
        const folder = mkdtempSync(join(tmpdir(), "notif-lab-agents-"));
        try {
          const { child, ended } = start(folder, "--duration", "60", "--no-interleave");
          // On an agent, by the load that it runs for the first trial.
          const loads = () => descendantsOf(child.pid).filter(runsLoad);
          await until("load is running", () => loads().length === 2, 90_000);
          const running = descendantsOf(child.pid);
          const namespaces = new Set(loads().map(namespaceOf));
          const gateways = loads().map(gatewayOf);
          child.kill(signal);
          const { code } = await endedSoon(ended);
          assert.equal(code, signal === "SIGINT" ? 130 : null);
          await until("all have ended", () => !running.some(exists), 20_000);
          await until("no network is left", () => !has(gateways));
          namespaces.delete(namespaceOf("self"));
          assert.deepEqual([...namespaces].flatMap(holdersOf), []);
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      },
    );
  });
});

/** Where what leaves the network of that process goes; empty where it has no way out. */
function gatewayOf(pid: number): string {
  const rows = readFileSync(`/proc/${pid}/net/route`, "utf8").split("\n");
  const usual = rows.map((row) => row.split("\t")).find(([, destination]) => destination === "00000000");
  const [a, b, c, d] = Buffer.from(usual?.[2] ?? "", "hex");
  return usual ? `${d}.${c}.${b}.${a}` : "";
}

function runsLoad(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("processes/load");
  } catch {
    return false; // gone meanwhile
  }
}
