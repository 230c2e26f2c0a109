import type { HubEvent } from "../../core/notification.ts";
import type { PlannedUser } from "../../scenarios/plan.ts";
import type { OnEvent, TransportClient } from "../../transports/transport.ts";
import { DeliveryAccount, type DeliveryCounts } from "./accounting.ts";
import { decodeHeader } from "./body.ts";
import { nowUs } from "./clock.ts";
import { LatencyRecorder } from "./histogram.ts";
import { ReceiptLedger } from "./receipt-ledger.ts";

/** Takes down what the subscribers of one load process get. Its memory does not grow with the number of messages. */
export class Recorder {
  readonly deliveryLatency = new LatencyRecorder();
  readonly receipts = new ReceiptLedger();
  epochUs = 0;
  lastDeliveryUs = 0;
  readFailures = 0;
  /** Bodies that no load process wrote. */
  foreignBodies = 0;
  readonly #account: DeliveryAccount;
  #subscribers = 0;

  constructor(maxSubscribers: number) {
    this.#account = new DeliveryAccount(maxSubscribers);
  }

  get deliveries(): DeliveryCounts {
    return this.#account.counts;
  }

  /** The callback for one subscription of a user. */
  subscriber(user: PlannedUser, client: TransportClient): OnEvent {
    const subscriber = this.#subscribers++;
    return (event) => {
      const receivedUs = nowUs();
      if (event.kind === "receipt") this.receipts.received(event.of, receivedUs);
      else this.#notification(event, receivedUs, subscriber, user.marksRead ? client : undefined);
    };
  }

  #notification(
    event: Extract<HubEvent, { kind: "notification" }>,
    receivedUs: number,
    subscriber: number,
    reader: TransportClient | undefined,
  ): void {
    const header = decodeHeader(event.body);
    if (!header) {
      this.foreignBodies += 1;
      return;
    }
    reader?.markRead(event.id).catch(() => {
      this.readFailures += 1;
    });
    if (!header.measured || !this.#account.take(subscriber, header.publisher, header.sequence)) return;
    this.deliveryLatency.record(receivedUs - this.epochUs - header.intendedUs);
    this.lastDeliveryUs = receivedUs;
  }
}
