import type { ChannelStore, DeliverTo } from "./channel-store.ts";
import type { HubOptions } from "./hub-options.ts";
import { LocalChannels } from "./local-channels.ts";
import { SharedChannels } from "./shared-channels.ts";
import type { Users } from "./users.ts";

/** The store that a hub's options ask for. */
export function openStore(options: HubOptions, users: Users, deliver: DeliverTo): ChannelStore {
  const { clock, epoch, backplane, replayWindow = 0, receiptWindow = 10_000 } = options;
  const { replayBudgetBytes = 64 * 1024 * 1024, maxIdleChannels: maxIdle = 10_000 } = options;
  if (!backplane)
    return new LocalChannels({
      epoch,
      replayWindow,
      replayBudgetBytes,
      maxIdle,
      receiptWindow,
      users,
      deliver,
    });
  const { publishesPerMinute = 10 } = options;
  const settings = { replayWindow, receiptWindow, publishesPerMinute };
  return new SharedChannels({ backplane, settings, replayBudgetBytes, clock, users, deliver });
}
