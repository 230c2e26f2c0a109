import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "../../core/errors.ts";
import { usersOf } from "../../scenarios/plan.ts";
import { jwtIssuer } from "../../transports/jwt.ts";
import { findTransport } from "../../transports/registry.ts";
import type { TransportClient } from "../../transports/transport.ts";
import { nowUs } from "../measurement/clock.ts";
import type { Recorder } from "../measurement/recorder.ts";
import type { Assignment } from "./messages.ts";

/** The connected users of one load process, by user index. */
export interface Population {
  readonly clients: ReadonlyMap<number, TransportClient>;
  /** From the first connection opened to the last subscription acknowledged. */
  readonly seconds: number;
  readonly reconnects: number;
  close(): Promise<void>;
}

const CONNECTS_AT_ONCE = 32;

/** Connects and subscribes this process's users, at no more than the plan's rate. Rejects with the first failure. */
export async function connectUsers(assignment: Assignment, recorder: Recorder): Promise<Population> {
  const { plan, share, of, endpoint, secret } = assignment;
  const transport = findTransport(assignment.transport);
  if (!transport) throw new LabError("internal", `there is no transport ${assignment.transport}`);
  const issue = jwtIssuer(secret);
  const users = usersOf(plan).filter((user) => user.index % of === share);
  const clients = new Map<number, TransportClient>();
  let reconnects = 0;
  const onState = ({ state }: { readonly state: string }) => {
    if (state === "connected") reconnects += 1;
  };
  const beganUs = nowUs();
  const gapUs = (of * 1_000_000) / plan.phases.connectsPerSecond;
  let next = 0;

  const lane = async () => {
    for (let mine = next++; mine < users.length; mine = next++) {
      const user = users[mine];
      if (!user) return;
      const aheadMs = (beganUs + mine * gapUs - nowUs()) / 1_000;
      if (aheadMs >= 1) await sleep(aheadMs);
      const client = await transport.connect(endpoint, {
        token: issue(user.id, 24 * 3_600_000),
        connectTimeoutMs: 30_000,
        requestTimeoutMs: 30_000,
        onState,
      });
      clients.set(user.index, client);
      for (const channel of user.channels) {
        await client.subscribe(channel, recorder.subscriber(user, client));
      }
    }
  };
  const close = async () => {
    await Promise.all([...clients.values()].map((client) => client.close()));
  };
  try {
    await Promise.all(Array.from({ length: CONNECTS_AT_ONCE }, lane));
  } catch (error) {
    await close();
    const { code, message } = LabError.from(error);
    throw new LabError(
      code,
      `connection ${clients.size + 1} of ${users.length} failed (${code}: ${message})`,
      { cause: error },
    );
  }
  return {
    clients,
    seconds: (nowUs() - beganUs) / 1_000_000,
    get reconnects() {
      return reconnects;
    },
    close,
  };
}
