import type { Channel, Session } from "./session.ts";

/** From now on the session, a follower, gets what is published. */
export function join(channel: Channel, session: Session): void {
  const audience = channel.audiences.get(session.attachment);
  if (audience) audience.add(session);
  else channel.audiences.set(session.attachment, new Set([session]));
}

/** Takes the session out of the audience, if it is in it; it stays a follower. */
export function part(channel: Channel, session: Session): void {
  const audience = channel.audiences.get(session.attachment);
  if (!audience?.delete(session) || audience.size > 0) return;
  channel.audiences.delete(session.attachment);
}
