import { randomBytes } from "node:crypto";
import { LabError } from "../../core/errors.ts";
import type { Engine } from "../../transports/engines/engine.ts";
import { ask } from "../engines/control.ts";
import { startRedis } from "../engines/redis.ts";

/** The Redis of one trial, whoever runs it. */
export interface TrialRedis {
  /** For the nodes; it may contain a password. */
  readonly url: string;
  /** The process, where the lab has started it and may stop it. */
  readonly engine?: Engine;
  /** What it tells of itself; undefined where it does not. */
  info(): Promise<string | undefined>;
  get(key: string): Promise<string | undefined>;
  /** Leaves nothing of the trial behind, once its nodes are gone. Idempotent. */
  end(): Promise<void>;
}

/** A Redis of the trial's own, in its network. Rejects as Engine.start() does. */
export async function startTrialRedis(beside: readonly string[]): Promise<TrialRedis> {
  // Where the trial has no network of its own, any user of the machine could connect.
  const password = randomBytes(16).toString("hex");
  const { engine, url } = await startRedis({ prefix: beside, password });
  const command = async (words: string) => {
    const text = `AUTH ${password}\r\n${words}\r\n`;
    return behindOk(await ask(engine.place.control, text, (so) => isWholeBulk(behindOk(so))));
  };
  return {
    url,
    engine,
    info: () => command("INFO"),
    get: async (key) => /^\$\d+\r\n(.*)\r\n/.exec(await command(`GET ${key}`))?.[1],
    end: () => engine.stop(),
  };
}

/** What follows the answer to AUTH. */
function behindOk(answer: string): string {
  return answer.replace(/^\+OK\r\n/, "");
}

/** A bulk string of RESP that has come in whole, a null one, or an error. */
function isWholeBulk(answer: string): boolean {
  const length = /^\$(-?\d+)\r\n/.exec(answer);
  if (!length) return /^[-+:].*\r\n$/.test(answer);
  const bytes = Number(length[1]);
  return bytes < 0 || Buffer.byteLength(answer) >= length[0].length + bytes + 2;
}

/** Where a password for a Redis that is not the lab's is found: `serve` takes it there, too. */
export const ADDRESS_VARIABLE = "NOTIF_LAB_BACKPLANE";

/** A Redis that stands at that address, for the keys of one trial, which end() removes. Rejects with `unavailable`, without a password in its message. */
export async function visitTrialRedis(address: string, prefix: string): Promise<TrialRedis> {
  const url = withSecret(address, process.env[ADDRESS_VARIABLE]);
  // Its library is loaded where it is needed.
  const { visitRedis } = await import("../../transports/backplane/redis/visit.ts");
  try {
    const visit = await visitRedis(url);
    let ending: Promise<void> | undefined;
    const end = async () => {
      try {
        await visit.forget(prefix);
      } catch {
        // It went away in mid-trial, which has failed of that; docs/nodes.md says how to remove what it still holds.
      } finally {
        visit.close();
      }
    };
    return {
      url,
      info: () => visit.info(),
      get: (key) => visit.get(key),
      end: () => {
        ending ??= end();
        return ending;
      },
    };
  } catch (error) {
    const { code, message } = LabError.from(error);
    const hint = /NOAUTH|WRONGPASS/.test(message)
      ? `; put the address with its password into ${ADDRESS_VARIABLE}`
      : "";
    throw new LabError(code, `${address}: ${message.replace(/; give it as redis:.*@host/, "")}${hint}`);
  }
}

/** The address with the user and password of the other one, where that leads to the same place. */
export function withSecret(address: string, secret: string | undefined): string {
  if (secret === undefined || !URL.canParse(secret)) return address;
  const [open, full] = [new URL(address), new URL(secret)];
  const place = ({ protocol, host, pathname }: URL) =>
    `${protocol}//${host.includes(":") ? host : `${host}:6379`}${pathname.replace(/^\/?(0)?$/, "")}`;
  return place(open) === place(full) ? secret : address;
}
