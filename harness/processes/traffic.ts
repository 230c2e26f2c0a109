import { LabError } from "../../core/errors.ts";
import { type Plan, usersOf } from "../../scenarios/plan.ts";
import { type PlannedSend, schedule } from "../../scenarios/schedule.ts";
import type { TransportClient } from "../../transports/transport.ts";
import { createBodyWriter } from "../measurement/body.ts";
import { nowUs } from "../measurement/clock.ts";
import { LatencyRecorder } from "../measurement/histogram.ts";
import { waitUntil } from "../measurement/pacer.ts";
import { Recorder } from "../measurement/recorder.ts";
import type { Assignment, LoadCount, LoadReport } from "./messages.ts";

/** The publishing half of a load process: makes every send of the plan that is its own, at its time, and never skips one. */
export class Traffic {
  readonly recorder: Recorder;
  readonly #plan: Plan;
  readonly #isMine: (user: number) => boolean;
  readonly #audiences: ReadonlyMap<string, Audience>;
  readonly #writeBody: ReturnType<typeof createBodyWriter>;
  readonly #sequences = new Map<string, number>();
  readonly #publishLatency = new LatencyRecorder();
  readonly #sendLag = new LatencyRecorder();
  readonly #failures: Record<string, number> = {};
  readonly #stop = new AbortController();
  #epochUs = 0;
  #publishes = 0;
  #unsettled = 0;
  #expected = 0;
  #allSent = false;
  #fault: unknown;

  constructor({ plan, share, of }: Assignment) {
    this.#plan = plan;
    this.#isMine = (user) => user % of === share;
    this.#audiences = audiencesOf(plan);
    this.#writeBody = createBodyWriter(plan.seed);
    const mine = usersOf(plan).filter((user) => this.#isMine(user.index));
    this.recorder = new Recorder(mine.reduce((sum, user) => sum + user.channels.length, 0));
  }

  /** Begins the schedule at the epoch and returns at once; count() tells how far it is. */
  start(epochUs: number, clients: ReadonlyMap<number, TransportClient>): void {
    this.#epochUs = epochUs;
    this.recorder.epochUs = epochUs;
    this.#run(clients).catch((error: unknown) => {
      this.#fault = error;
    });
  }

  stop(): void {
    this.#stop.abort(new LabError("closed", "the traffic was stopped"));
  }

  count(): LoadCount {
    if (this.#fault !== undefined) throw LabError.from(this.#fault);
    return {
      sendsSettled: this.#allSent && this.#unsettled === 0,
      publishes: this.#publishes,
      expected: this.#expected,
      delivered: this.recorder.deliveries.delivered,
      receiptsExpected: this.recorder.receipts.expected,
      receiptsReceived: this.recorder.receipts.matched,
    };
  }

  /** The whole account; nothing is sent after it. */
  finish(reconnects: number): LoadReport {
    const count = this.count();
    this.stop();
    const { recorder } = this;
    return {
      count,
      deliveries: recorder.deliveries,
      publishFailures: this.#failures,
      readFailures: recorder.readFailures,
      foreignBodies: recorder.foreignBodies,
      reconnects,
      lastDeliveryUs: recorder.lastDeliveryUs,
      deliveryLatency: recorder.deliveryLatency.encode(),
      publishLatency: this.#publishLatency.encode(),
      receiptLatency: recorder.receipts.latency.encode(),
      sendLag: this.#sendLag.encode(),
    };
  }

  async #run(clients: ReadonlyMap<number, TransportClient>): Promise<void> {
    for (const send of schedule(this.#plan)) {
      if (!this.#isMine(send.publisher)) continue;
      await waitUntil(this.#epochUs + send.dueUs, this.#stop.signal);
      const client = clients.get(send.publisher);
      if (!client) throw new LabError("internal", `user ${send.publisher} is not connected`);
      this.#send(client, send);
    }
    this.#allSent = true;
  }

  #send(client: TransportClient, send: PlannedSend): void {
    const measured = send.phase === "measure";
    const { subscribers, readers } = this.#audiences.get(send.channel) ?? NOBODY;
    const body = this.#writeBody(
      { measured, publisher: send.publisher, sequence: this.#nextSequence(send), intendedUs: send.dueUs },
      send.payloadCharacters,
    );
    const intendedUs = this.#epochUs + send.dueUs;
    this.#unsettled += 1;
    if (measured) {
      this.#publishes += 1;
      this.#expected += subscribers;
      this.#sendLag.record(nowUs() - intendedUs);
    }
    client.publish({ channel: send.channel, body }).then(
      ({ id }) => {
        this.#unsettled -= 1;
        if (measured) this.#publishLatency.record(nowUs() - intendedUs);
        this.recorder.receipts.sent(id, intendedUs, readers, measured);
      },
      (error: unknown) => {
        this.#unsettled -= 1;
        const { code } = LabError.from(error);
        if (measured) this.#failures[code] = (this.#failures[code] ?? 0) + 1;
      },
    );
  }

  /** Counts per publisher and channel, warm-up and measurement apart, so that a subscriber can tell what is missing. */
  #nextSequence({ phase, publisher, channel }: PlannedSend): number {
    const key = `${phase} ${publisher} ${channel}`;
    const sequence = this.#sequences.get(key) ?? 0;
    this.#sequences.set(key, sequence + 1);
    return sequence;
  }
}

interface Audience {
  readonly subscribers: number;
  /** Those of them that mark as read. */
  readonly readers: number;
}

const NOBODY: Audience = { subscribers: 0, readers: 0 };

function audiencesOf(plan: Plan): ReadonlyMap<string, Audience> {
  const audiences = new Map<string, Audience>();
  for (const user of usersOf(plan)) {
    for (const channel of user.channels) {
      const { subscribers, readers } = audiences.get(channel) ?? NOBODY;
      audiences.set(channel, { subscribers: subscribers + 1, readers: readers + (user.marksRead ? 1 : 0) });
    }
  }
  return audiences;
}
