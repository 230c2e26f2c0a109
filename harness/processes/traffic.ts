import { LabError } from "../../core/errors.ts";
import type { Plan } from "../../scenarios/plan.ts";
import { type Phase, type PlannedSend, schedule } from "../../scenarios/schedule.ts";
import type { Drainage } from "../../transports/port/entry.ts";
import type { TransportClient } from "../../transports/port/transport.ts";
import { type Excerpt, excerptOf } from "../launch/excerpt.ts";
import { type BodyWriter, createBodyWriter } from "../measurement/body.ts";
import { nowUs } from "../measurement/clock.ts";
import { LagTrendRecorder } from "../measurement/lag-trend.ts";
import { LatencyRecorder, type RecordedLatency } from "../measurement/latency-recorder.ts";
import type { Pacer } from "../measurement/pacer.ts";
import { Recorder, WARMUP_WINDOW_US } from "../measurement/recorder.ts";
import { traceEvery } from "../tracing/chosen.ts";
import { ClientTracer } from "../tracing/client-trace.ts";
import { Drain } from "../tracing/drain.ts";
import { type Audience, audiencesByNode, audiencesOf, hearersOf, NOBODY } from "./audiences.ts";
import type { Assignment, LoadCount, LoadReport } from "./messages.ts";
import { type Role, usersOfPart } from "./roles.ts";

/** The publishing half of a load process: makes every send of the plan that is its own, at its time, and never skips one. */
export class Traffic {
  readonly recorder: Recorder;
  readonly #pacer: Pacer | undefined;
  readonly #plan: Plan;
  readonly #isMine: (user: number) => boolean;
  readonly #audiences: ReadonlyMap<string, Audience>;
  readonly #hearers: ReadonlySet<number>;
  readonly #bodies: BodyWriter;
  readonly #intervalUs: number;
  readonly #intervals: number;
  readonly #sequences = new Map<string, number>();
  readonly #publishLatency = new LatencyRecorder();
  readonly #sendLag = new LatencyRecorder();
  #lagTrend: LagTrendRecorder;
  #failures: Record<string, number> = {};
  #publishesByInterval: number[] = [];
  readonly #count = { publishes: 0, expected: 0, lastSendUs: 0 };
  #unmeasuredExpected = 0;
  #audiencesByNode: ReadonlyMap<string, readonly number[]> | undefined;
  #expectedByNode: number[] = [];
  #takenChecksum = 0;
  #unsettled = 0;
  #allSent = true;
  #halted = false;
  #running: Promise<void> = Promise.resolve();
  readonly #publishes: boolean;
  readonly #role: Role;
  /** Of probes it only counts. */
  readonly #drain: Drain | undefined;
  #error: unknown;

  /** Without a pacer it publishes nothing. */
  constructor({ plan, part, widthMs, intervals }: Assignment, pacer?: Pacer, drainage?: Drainage) {
    this.#plan = plan;
    this.#pacer = pacer;
    const mine = usersOfPart(plan, part);
    const own = new Set(mine.map(({ index }) => index));
    this.#isMine = (user) => own.has(user);
    this.#publishes = own.size > 0 && pacer !== undefined;
    this.#role = part.role;
    if (part.role !== "clients" && own.size > 0) this.#drain = new Drain(part.role === "sinks", drainage);
    this.#audiences = audiencesOf(plan);
    this.#hearers = hearersOf(plan);
    this.#bodies = createBodyWriter(plan.seed);
    this.#intervalUs = widthMs * 1_000;
    this.#intervals = intervals;
    this.#lagTrend = new LagTrendRecorder(plan.phases.measureMs * 1_000);
    const subscriptions = mine.reduce((sum, user) => sum + user.channels.length, 0);
    const warmupWindows = Math.ceil((plan.phases.warmupMs * 1_000) / WARMUP_WINDOW_US) + 1;
    this.recorder = new Recorder(
      subscriptions,
      this.#intervalUs,
      intervals,
      warmupWindows,
      new ClientTracer(traceEvery(plan), () => pacer?.spunUs ?? 0),
    );
  }

  /** From now on deliveries are told apart by the nodes that users are on. Undefined: they are not. */
  placeUsers(nodeOf: readonly number[] | undefined): void {
    if (nodeOf === this.recorder.nodeOf) return;
    this.recorder.nodeOf = nodeOf;
    this.#audiencesByNode = nodeOf && audiencesByNode(this.#plan, nodeOf);
  }

  /**
   * Begins the phase's schedule, or an excerpt of the plan, at the epoch and returns at once; count() tells how far it is. Only excerpts
   * may follow one another in a phase: intended times count from the first one's epoch, so that what is late is told as late.
   */
  start(
    phase: Phase,
    epochUs: number,
    clients: ReadonlyMap<number, TransportClient>,
    excerpt?: Excerpt,
  ): void {
    this.recorder.epochsUs[phase] ||= epochUs;
    const { measure } = this.recorder.epochsUs;
    this.#drain?.open({ epochUs: measure, intervalUs: this.#intervalUs, intervals: this.#intervals });
    this.#allSent = false;
    this.#halted = false;
    const plan = excerpt ? excerptOf(this.#plan, excerpt) : this.#plan;
    if (phase === "measure") this.#lagTrend = new LagTrendRecorder(plan.phases.measureMs * 1_000);
    this.#running = this.#run(plan, phase, epochUs, clients, excerpt).catch((error: unknown) => {
      this.#error = error;
    });
  }

  /** Sends nothing more of the phase under way; settles when that is certain. */
  async halt(): Promise<void> {
    this.#halted = true;
    this.#pacer?.interrupt();
    await this.#running;
  }

  count(): LoadCount {
    if (this.#error !== undefined) throw LabError.from(this.#error);
    const { publishes, expected } = this.#count;
    const sunk = this.#role === "sinks" ? this.#drain : undefined;
    return {
      sendsSettled: this.#allSent && this.#unsettled === 0,
      publishes,
      expected,
      delivered: this.recorder.deliveries.delivered + (sunk?.measured ?? 0),
      receiptsExpected: this.recorder.receipts.expected,
      receiptsReceived: this.recorder.receipts.matched,
      unmeasured: {
        expected: this.#unmeasuredExpected,
        delivered: this.recorder.unmeasured + (sunk?.unmeasured ?? 0),
      },
      receiptsAwaited: this.recorder.receipts.awaited,
    };
  }

  /** The account since the last time it was taken, without its time line, and begins it anew. */
  take(): Omit<LoadReport, "reconnects" | "outages" | "subscribers" | "readyLatency"> {
    const { recorder } = this;
    const before = this.#takenChecksum;
    this.#takenChecksum = this.#bodies.checksum;
    const taken = {
      ...this.#account((latency) => latency.take()),
      deliveries: { ...recorder.deliveries },
      sendsChecksum: (this.#takenChecksum + Number.MAX_SAFE_INTEGER - before) % Number.MAX_SAFE_INTEGER,
      windows: [],
      publishesByInterval: [],
    };
    recorder.restart();
    Object.assign(this.#count, { publishes: 0, expected: 0, lastSendUs: 0 });
    this.#expectedByNode = [];
    this.#failures = {};
    this.#publishesByInterval = [];
    return taken;
  }

  /** The whole account of what was sent and what came. */
  finish(): Omit<LoadReport, "reconnects" | "outages" | "subscribers" | "readyLatency"> {
    return {
      ...this.#account((latency) => latency.read()),
      sendsChecksum: this.#bodies.checksum,
      windows: this.recorder.timeline.windows(),
      publishesByInterval: this.#publishesByInterval,
    };
  }

  #account(read: (latency: LatencyRecorder) => RecordedLatency) {
    const { recorder } = this;
    return {
      count: this.count(),
      ...(this.#audiencesByNode ? { expectedByNode: this.#expectedByNode } : {}),
      deliveries: recorder.deliveries,
      publishFailures: this.#failures,
      readFailures: recorder.readFailures,
      foreignBodies: recorder.foreignBodies,
      apartDeliveries: recorder.apartDeliveries,
      lastSendUs: this.#count.lastSendUs,
      lastDeliveryUs: recorder.lastDeliveryUs,
      lagTrend: this.#lagTrend.trend(),
      deliveryLatency: read(recorder.deliveryLatency),
      nodeLatency: { same: read(recorder.nodeLatency.same), other: read(recorder.nodeLatency.other) },
      serviceLatency: read(recorder.serviceLatency),
      publishLatency: read(this.#publishLatency),
      receiptLatency: read(recorder.receipts.latency),
      sendLag: read(this.#sendLag),
      trace: recorder.tracer.take(),
      role: this.#role,
      drained: this.#drain?.take(),
    };
  }

  async #run(
    plan: Plan,
    phase: Phase,
    epochUs: number,
    clients: ReadonlyMap<number, TransportClient>,
    { sends: most = Number.POSITIVE_INFINITY, inFlight = 1 }: Partial<Excerpt> = {},
  ): Promise<void> {
    const closed = plan.loop === "closed";
    const pacer = this.#pacer;
    if (!this.#publishes || !pacer) {
      this.#allSent = true;
      return;
    }
    const unanswered = new Set<Promise<void>>();
    // In a closed loop an answer that was late moves everything after it.
    let movedUs = 0;
    let sends = 0;
    for (const send of schedule(plan, phase)) {
      sends += 1;
      if (sends > most) break;
      if (!this.#isMine(send.publisher)) continue;
      const intendedUs = epochUs + send.dueUs + movedUs;
      if (!(await pacer.waitUntil(intendedUs)) || this.#halted) break;
      const client = clients.get(send.publisher);
      if (!client) throw new LabError("internal", `user ${send.publisher} is not connected`);
      const sentUs = nowUs();
      const due = { epochUs, intendedUs: closed ? sentUs : intendedUs };
      const answered = this.#send(client, send, phase, due, sentUs);
      if (!closed) continue;
      unanswered.add(answered);
      answered.then(() => unanswered.delete(answered));
      if (unanswered.size >= inFlight) await Promise.race(unanswered);
      movedUs += Math.max(0, sentUs - intendedUs);
    }
    this.#allSent = true;
  }

  /** Settles when the publish is answered, whichever way. */
  #send(
    client: TransportClient,
    send: PlannedSend,
    phase: Phase,
    { epochUs, intendedUs }: { readonly epochUs: number; readonly intendedUs: number },
    sentUs: number,
  ): Promise<void> {
    const measured = phase === "measure";
    const { publisher, channel, payloadCharacters: characters } = send;
    const { subscribers, readers } = this.#audiences.get(channel) ?? NOBODY;
    const sequence = this.#nextSequence(phase, send);
    const lagUs = sentUs - intendedUs;
    const body = this.#bodies.write(
      { measured, publisher, sequence, intendedUs: intendedUs - this.recorder.epochsUs[phase], lagUs },
      { plannedUs: send.dueUs, channel, characters },
    );
    this.#unsettled += 1;
    if (measured) {
      this.#countSend(subscribers, send.dueUs, lagUs, sentUs, epochUs);
      this.#countByNode(channel);
    } else this.#unmeasuredExpected += subscribers;
    return client.publish({ channel, body }).then(
      ({ id }) => {
        this.#unsettled -= 1;
        if (measured) this.#publishLatency.record(nowUs() - intendedUs);
        if (this.#hearers.has(publisher)) this.recorder.receipts.sent(id, intendedUs, readers, measured);
      },
      (error: unknown) => {
        this.#unsettled -= 1;
        const { code } = LabError.from(error);
        if (measured) this.#failures[code] = (this.#failures[code] ?? 0) + 1;
      },
    );
  }

  #countSend(subscribers: number, dueUs: number, lagUs: number, sentUs: number, epochUs: number): void {
    this.#count.publishes += 1;
    this.#count.expected += subscribers;
    this.#count.lastSendUs = sentUs;
    this.#sendLag.record(lagUs);
    this.#lagTrend.record(dueUs, lagUs);
    const interval = Math.floor((sentUs - epochUs) / this.#intervalUs);
    this.#publishesByInterval[interval] = (this.#publishesByInterval[interval] ?? 0) + 1;
  }

  #countByNode(channel: string): void {
    const byNode = this.#audiencesByNode?.get(channel);
    if (!byNode) return;
    for (const [node, subscribers] of byNode.entries())
      this.#expectedByNode[node] = (this.#expectedByNode[node] ?? 0) + subscribers;
  }

  /** Counts per publisher and channel, warm-up and measurement apart, so that a subscriber can tell what is missing. */
  #nextSequence(phase: Phase, { publisher, channel }: PlannedSend): number {
    const key = `${phase} ${publisher} ${channel}`;
    const sequence = this.#sequences.get(key) ?? 0;
    this.#sequences.set(key, sequence + 1);
    return sequence;
  }
}
