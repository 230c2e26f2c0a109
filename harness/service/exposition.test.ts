import assert from "node:assert/strict";
import { test } from "vitest";
import { LabError } from "../../core/errors.ts";
import { Hub } from "../../core/hub.ts";
import { ProcessMonitor } from "../measurement/process-monitor.ts";
import { expose, familiesOf } from "./exposition.ts";
import { timePublishes } from "./publish-to-write.ts";
import { PUBLISH_TO_WRITE, SERIES } from "./series.ts";
import { hubState, type ServiceState } from "./state.ts";

const OPEN_METRICS = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";

function watchedService(more: Partial<ServiceState> = {}) {
  const publishToWrite = timePublishes(more.backplane !== undefined);
  const hub = new Hub({
    clock: Date.now,
    authenticate: (token) => {
      if (token === "") throw new LabError("unauthenticated", "no token");
      return { user: token, expiresAt: Number.POSITIVE_INFINITY };
    },
    epoch: "a",
    publishesPerMinute: 3,
    watch: publishToWrite.watch,
  });
  const monitor = new ProcessMonitor();
  const sockets = {
    transport: "sse",
    accepted: 7,
    sockets: 3,
    bytesIn: 11,
    bytesOut: 13,
    openBytesIn: 0,
    openBytesOut: 0,
  };
  const read = (): ServiceState => ({
    version: "1.2.3",
    hubs: [hubState(hub, publishToWrite.read())],
    sockets: [sockets, { ...sockets, transport: "mqtt", sockets: 4 }],
    refusedConnections: new Map([["origin", 2]]),
    backplane: undefined,
    draining: false,
    startedAt: 1,
    process: monitor.sample(),
    ...more,
  });
  const exposed = (accept?: string) => expose(accept, familiesOf([{ state: read() }]));
  return {
    hub,
    scrape: async (accept?: string) => (await exposed(accept)).text,
    expose: exposed,
    stop: () => monitor.stop(),
  };
}

/** By series as it is written, with its labels: its value. */
function valuesOf(text: string): Map<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(" ")),
      Number(line.slice(line.lastIndexOf(" ") + 1)),
    ]),
  );
}

test("a scrape tells what has happened so far, and the next one goes on from there", async () => {
  const { hub, scrape, stop } = watchedService();
  const outlet = hub.attach<null>(
    () => undefined,
    () => undefined,
  );
  const [ann, bob] = ["ann", "bob"].map((user) => outlet.connect(hub.admit(user), null));
  assert.ok(ann && bob);
  for (const session of [ann, bob]) await hub.subscribe(session, ["topic/news"]);
  const publish = () => hub.publish(ann, "topic/news", "hello");
  const accepted = await publish();
  await hub.markRead(bob, accepted.id);
  const first = valuesOf(await scrape());
  assert.equal(first.get("notif_lab_publishes_total"), 1);
  assert.equal(first.get("notif_lab_deliveries_total"), 2);
  assert.equal(first.get("notif_lab_receipts_total"), 1);
  assert.equal(first.get("notif_lab_sessions"), 2);
  assert.equal(first.get(`${PUBLISH_TO_WRITE.name}_count`), 1);
  assert.equal(first.get(`${PUBLISH_TO_WRITE.name}_bucket{le="+Inf"}`), 1);
  assert.equal(first.get('notif_lab_connections{transport="mqtt"}'), 4);
  assert.equal(first.get('notif_lab_received_bytes_total{transport="sse"}'), 11);
  assert.equal(first.get('notif_lab_connections_refused_total{reason="origin"}'), 2);
  assert.ok(![...first.keys()].some((name) => name.startsWith("notif_lab_requests_refused_total")));
  await publish();
  await publish();
  for (let i = 0; i < 2; i += 1) assert.throws(() => void publish());
  assert.throws(() => hub.admit(""));
  const second = valuesOf(await scrape(OPEN_METRICS));
  assert.equal(second.get("notif_lab_publishes_total"), 3);
  assert.equal(second.get('notif_lab_requests_refused_total{code="rate_limited"}'), 2);
  assert.equal(second.get('notif_lab_requests_refused_total{code="unauthenticated"}'), 1);
  stop();
});

test("both formats name the same series, again and again, and no user or channel", async () => {
  const { expose, hub, stop } = watchedService();
  hub
    .attach<null>(
      () => undefined,
      () => undefined,
    )
    .connect(hub.admit("ann"), null);
  const scrapes = [];
  for (const accept of [undefined, OPEN_METRICS, "text/plain", OPEN_METRICS])
    scrapes.push(await expose(accept));
  assert.match(scrapes[0]?.contentType ?? "", /^text\/plain; version=0\.0\.4/);
  assert.match(scrapes[1]?.contentType ?? "", /^application\/openmetrics-text/);
  assert.match(scrapes[1]?.text ?? "", /# EOF\n$/);
  const names = scrapes.map(({ text }) => [...valuesOf(text).keys()].sort());
  for (const other of names) assert.deepEqual(other, names[0]);
  for (const { text } of scrapes) assert.doesNotMatch(text, /\bann\b|topic\//);
  stop();
});

test("the backplane's state is told where there is one, and absent where there is none", async () => {
  const alone = watchedService();
  assert.doesNotMatch(await alone.scrape(), /^notif_lab_backplane_\w+ /m);
  alone.stop();
  const shared = watchedService({ backplane: { up: false, outages: 2 } });
  const values = valuesOf(await shared.scrape());
  assert.equal(values.get("notif_lab_backplane_up"), 0);
  assert.equal(values.get("notif_lab_backplane_outages_total"), 2);
  shared.stop();
});

test("names follow the conventions: counters end in _total, units are base units, labels are bounded", () => {
  for (const { name, type, labels = [] } of SERIES) {
    assert.equal(/_total$/.test(name), type === "counter", name);
    assert.doesNotMatch(name, /_(ms|us|milliseconds|kb|mb|percent)(_|$)/, name);
    for (const label of labels) assert.match(label, /^(transport|code|reason|version|nodejs)$/);
  }
});
