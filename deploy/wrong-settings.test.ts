import assert from "node:assert/strict";
import { type IncomingMessage, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { createGunzip } from "node:zlib";
import { describe, type TestContext, test } from "vitest";
import { LabError } from "../core/errors.ts";
import {
  BALANCED,
  BALANCERS,
  type Balanced,
  canRun,
  openBalanced,
} from "../harness/engines/balanced.test-fixture.ts";
import { createInbox, until } from "../transports/conformance/bench.ts";
import type { TransportEntry } from "../transports/port/entry.ts";

/*
 * What breaks when one setting of a balancer is not as the templates have it. The figures that docs/deployment.md has are the annotations of
 * these tests: `npx vitest run deploy/wrong-settings.test.ts --reporter=verbose`.
 */

type Options = Parameters<typeof openBalanced>[2];

interface Case {
  readonly title: string;
  readonly balancer: string;
  readonly transport: TransportEntry;
  /** Opens it, does the work, tells what was found, and closes it. */
  run(context: TestContext, options: Options, work: (balanced: Balanced) => Promise<string>): Promise<string>;
}

const cases = BALANCERS.filter(({ program }) => canRun(program)).flatMap(({ name: balancer }) =>
  BALANCED.map((transport): Case => {
    const title = `${transport.name} behind ${balancer}`;
    return {
      title,
      balancer,
      transport,
      run: async ({ annotate }, options, work) => {
        const balanced = await openBalanced(transport, balancer, options);
        try {
          const found = await work(balanced);
          await annotate(`${title}: ${found}`);
          return found;
        } finally {
          await balanced.close();
        }
      },
    };
  }),
);
const where = (right: (one: Case) => boolean) => cases.filter(right);

/** How often each outcome came, the most frequent first. */
async function tally(attempts: readonly Promise<string>[]): Promise<string> {
  const counts = new Map<string, number>();
  for (const outcome of await Promise.all(attempts)) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.map(([outcome, count]) => `${count} of ${attempts.length} ${outcome}`).join("; ");
}

/** Connects, subscribes, publishes and receives. */
async function attempt({ connect }: Balanced): Promise<string> {
  const began = performance.now();
  try {
    const client = await connect("ann");
    const inbox = createInbox();
    await client.subscribe("topic/news", inbox.onEvent);
    await client.publish({ channel: "topic/news", body: "hello" });
    await inbox.waitFor(1);
    return "worked";
  } catch (error) {
    const { code, message } = LabError.from(error);
    return `${code} after ${Math.round((performance.now() - began) / 1_000)} s (${message})`;
  }
}

describe("silence of 20 s, with heartbeats after 10 s", { tags: ["full"] }, () => {
  const watch = async ({ connect }: Balanced) => {
    const began = performance.now();
    const cuts: string[] = [];
    const client = await connect("ann", (state) => {
      if (state.state !== "reconnecting") return;
      const { code, message } = state.reason;
      cuts.push(`after ${((performance.now() - began) / 1_000).toFixed(1)} s (${code}: ${message})`);
    });
    await client.subscribe("topic/news", () => undefined);
    await sleep(20_000);
    return cuts.length === 0 ? "never cut" : `cut ${cuts.length} times, first ${cuts[0]}`;
  };

  test.concurrent.for(cases)("60 s are allowed: $title", async ({ run }, context) => {
    assert.equal(await run(context, { nodes: 1 }, watch), "never cut");
  });
  test.concurrent.for(cases)("5 s are allowed: $title", async ({ run }, context) => {
    assert.match(await run(context, { nodes: 1, settings: { idleSeconds: 5 } }, watch), /^cut/);
  });
});

describe("two nodes", { tags: ["full"] }, () => {
  const ALL = "20 of 20 worked";
  // One after the other, so that each connection is dealt to the other node.
  const twenty = async (balanced: Balanced) => {
    const outcomes: Promise<string>[] = [];
    for (let i = 0; i < 20; i += 1) outcomes.push(Promise.resolve(await attempt(balanced)));
    return tally(outcomes);
  };

  test.for(cases)("sticky: $title", async ({ run }, context) => {
    assert.equal(await run(context, { nodes: 2 }, twenty), ALL);
  });
  test.for(cases)("not sticky: $title", async ({ run, transport }, context) => {
    const found = await run(context, { nodes: 2, settings: { sticky: false } }, twenty);
    if (transport.balancing?.sticky) assert.notEqual(found, ALL);
    else assert.equal(found, ALL);
  });
});

describe("what has to be passed on", { tags: ["full"] }, () => {
  const once = (balanced: Balanced) => attempt(balanced);

  test.concurrent.for(where(({ transport }) => /^(websocket|socketio)$/.test(transport.name)))(
    "no upgrades: $title",
    async ({ run }, context) => {
      assert.match(await run(context, { nodes: 1, settings: { upgrades: false } }, once), /^unreachable/);
    },
  );
  test.concurrent.for(where(({ transport }) => transport.balancing?.mode === "grpc"))(
    "no HTTP/2: $title",
    async ({ run }, context) => {
      assert.match(await run(context, { nodes: 1, settings: { http2: false } }, once), /^unreachable/);
    },
  );
  test.concurrent.for(
    where(({ balancer, transport }) => balancer === "nginx" && transport.balancing?.mode === "http"),
  )("nginx's defaults, HTTP/1.0 and buffers: $title", async ({ run, transport }, context) => {
    const settings = { http11: false, buffering: true };
    const found = await run(context, { nodes: 1, settings }, once);
    // The answer to a poll ends, and what was upgraded is no answer any more: both are passed on.
    if (transport.name === "sse") assert.match(found, /^timeout/);
    else assert.equal(found, "worked");
  });
});

describe("30 clients at once", { tags: ["full"] }, () => {
  const thirty = (balanced: Balanced) => tally(Array.from({ length: 30 }, () => attempt(balanced)));

  test.concurrent.for(cases)("20 connections at the balancer: $title", async ({ run }, context) => {
    const found = await run(context, { nodes: 1, settings: { maxConnections: 20 } }, thirty);
    assert.notEqual(found, "30 of 30 worked");
  });
  test.concurrent.for(cases)("20 connections an address at the node: $title", async ({ run }, context) => {
    const found = await run(context, { nodes: 1, serve: { maxConnectionsPerAddress: 20 } }, thirty);
    assert.notEqual(found, "30 of 30 worked");
  });
});

describe("events of 100 characters over SSE behind nginx, until the first arrives", {
  tags: ["full"],
}, () => {
  const MOST = 100;
  const PATIENCE_MS = 100;
  const streams = where(({ balancer, transport }) => balancer === "nginx" && transport.name === "sse");

  /** As a browser would ask for it: the lab's own client takes no compression. */
  const countEvents = async ({ bench, balancer }: Balanced): Promise<string> => {
    const bob = await bench.connect("bob");
    let text = "";
    const headers = { authorization: `Bearer ${bench.token("ann")}`, "accept-encoding": "gzip" };
    const asked = request(`${balancer.endpoint.url}/events?channel=topic/news`, { headers });
    asked.on("error", () => undefined);
    asked.once("response", (response: IncomingMessage) => {
      const decoded =
        response.headers["content-encoding"] === "gzip" ? response.pipe(createGunzip()) : response;
      for (const one of [response, decoded]) one.on("error", () => undefined);
      decoded.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
    });
    asked.end();
    await until("the stream is open", () => bench.hub.counters.sessions > 1);
    let count = 0;
    const arrived = () => text.includes('"body"');
    while (count < MOST && !arrived()) {
      await bob.publish({ channel: "topic/news", body: "x".repeat(100) });
      count += 1;
      const due = performance.now() + PATIENCE_MS;
      while (!arrived() && performance.now() < due) await sleep(1);
    }
    asked.destroy();
    return arrived() ? `the first came after ${count}` : `none of ${MOST} came`;
  };

  test.for([
    [{}, /after 1$/],
    [{ buffering: true }, /after 1$/],
    [{ http11: false }, /after 1$/],
    [{ compression: true }, /after 1$/],
    [{ buffering: true, http11: false }, /after (1\d|2\d)$/],
    [{ buffering: true, compression: true }, /^none/],
  ] as const)("%o", async ([settings, expected], context) => {
    for (const { run } of streams)
      assert.match(await run(context, { nodes: 1, settings }, countEvents), expected);
  });
});
