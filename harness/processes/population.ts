import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "../../core/errors.ts";
import type { PlannedUser } from "../../scenarios/users.ts";
import type { Transport, TransportClient } from "../../transports/port/transport.ts";
import { jwtIssuer } from "../../transports/session/jwt.ts";
import { nowUs } from "../measurement/clock.ts";
import { LatencyRecorder } from "../measurement/latency-recorder.ts";
import type { Recorder } from "../measurement/recorder.ts";
import type { Assignment, LoadReport, Outage } from "./messages.ts";
import { type Role, usersOfPart } from "./roles.ts";
import { loopbackAddress } from "./source-address.ts";

const CONNECTS_AT_ONCE = 32;
/** More are lost count of: a transport that flaps all the time is no longer told apart by them. */
const MAX_OUTAGES = 100_000;
/** A source address has some 28,000 ports towards one server, and a transport may need two a client. */
const CLIENTS_PER_SOURCE = 5_000;

/** The connected users of one load process, by user index. */
export class Population {
  readonly clients = new Map<number, TransportClient>();
  readonly role: Role;
  readonly outages: Outage[] = [];
  readonly readyLatency = new LatencyRecorder();
  readonly #underWay = new Map<number, number>();
  #closing = false;
  readonly #assignment: Assignment;
  readonly #transport: Transport;
  readonly #recorder: Recorder;
  readonly #users: readonly PlannedUser[];
  readonly #issue: ReturnType<typeof jwtIssuer>;
  #next = 0;

  constructor(assignment: Assignment, transport: Transport, recorder: Recorder) {
    this.#assignment = assignment;
    this.#transport = transport;
    this.#recorder = recorder;
    const { plan, part, secret } = assignment;
    this.role = part.role;
    this.#issue = jwtIssuer(secret);
    this.#users = usersOfPart(plan, part);
  }

  /**
   * Connects and subscribes more users, at no more than the plan's rate, until the share (0 to 1) of all stands. Settles with the
   * seconds from the first connection opened to the last subscription acknowledged; rejects with the first failure.
   */
  async connect(upTo: number): Promise<number> {
    const { plan } = this.#assignment;
    const beganUs = nowUs();
    const first = this.#next;
    const end = Math.round(this.#users.length * upTo);
    // All load processes connect at the same time, each at a pace by its part of the users.
    const all = plan.groups.reduce((sum, { users }) => sum + users, 0);
    const gapUs = (all * 1_000_000) / (Math.max(1, this.#users.length) * plan.phases.connectsPerSecond);
    const lane = async () => {
      while (this.#next < end) {
        const mine = this.#next++;
        const user = this.#users[mine];
        if (!user) return;
        const aheadMs = (beganUs + (mine - first) * gapUs - nowUs()) / 1_000;
        if (aheadMs >= 1) await sleep(aheadMs);
        await this.#connectUser(user, mine);
      }
    };
    try {
      await Promise.all(Array.from({ length: plan.phases.connectsAtOnce ?? CONNECTS_AT_ONCE }, lane));
    } catch (error) {
      await this.close();
      const { code, message } = LabError.from(error);
      const which = `connection ${this.clients.size + 1} of ${this.#users.length}`;
      throw new LabError(code, `${which} failed (${code}: ${message})`, { cause: error });
    }
    return (nowUs() - beganUs) / 1_000_000;
  }

  /** The population's part of the load process's account. */
  report(): Pick<LoadReport, "reconnects" | "outages" | "subscribers" | "readyLatency"> {
    const { outages } = this;
    const informed = new Set(outages.filter((one) => one.missed).map((one) => one.user));
    const hasFaults = (this.#assignment.plan.faults ?? []).length > 0;
    return {
      outages,
      reconnects: outages.filter((one) => one.backUs !== undefined).length,
      subscribers: hasFaults
        ? this.#recorder.subscribers().map((one) => ({ ...one, informed: informed.has(one.user) }))
        : [],
      readyLatency: this.readyLatency.read(),
    };
  }

  /** The same since the last time. */
  take(): ReturnType<Population["report"]> {
    const report = this.report();
    return { ...report, outages: this.outages.splice(0) };
  }

  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all([...this.clients.values()].map((client) => client.close()));
  }

  async #connectUser(user: PlannedUser, number: number): Promise<void> {
    const { endpoint, nodes = [], relayedEndpoint, number: process, heartbeat } = this.#assignment;
    const direct = nodes[user.index % nodes.length] ?? endpoint;
    const to = user.relayed ? relayedEndpoint : direct;
    const source = loopbackAddress(to, 1 + process, 1 + Math.floor(number / CLIENTS_PER_SOURCE));
    const beganUs = nowUs();
    const client = await this.#transport.connect(to, {
      token: this.#issue(user.id, 24 * 3_600_000),
      connectTimeoutMs: 30_000,
      requestTimeoutMs: 30_000,
      ...(heartbeat ? { heartbeat } : {}),
      ...(source === undefined ? {} : { localAddress: source }),
      onState: (change) => {
        if (change.state === "reconnecting") this.#lost(user.index);
        else this.#back(user.index, change.missed.length > 0);
      },
    });
    client.closed.then(() => this.#gone(user.index));
    this.clients.set(user.index, client);
    for (const channel of user.channels) {
      await client.subscribe(channel, this.#recorder.subscriber(user, client));
    }
    this.readyLatency.record(nowUs() - beganUs);
  }

  #lost(user: number): void {
    if (this.#underWay.has(user)) return;
    this.#underWay.set(user, nowUs());
    this.#recorder.lost(user);
  }

  #back(user: number, missed: boolean): void {
    const backUs = nowUs();
    this.#note(user, { backUs, missed });
    this.#recorder.back(user, backUs);
  }

  /** For good, and by nobody's wish: whoever is told that is told that nothing more comes. */
  #gone(user: number): void {
    if (!this.#closing) this.#note(user, { backUs: undefined, missed: true });
  }

  #note(user: number, end: Pick<Outage, "backUs" | "missed">): void {
    const lostUs = this.#underWay.get(user) ?? nowUs();
    this.#underWay.delete(user);
    if (this.outages.length < MAX_OUTAGES) this.outages.push({ user, lostUs, ...end });
  }
}
