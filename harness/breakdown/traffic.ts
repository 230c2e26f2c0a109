import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "../../core/errors.ts";
import type { HubEvent } from "../../core/notification.ts";
import type { Plan } from "../../scenarios/plan.ts";
import { type PlannedSend, schedule } from "../../scenarios/schedule.ts";
import { type PlannedUser, usersOf } from "../../scenarios/users.ts";
import type { TransportClient } from "../../transports/port/transport.ts";
import { createBodyWriter } from "../measurement/body.ts";

/** How long nothing may come while something is missing. A busy machine may take longer for all of it. */
const PATIENCE_MS = 10_000;

/** The plan's traffic with an exact account of the texts that were handed over, to be held against what was found in the bytes. */
export class BreakdownTraffic {
  publishes = 0;
  deliveries = 0;
  receipts = 0;
  /** UTF-8 bytes of the bodies published, and of those delivered. */
  readonly bodyBytes = { in: 0, out: 0 };
  readonly #plan: Plan;
  readonly #users: readonly PlannedUser[];
  readonly #bodies = new Set<string>();
  readonly #answers: Promise<unknown>[] = [];
  #due = { deliveries: 0, receipts: 0 };
  #onMore: () => void = () => undefined;
  #onFailure: (reason: unknown) => void = () => undefined;
  #failure: { readonly reason: unknown } | undefined;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#users = usersOf(plan);
  }

  readonly isBody = (text: string): boolean => this.#bodies.has(text);

  readonly onEvent = (user: PlannedUser, client: TransportClient, event: HubEvent): void => {
    if (event.kind === "receipt") this.receipts += 1;
    else {
      this.deliveries += 1;
      this.bodyBytes.out += Buffer.byteLength(event.body);
      if (user.marksRead) this.#await(client.markRead(event.id));
    }
    this.#onMore();
  };

  /** Settles when all is published, delivered, read and answered. Rejects with what failed, or with `timeout`, naming what is missing, when nothing more comes. */
  async run(clients: ReadonlyMap<number, TransportClient>, signal: AbortSignal): Promise<void> {
    for (const client of clients.values())
      void client.closed.then(({ code, message }) => this.#fail(new LabError(code, message)));
    const writer = createBodyWriter(this.#plan.seed);
    const began = performance.now();
    for (const send of schedule(this.#plan, "measure")) {
      const aheadMs = send.dueUs / 1_000 - (performance.now() - began);
      if (aheadMs > 1) await sleep(aheadMs, undefined, { signal });
      const client = clients.get(send.publisher);
      if (!client) throw new LabError("internal", `user ${send.publisher} is not connected`);
      const body = writer.write(
        {
          measured: true,
          publisher: send.publisher,
          sequence: this.publishes,
          intendedUs: send.dueUs,
          lagUs: 0,
        },
        { plannedUs: send.dueUs, channel: send.channel, characters: send.payloadCharacters },
      );
      this.#expect(send, body);
      this.#await(client.publish({ channel: send.channel, body }));
    }
    await this.#allIn(signal);
    await Promise.all(this.#answers);
  }

  #expect({ channel, publisher }: PlannedSend, body: string): void {
    this.publishes += 1;
    this.#bodies.add(body);
    this.bodyBytes.in += Buffer.byteLength(body);
    const audience = this.#users.filter(({ channels }) => channels.includes(channel));
    this.#due.deliveries += audience.length;
    const sender = this.#users[publisher];
    if (sender?.channels.includes(`user/${sender.id}`))
      this.#due.receipts += audience.filter(({ marksRead }) => marksRead).length;
  }

  #await(answer: Promise<unknown>): void {
    answer.catch((reason) => this.#fail(reason));
    this.#answers.push(answer);
  }

  /** What has failed once won't be made up for: nobody need wait for it. */
  #fail(reason: unknown): void {
    this.#failure ??= { reason };
    this.#onFailure(reason);
  }

  #allIn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const missing = () => {
        const { deliveries, receipts } = this.#due;
        return `${this.deliveries} of ${deliveries} deliveries and ${this.receipts} of ${receipts} receipts came`;
      };
      const stop = (reason?: unknown) => {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
        this.#onMore = () => undefined;
        this.#onFailure = () => undefined;
        if (reason === undefined) resolve();
        else reject(reason);
      };
      const onAbort = () => stop(signal.reason);
      const timer = setTimeout(() => stop(new LabError("timeout", missing())), PATIENCE_MS);
      signal.addEventListener("abort", onAbort, { once: true });
      this.#onFailure = stop;
      this.#onMore = () => {
        timer.refresh();
        if (this.deliveries >= this.#due.deliveries && this.receipts >= this.#due.receipts) stop();
      };
      this.#onMore();
      if (this.#failure) stop(this.#failure.reason);
    });
  }
}
