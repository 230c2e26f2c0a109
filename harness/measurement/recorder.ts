import type { HubEvent } from "../../core/notification.ts";
import type { PlannedUser } from "../../scenarios/users.ts";
import type { OnEvent, TransportClient } from "../../transports/port/transport.ts";
import { ClientTracer } from "../tracing/client-trace.ts";
import { DeliveryAccount, type DeliveryCounts } from "./accounting.ts";
import { decodeHeader } from "./body.ts";
import { nowUs } from "./clock.ts";
import { LatencyRecorder } from "./latency-recorder.ts";
import { ReceiptLedger } from "./receipt-ledger.ts";
import { WindowSeries } from "./window-series.ts";

/** Warm-ups are looked at second by second. */
export const WARMUP_WINDOW_US = 1_000_000;

interface Subscriber {
  readonly user: number;
  delivered: number;
  replayed: number;
}

/** Takes down what the subscribers of one load process get. Its memory does not grow with the number of messages. */
export class Recorder {
  readonly deliveryLatency = new LatencyRecorder();
  readonly serviceLatency = new LatencyRecorder();
  /** Of deliveries from the subscriber's own node, and from others. */
  readonly nodeLatency = { same: new LatencyRecorder(), other: new LatencyRecorder() };
  /** On which node each user is, by its index, -1 for none; undefined where that is not told apart. */
  nodeOf: readonly number[] | undefined;
  readonly receipts = new ReceiptLedger();
  readonly warmup: WindowSeries;
  readonly timeline: WindowSeries;
  /** When the warm-up's and the measurement's schedules begin. */
  readonly epochsUs = { warmup: 0, measure: 0 };
  lastDeliveryUs = 0;
  readFailures = 0;
  /** Bodies that no load process wrote. */
  foreignBodies = 0;
  /** To users that stand apart. */
  apartDeliveries = 0;
  /** Deliveries of what is not measured. */
  unmeasured = 0;
  readonly tracer: ClientTracer;
  readonly #account: DeliveryAccount;
  readonly #subscribers: Subscriber[] = [];
  readonly #backUs = new Map<number, number>();

  /** A time line of so many intervals of so many microseconds. */
  constructor(
    maxSubscribers: number,
    intervalUs: number,
    intervals: number,
    warmupWindows: number,
    tracer = new ClientTracer(0),
  ) {
    this.tracer = tracer;
    this.#account = new DeliveryAccount(maxSubscribers);
    this.timeline = new WindowSeries(intervalUs, intervals);
    this.warmup = new WindowSeries(WARMUP_WINDOW_US, warmupWindows);
  }

  get deliveries(): DeliveryCounts {
    return this.#account.counts;
  }

  /** The callback for one subscription of a user. */
  subscriber(user: PlannedUser, client: TransportClient): OnEvent {
    if (user.apart) {
      return () => {
        this.apartDeliveries += 1;
      };
    }
    const subscriber = this.#subscribers.length;
    this.#subscribers.push({ user: user.index, delivered: 0, replayed: 0 });
    return (event) => {
      const receivedUs = nowUs();
      if (event.kind === "receipt") this.receipts.received(event.of, receivedUs);
      else this.#notification(event, receivedUs, subscriber, user.marksRead ? client : undefined);
    };
  }

  /** The user's connection is lost: what comes from now on of what was sent before it stands again is replayed. */
  lost(user: number): void {
    this.#backUs.set(user, Number.POSITIVE_INFINITY);
  }

  back(user: number, backUs: number): void {
    this.#backUs.set(user, backUs);
  }

  /** Begins the counts anew; who missed what, and what came twice, is kept all the same. */
  restart(): void {
    Object.assign(this.#account.counts, { delivered: 0, duplicated: 0, reordered: 0 });
    this.receipts.restart();
    this.lastDeliveryUs = 0;
    this.readFailures = 0;
    this.foreignBodies = 0;
    this.apartDeliveries = 0;
  }

  /** What each subscription got in the measured time. */
  subscribers(): readonly Readonly<Subscriber>[] {
    return this.#subscribers;
  }

  #notification(
    event: Extract<HubEvent, { kind: "notification" }>,
    receivedUs: number,
    subscriber: number,
    reader: TransportClient | undefined,
  ): void {
    // Anew for each subscriber: what one of them spared another would depend on the order in which a transport delivers.
    const header = decodeHeader(event.body);
    if (!header) {
      this.foreignBodies += 1;
      return;
    }
    reader?.markRead(event.id).catch(() => {
      this.readFailures += 1;
    });
    if (!header.measured) {
      this.unmeasured += 1;
      const sinceUs = receivedUs - this.epochsUs.warmup;
      this.warmup.record(sinceUs, sinceUs - header.intendedUs);
      return;
    }
    if (!this.#account.take(subscriber, header.publisher, header.sequence)) return;
    const sinceUs = receivedUs - this.epochsUs.measure;
    const mine = this.#subscribers[subscriber];
    if (mine) {
      mine.delivered += 1;
      const backUs = this.#backUs.size > 0 ? this.#backUs.get(mine.user) : undefined;
      if (backUs !== undefined && this.epochsUs.measure + header.intendedUs < backUs) mine.replayed += 1;
    }
    const latencyUs = sinceUs - header.intendedUs;
    this.deliveryLatency.record(latencyUs);
    this.serviceLatency.record(latencyUs - header.lagUs);
    if (this.nodeOf && mine) this.#byNode(this.nodeOf[header.publisher], this.nodeOf[mine.user], latencyUs);
    this.timeline.record(sinceUs, latencyUs);
    this.lastDeliveryUs = receivedUs;
    this.tracer.delivered(header, receivedUs - latencyUs, receivedUs);
  }

  #byNode(from = -1, to = -1, latencyUs: number): void {
    if (from < 0 || to < 0) return;
    this.nodeLatency[from === to ? "same" : "other"].record(latencyUs);
  }
}
