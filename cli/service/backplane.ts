import type { Backplane } from "../../core/backplane.ts";
import { LabError } from "../../core/errors.ts";
import type { BackplaneState } from "../../harness/service/state.ts";
import { CliFailure, usage } from "../process/failure.ts";
import type { Log } from "./log.ts";

export interface OpenedBackplane {
  readonly backplane: Backplane;
  readonly state: Readonly<BackplaneState>;
}

/** Of the flag or of NOTIF_LAB_BACKPLANE; undefined where neither is given. */
export function backplaneAddress(flag: string | undefined): URL | undefined {
  const address = flag ?? process.env.NOTIF_LAB_BACKPLANE;
  if (address === undefined || address === "") return undefined;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^rediss?:$/.test(url.protocol))
    throw usage("--backplane takes the address of a Redis, such as redis://127.0.0.1:6379");
  return url;
}

/** Connects to the backplane, and logs when it is away and when it is back. */
export async function openBackplane(url: URL, log: Log): Promise<OpenedBackplane> {
  const { connectRedis } = await import("../../transports/backplane/redis/backplane.ts");
  const state: BackplaneState = { up: true, outages: 0 };
  try {
    const backplane = await connectRedis(url.href, {
      onState: (now, reason) => {
        if (now === "down") {
          state.outages += 1;
          log.write("warn", "backplane", `the backplane is away: ${reason?.message}; trying again`, {
            state: "away",
          });
        } else if (!state.up) log.write("warn", "backplane", "the backplane is back", { state: "back" });
        state.up = now === "up";
      },
    });
    return { backplane, state };
  } catch (error) {
    // The address without what may be a password.
    throw new CliFailure(1, `${url.protocol}//${url.host}: ${LabError.from(error).message}`, {
      cause: error,
    });
  }
}
