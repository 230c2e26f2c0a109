import { type ChannelName, isChannelName } from "../../core/channel.ts";
import { LabError } from "../../core/errors.ts";
import type { ConnectionEvents } from "../session/reconnecting-client.ts";
import type { ServerMessage } from "./generated/messages.ts";

/** Hands on an event, and says whether the message was one. Throws `malformed` for an event of no channel. */
export function receiveEvent(
  message: NonNullable<ServerMessage["message"]>,
  events: Pick<ConnectionEvents, "event">,
): boolean {
  switch (message.$case) {
    case "notification": {
      const { id, channel, seq, from, body, at } = message.value;
      assertChannel(channel);
      events.event({ kind: "notification", id, channel, seq, from, body, at });
      return true;
    }
    case "receipt": {
      const { id, channel, seq, of, by, at } = message.value;
      assertChannel(channel);
      events.event({ kind: "receipt", id, channel, seq, of, by, at });
      return true;
    }
    case "gap": {
      const { id, channel, seq, at } = message.value;
      assertChannel(channel);
      events.event({ kind: "gap", id, channel, seq, at });
      return true;
    }
    default:
      return false;
  }
}

function assertChannel(name: string): asserts name is ChannelName {
  if (!isChannelName(name)) throw new LabError("malformed", "the server sent an event without a channel");
}
