import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "vitest";
import { Hub } from "../../core/hub.ts";
import { ProcessMonitor } from "../measurement/process-monitor.ts";
import { expose, familiesOf } from "./exposition.ts";
import { Fleet, fleetFamilies, type Scrapable, type Standing } from "./fleet.ts";
import { Observer } from "./observer.ts";

const NO_BYTES = { sockets: 0, bytesIn: 0, bytesOut: 0, openBytesIn: 0, openBytesOut: 0 };

function newHub(watch = {}) {
  const admitted = { user: "ann", expiresAt: Number.POSITIVE_INFINITY };
  const hub = new Hub({ clock: Date.now, authenticate: () => admitted, epoch: "a", watch });
  const outlet = hub.attach<null>(
    () => undefined,
    () => undefined,
  );
  return { hub, session: outlet.connect(hub.admit("ann"), null) };
}

/** A server process that has served these scenarios, and had one more publish in each. */
function server(...scenarios: string[]) {
  const monitor = new ProcessMonitor();
  const observer = new Observer("sse");
  const running = scenarios.map((scenario, index) => {
    const observed = observer.hub(scenario, false);
    const { hub, session } = newHub(observed.watch);
    for (let published = 0; published <= index; published += 1) hub.publish(session, "topic/news", "hello");
    return { hub, observed };
  });
  let asked = 0;
  const scrapable: Scrapable = {
    aside: async () => {
      asked += 1;
      // As over IPC, which takes plain data alone.
      const state = structuredClone(observer.read(running, NO_BYTES, monitor.peek()));
      return { kind: "scraped", state };
    },
  };
  return { scrapable, asked: () => asked };
}

const textOf = async (standings: readonly Standing[]) => {
  const services = standings.flatMap(({ state, labels }) => (state ? [{ state, labels }] : []));
  return (await expose(undefined, [...fleetFamilies(standings), ...familiesOf(services)])).text;
};

test("each scenario of a process has its series, and what is of the process has none of theirs", async () => {
  const fleet = new Fleet();
  const { scrapable } = server("notify", "fan-out");
  fleet.add({ transport: "sse", scenario: undefined, servers: [scrapable] });
  const text = await textOf(await fleet.read());
  const has = (line: string) => assert.ok(text.split("\n").includes(line), `${line}\n${text}`);
  has('notif_lab_publishes_total{scenario="notify",transport="sse"} 1');
  has('notif_lab_publishes_total{scenario="fan-out",transport="sse"} 2');
  has('notif_lab_publish_to_write_seconds_count{scenario="fan-out",transport="sse"} 2');
  has('notif_lab_connections{transport="sse"} 0');
  has('notif_lab_server_up{transport="sse"} 1');
});

test("a node that is gone or stands still is told as such, in time, and the others' series are there", async () => {
  const fleet = new Fleet();
  const { scrapable } = server("notify");
  const dead: Scrapable = { aside: () => Promise.reject(new Error("gone")) };
  const late: Scrapable = { aside: (_, __, ms) => sleep(ms).then(() => Promise.reject(new Error("late"))) };
  fleet.add({ transport: "sse", scenario: "notify", servers: [scrapable, undefined, dead, late] });
  const standings = await fleet.read();
  assert.deepEqual(
    standings.map(({ up, labels }) => [labels.node, up]),
    [
      ["1", true],
      ["2", false],
      ["3", false],
      ["4", false],
    ],
  );
  const text = await textOf(standings);
  assert.match(text, /^notif_lab_server_up\{transport="sse",scenario="notify",node="4"\} 0$/m);
  assert.match(text, /^notif_lab_sessions\{scenario="notify",transport="sse",node="1"\} 1$/m);
  assert.doesNotMatch(text, /^notif_lab_sessions.*node="[234]"/m);
});

test("nobody is asked during a slice: a scrape waits for its end, and then for nothing", async () => {
  const fleet = new Fleet();
  const { scrapable, asked } = server("notify");
  fleet.add({ transport: "sse", scenario: "notify", servers: [scrapable] });
  let end: () => void = () => undefined;
  const slice = fleet.undisturbed(
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
  );
  const reading = fleet.read();
  const beside = fleet.read();
  await sleep(0);
  assert.equal(asked(), 0);
  end();
  await slice;
  assert.equal((await reading)[0]?.ageSeconds, 0);
  assert.equal(await beside, await reading);
  assert.equal(asked(), 1, "two who ask together ask once");
  assert.equal(fleet.scrapes, 1);
});

test("during a slice that lasts, the answer is what was said last, and how old that is", async () => {
  const fleet = new Fleet();
  const { scrapable, asked } = server("notify");
  const newcomer = server("notify");
  const station = { transport: "sse", scenario: "notify", servers: [scrapable] };
  fleet.add(station);
  await fleet.read();
  let end: () => void = () => undefined;
  const slice = fleet.undisturbed(
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
  );
  fleet.add({ ...station, transport: "mqtt", servers: [newcomer.scrapable] });
  const standings = await fleet.read();
  end();
  await slice;
  assert.equal(standings.length, 1, "of whom nothing is known nothing is said");
  assert.ok((standings[0]?.ageSeconds ?? 0) > 0);
  assert.ok(standings[0]?.state);
  assert.equal(asked() + newcomer.asked(), 1);
  fleet.remove(station);
  const [left, ...others] = await fleet.read();
  assert.equal(left?.labels.transport, "mqtt");
  assert.deepEqual(others, []);
});

test("a slice that fails is over as well", async () => {
  const fleet = new Fleet();
  const { scrapable } = server("notify");
  fleet.add({ transport: "sse", scenario: "notify", servers: [scrapable] });
  await assert.rejects(
    fleet.undisturbed(() => Promise.reject(new Error("a process died"))),
    /died/,
  );
  assert.equal((await fleet.read())[0]?.ageSeconds, 0);
});
