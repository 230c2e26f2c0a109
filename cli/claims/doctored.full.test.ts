import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, test } from "vitest";
import type { Claim, Claimed, Figure, Setup } from "../../claims/claim.ts";
import type { PreparationCache } from "../../harness/run/preparation.ts";
import { builtModule } from "../../transports/engines/built-module.ts";
import { findProgram, REDIS } from "../../transports/engines/programs.ts";
import { readKeptRuns } from "./kept-runs.ts";
import { runClaims } from "./run-claims.ts";

const FEED: Setup = { scenario: "fan-out", connections: 10, rate: 80, payload: 200 };

/** Long enough for heartbeats. */
const SILENT: Setup = { scenario: "idle", connections: 300, duration: 12 };

/** So many that what each adds is seen beside what the heap does on its own. */
const HELD: Setup = { scenario: "idle", connections: 800, duration: 0.5 };

function claimOf(id: string, figure: Figure, claimed: Claimed, setup: Setup): Claim {
  const readings = [{ kind: "measured" as const, meaning: id, figure, claimed, places: [{ setup }] }];
  return { id, sentence: id, source: { title: "a test" }, readings };
}

/** That `tcp` takes about as much as websocket. */
function alike(id: string, metric: string, setup: Setup, high = 3): Claim {
  const figure: Figure = { of: { transport: "tcp", metric }, over: { transport: "websocket", metric } };
  return claimOf(id, figure, { says: `at most ${high} times WebSocket's`, high, tolerance: 1 }, setup);
}

const CLAIMS: readonly Claim[] = [
  alike("latency", "p50", FEED),
  alike("tail", "p90", FEED),
  alike("mean", "delivery.mean", FEED),
  alike("acknowledgement", "ack.p50", FEED),
  alike("mean acknowledgement", "ack.mean", FEED),
  alike("bytes", "bytes", FEED),
  alike("cpu", "cpu", FEED),
  alike("event loop", "serverLoopUtilization", FEED),
  alike("receipts", "receipt.p50", { scenario: "notify", connections: 20, rate: 80, payload: 200 }),
  alike("memory of the heap", "memoryPerConnection.heapAndExternal.bytesPerConnection", SILENT),
  alike("resident memory", "memoryPerConnection.rss.bytesPerConnection", HELD),
  // A ping is a line of JSON there, and two bytes on a WebSocket.
  alike("heartbeats", "tcpBytesPerConnectionHour", SILENT, 20),
  // Twice 10 ms on the way is what both take there.
  alike("link", "p50", { ...FEED, link: "delay=10ms" }, 1.4),
];

const lossIn = (id: string, setup: Setup) =>
  claimOf(
    id,
    { of: { transport: "tcp", metric: "lost" }, as: "none" },
    { says: "none lost", high: 0 },
    setup,
  );

/** Three nodes, whose Redis stands still for a while. */
const NODES: Setup = { scenario: "backplane-partition", duration: 10 };
const canCluster = findProgram(REDIS.name) !== undefined;

/** Enough publishes for a p99. */
const QUICK: Setup = { scenario: "fan-out", connections: 3, rate: 800, payload: 200 };

const TAILS = [alike("p99", "p99", QUICK, 5), alike("acknowledgement's p99", "ack.p99", QUICK, 5)];

const SPREAD = claimOf(
  "spread",
  { of: { transport: "tcp", metric: "cpu" }, as: "spread" },
  { says: "within half and twice its mean", low: 0.5, high: 2, tolerance: 1 },
  FEED,
);

/**
 * `tcp` that hands events over 20 ms later, sends 4 KiB of spaces behind each message, keeps 64 KiB for each connection, and is busy for 6 ms before it
 * answers a publish of a trial, which those of the conformance suite are not.
 */
function doctored(): string {
  const built = (path: string) => JSON.stringify(builtModule(path).href);
  return `
import { conversing } from ${built("transports/conversing/conversing")};
import { json } from ${built("transports/codec/codec")};
import { encodeFrame } from ${built("transports/tcp/framing")};
import { listen } from ${built("transports/tcp/server")};
import { dial } from ${built("transports/tcp/client")};
import { decodeHeader } from ${built("harness/measurement/body")};
import { delayDeliveries } from ${built("harness/selftest/defects")};
const padded = (text) => text + " ".repeat(4096);
const held = [];
const burn = () => {
  const until = performance.now() + 6;
  while (performance.now() < until);
};
const tcp = conversing({
  name: "tcp", summary: "doctored", packages: [], frame: encodeFrame, dial, example: () => [],
  codec: async () => ({
    ...json,
    encode: (message) => padded(json.encode(message)),
    encodeWithList: (...words) => padded(json.encodeWithList(...words)),
    parse: (message) => {
      const fields = json.parse(message);
      const { op, body } = fields;
      if (op === "publish" && typeof body === "string" && decodeHeader(body)) burn();
      return fields;
    },
  }),
  listen: (options, opened) => listen(options, (...words) => {
    held.push(Buffer.alloc(65536, 1));
    return opened(...words);
  }),
});
export const transport = {
  ...tcp,
  serve: (hub, options) => { delayDeliveries(hub); return tcp.serve(hub, options); },
};
`;
}

/** `tcp` that loses every twentieth notification of a trial. */
function losing(): string {
  const built = (path: string) => JSON.stringify(builtModule(path).href);
  return `
import { tcp } from ${built("transports/tcp/transport")};
import { decodeHeader } from ${built("harness/measurement/body")};
import { intercept } from ${built("harness/selftest/intercept")};
let measured = 0;
const isLost = ({ body }) => typeof body === "string" && decodeHeader(body) !== undefined && ++measured % 20 === 0;
export const transport = {
  ...tcp,
  serve: (hub, options) => {
    intercept(hub, { onEvent: (event, hand) => { if (!isLost(event)) hand(); } });
    return tcp.serve(hub, options);
  },
};
`;
}

/** `tcp` whose server stands still for 150 ms at every thousandth publish of a trial: its median is what it was. */
function stalling(): string {
  return burning("++published % 1000 === 0 ? 150 : 0");
}

/** `tcp` that takes 6 ms of CPU for a publish of a trial, in every second server that is started. */
function changing(): string {
  const counter = JSON.stringify(join(folder, "servers"));
  return `
import { appendFileSync, statSync } from "node:fs";
let isSlow = false;
const begun = () => {
  appendFileSync(${counter}, ".");
  isSlow = statSync(${counter}).size % 2 === 0;
};
${burning("isSlow ? 6 : 0", "begun()")}`;
}

/** `tcp` that is busy before it answers a publish of a trial, for so many milliseconds; the expression may count in `published`. `begins` is evaluated when it serves. */
function burning(milliseconds: string, begins = "undefined"): string {
  const built = (path: string) => JSON.stringify(builtModule(path).href);
  return `
import { conversing } from ${built("transports/conversing/conversing")};
import { json } from ${built("transports/codec/codec")};
import { encodeFrame } from ${built("transports/tcp/framing")};
import { listen } from ${built("transports/tcp/server")};
import { dial } from ${built("transports/tcp/client")};
import { decodeHeader } from ${built("harness/measurement/body")};
let published = 0;
const tcp = conversing({
  name: "tcp", summary: "doctored", packages: [], frame: encodeFrame, dial, listen, example: () => [],
  codec: async () => ({
    ...json,
    parse: (message) => {
      const fields = json.parse(message);
      const { op, body } = fields;
      if (op === "publish" && typeof body === "string" && decodeHeader(body)) {
        const until = performance.now() + (${milliseconds});
        while (performance.now() < until);
      }
      return fields;
    },
  }),
});
export const transport = {
  ...tcp,
  serve: (hub, options) => {
    ${begins};
    return tcp.serve(hub, options);
  },
};
`;
}

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-doctored-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What has passed its conformance checks once need not again. */
const passed = new Map<string, unknown>();
const cache: PreparationCache = {
  read: async (key) => passed.get(key),
  write: async (key, found) => void passed.set(key, found),
};

async function verdicts(claims: readonly Claim[], modules: ReadonlyMap<string, string>) {
  const { document } = await runClaims(
    {
      ...{ claims, told: claims },
      mode: "quick",
      lacking: () => undefined,
      kept: await readKeptRuns(join(folder, "none"), "quick"),
      command: "a test",
      named: false,
      noiseVoids: false,
      cache,
      modules,
    },
    {
      onGroup: () => undefined,
      onProgress: () => undefined,
      onResults: async () => undefined,
      onDocument: async () => undefined,
    },
    new AbortController().signal,
  );
  return document.findings.map(({ id, verdict, because }) => ({ id, verdict, because }));
}

test.each([
  { does: "sleeps, pads, leaks and burns", claims: CLAIMS, module: doctored },
  { does: "loses", claims: [lossIn("loss", FEED)], module: losing },
  // Without a Redis it is left out, but not in CI.
  {
    does: "loses on several nodes",
    claims: canCluster || process.env.CI ? [lossIn("loss", NODES)] : [],
    module: losing,
  },
  { does: "stalls now and then", claims: TAILS, module: stalling },
  { does: "is another one in every second process", claims: [SPREAD], module: changing },
])(
  "a transport that $does contradicts what it held before",
  {
    timeout: 600_000,
    retry: 1,
    tags: ["full", "release"],
  },
  async ({ claims, module }) => {
    const path = join(folder, `${module.name}.mjs`);
    writeFileSync(path, module());
    for (const { id, verdict, because } of await verdicts(claims, new Map()))
      assert.equal(verdict, "holds here", `${id}: ${because}`);
    for (const { id, verdict, because } of await verdicts(
      claims,
      new Map([["tcp", pathToFileURL(path).href]]),
    ))
      assert.equal(verdict, "contradicted here", `${id}: ${because}`);
  },
);
