import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "../../core/errors.ts";
import type { TransportClient } from "../../transports/port/transport.ts";
import { jwtIssuer } from "../../transports/session/jwt.ts";
import { nowUs } from "../measurement/clock.ts";
import type { ClockProbe } from "../measurement/clock-offset.ts";
import { mergeLatencies } from "../measurement/histogram.ts";
import { LatencyRecorder } from "../measurement/latency-recorder.ts";
import { Pacer } from "../measurement/pacer.ts";
import { SILENT_HEARTBEAT } from "../measurement/silent-heartbeat.ts";
import type { BrowserFigures } from "../result/schema/browser.ts";
import { loadTransport } from "../run/transports.ts";
import { offsetOfPage, type PageClock, servePageClock } from "./clock.ts";
import type { JoinOptions } from "./messages.ts";
import { type LabPage, type OpenBrowser, openBrowser } from "./open.ts";

/** What both follow, beside the channels of the scenario. */
const CHANNEL = "topic/canary";
const GAP_US = 20_000;
/** Not measured: what comes first in a page is compiled first. */
const LEAD_IN = 25;
/** A launch alone has enough for a median; for the p90 it takes three. */
const PUBLISHES = 100;
/** How long the publishes of one listen() take. */
export const LISTEN_MS = ((LEAD_IN + PUBLISHES) * GAP_US) / 1_000;
/** How long what is missing is waited for. */
const DRAIN_MS = 2_000;
const POLL_MS = 20;
const START_LEAD_US = 30_000;
const HOUR_MS = 3_600_000;

interface Arrival {
  readonly client: string;
  readonly body: string;
  readonly atUs: number;
}

interface Joined {
  readonly options: JoinOptions;
  readonly page: LabPage;
  readonly nodes: readonly TransportClient[];
  readonly publisher: TransportClient;
  readonly probes: ClockProbe[];
  readonly inNode: Arrival[];
}

/** A browser's page and clients of Node.js that follow one channel of a server under load, and a publisher to it. */
export class Canary {
  readonly #browser: OpenBrowser;
  readonly #clock: PageClock;
  readonly #pacer: Pacer;
  #joined: Joined | undefined;

  private constructor(browser: OpenBrowser, clock: PageClock, pacer: Pacer) {
    this.#browser = browser;
    this.#clock = clock;
    this.#pacer = pacer;
  }

  /** Rejects as openBrowser() does. */
  static async open(path: string): Promise<Canary> {
    const browser = await openBrowser(path);
    return new Canary(browser, await servePageClock(browser.origin), await Pacer.start());
  }

  get product(): string {
    return this.#browser.product;
  }

  get origin(): string {
    return this.#browser.origin;
  }

  /** Connects all of them. Node's clients subscribe first, so that a server that writes in that order writes to them first. */
  async join(options: JoinOptions): Promise<void> {
    await this.leave();
    const transport = await loadTransport(options.transport);
    const issue = jwtIssuer(options.secret);
    const inNode: Arrival[] = [];
    const connect = (user: string) =>
      transport.connect(options.endpoint, { token: issue(user, HOUR_MS), heartbeat: SILENT_HEARTBEAT });
    const numbers = Array.from({ length: options.connections }, (_, number) => number);
    const publisher = await connect("canary-publisher");
    const nodes: TransportClient[] = [];
    for (const number of numbers) {
      const client = await connect(`canary-node-${number}`);
      nodes.push(client);
      await client.subscribe(CHANNEL, (event) => {
        const atUs = nowUs();
        if (event.kind === "notification") inNode.push({ client: String(number), body: event.body, atUs });
      });
    }
    const page = await this.#browser.visit();
    this.#joined = { options, page, nodes, publisher, probes: [], inNode };
    await this.#clock.attach(page);
    for (const number of numbers) {
      const name = `page-${number}`;
      const token = issue(`canary-${name}`, HOUR_MS);
      await page.call(
        "connect",
        name,
        options.inPage,
        { url: options.endpoint.url },
        { token, heartbeat: SILENT_HEARTBEAT },
      );
      await page.call("follow", name, CHANNEL);
    }
  }

  /** Publishes to all at even gaps, and settles with what came of it when all has come, or no more is waited for. */
  async listen(): Promise<BrowserFigures> {
    const joined = this.#joined;
    if (!joined) throw new LabError("internal", "the page is to listen before it is connected");
    const { options, page, publisher, probes, inNode } = joined;
    probes.push(...(await this.#clock.probe(page)));
    const beganUs = nowUs() + START_LEAD_US;
    const due = (sequence: number) => beganUs + sequence * GAP_US;
    const answers: Promise<unknown>[] = [];
    for (let sequence = 0; sequence < LEAD_IN + PUBLISHES; sequence += 1) {
      await this.#pacer.waitUntil(due(sequence));
      const body = String(sequence).padEnd(options.characters, " .");
      answers.push(publisher.publish({ channel: CHANNEL, body }));
    }
    await Promise.all(answers);
    const inPage: Arrival[] = [];
    const all = (LEAD_IN + PUBLISHES) * options.connections;
    for (const end = performance.now() + DRAIN_MS; ; await sleep(POLL_MS)) {
      inPage.push(...(await page.call<{ arrivals: Arrival[] }>("take")).arrivals);
      if ((inPage.length >= all && inNode.length >= all) || performance.now() > end) break;
    }
    probes.push(...(await this.#clock.probe(page)));
    const { offsetUs, boundUs } = offsetOfPage(probes);
    const ofPage = accountOf(inPage, (atUs, sequence) => atUs + offsetUs - due(sequence));
    const ofNode = accountOf(inNode.splice(0), (atUs, sequence) => atUs - due(sequence));
    const expected = PUBLISHES * options.connections;
    return {
      connections: options.connections,
      publishes: PUBLISHES,
      delivered: ofPage.delivered,
      lost: expected - ofPage.delivered,
      nodeLost: expected - ofNode.delivered,
      ...(ofPage.latency && { deliveryLatencyUs: ofPage.latency }),
      ...(ofNode.latency && { nodeDeliveryLatencyUs: ofNode.latency }),
      clockBoundUs: Math.round(boundUs * 10) / 10,
    };
  }

  /** Ends every connection that join() made. */
  async leave(): Promise<void> {
    const joined = this.#joined;
    this.#joined = undefined;
    if (!joined) return;
    await joined.page.close();
    await Promise.all([joined.publisher, ...joined.nodes].map((client) => client.close()));
  }

  async close(): Promise<void> {
    await this.leave();
    await this.#pacer.stop(new LabError("closed", "the canary ends"));
    await this.#clock.close();
    await this.#browser.close();
  }
}

/** What is measured of the arrivals, each once a client. */
function accountOf(arrivals: readonly Arrival[], latencyOf: (atUs: number, sequence: number) => number) {
  const recorder = new LatencyRecorder();
  const seen = new Set<string>();
  for (const { client, body, atUs } of arrivals) {
    const sequence = Number.parseInt(body, 10);
    const key = `${client} ${sequence}`;
    if (!(sequence >= LEAD_IN) || seen.has(key)) continue;
    seen.add(key);
    recorder.record(latencyOf(atUs, sequence));
  }
  return { delivered: seen.size, latency: mergeLatencies([recorder.take()], PUBLISHES) };
}
