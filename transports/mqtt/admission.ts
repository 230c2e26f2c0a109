import type { Aedes, Client } from "aedes";
import type { Identity } from "../../core/access.ts";
import { LabError } from "../../core/errors.ts";
import type { Hub, Outlet } from "../../core/hub.ts";
import type { Peer, Peers } from "./peer.ts";

type Hooks = Pick<Aedes, "preConnect" | "authenticate">;

/** CONNACK return codes (MQTT 3.1.1, 3.2.2.3). */
const IDENTIFIER_REJECTED = 2;
const SERVER_UNAVAILABLE = 3;
const BAD_USER_NAME_OR_PASSWORD = 4;

/** What may stand behind `reply/`: no wildcard, no level of its own, nothing invisible. */
const clientIdPattern = /^[^/+#\p{C}\p{Z}]{1,128}$/u;

/**
 * Lets connections in: password = token, user name = its subject or empty. aedes lets whoever brings a client id take over its
 * connection, so aedes is given ids of our own making, and a client's id is bound to the user who holds it.
 */
export function createAdmission(hub: Hub, outlet: Outlet<Peer>, peers: Peers) {
  const holders = new Map<string, Peer>();
  let connections = 0;

  const admit = (peer: Peer, username: string | undefined, password: Buffer | undefined) => {
    const identity = hub.admit(password?.toString() ?? "");
    if (username && username !== identity.user)
      throw new LabError("unauthenticated", "the user name must be the token's subject, or empty");
    claim(peer, identity);
    peer.session = outlet.connect(identity, peer);
  };

  const claim = (peer: Peer, { user }: Identity) => {
    const { clientId } = peer;
    if (clientId === "") return;
    if (!clientIdPattern.test(clientId))
      throw new LabError("malformed", "a client id has 1 to 128 characters, none of them /, + or #");
    const holder = holders.get(clientId);
    if (holder && holder.session?.identity.user !== user)
      throw new LabError("forbidden", "the client id is in use by another user; choose another");
    // The same user again: the old connection gives way (MQTT-3.1.4-2).
    holder?.socket.destroy();
    holders.set(clientId, peer);
  };

  const hooks: Hooks = {
    preConnect: (client, packet, done) => {
      const peer = peers.get(client);
      if (peer) {
        peer.clientId = packet.clientId;
        peer.will = packet.will;
      }
      connections += 1;
      packet.clientId = connections.toString(36);
      // Every session is a clean one; the CONNACK's session-present flag, never set, says so.
      packet.clean = true;
      delete packet.will;
      done(null, peer !== undefined);
    },
    authenticate: (client, username, password, done) => {
      const peer = peers.get(client);
      // Gone meanwhile: aedes would register it and never take it off its list again.
      if (!peer || peer.socket.destroyed) return;
      try {
        admit(peer, username, password);
        done(null, true);
      } catch (error) {
        const reason = LabError.from(error);
        done(Object.assign(new Error(reason.message), { returnCode: returnCode(reason) }), false);
      }
    },
  };

  /** Call when the connection has closed: frees its client id. */
  const release = (client: Client, peer: Peer) => {
    peers.delete(client);
    if (holders.get(peer.clientId) === peer) holders.delete(peer.clientId);
  };

  return { hooks, release };
}

function returnCode({ code }: LabError) {
  if (code === "unauthenticated") return BAD_USER_NAME_OR_PASSWORD;
  return code === "internal" || code === "too_many_sessions" ? SERVER_UNAVAILABLE : IDENTIFIER_REJECTED;
}
