import type { Aedes } from "aedes";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import type { Outlet } from "../../core/session.ts";
import type { Connections } from "../limits/connections.ts";
import { guarded } from "../limits/guard.ts";
import type { Peer, Peers } from "./peer.ts";

type Hooks = Pick<Aedes, "preConnect" | "authenticate">;

/** CONNACK return codes (MQTT 3.1.1, 3.2.2.3). */
const IDENTIFIER_REJECTED = 2;
const SERVER_UNAVAILABLE = 3;
const BAD_USER_NAME_OR_PASSWORD = 4;

/** What may stand behind `reply/`: no wildcard, no level of its own, nothing invisible but blanks. */
const clientIdPattern = /^[^/+#\p{C}\p{Zl}\p{Zp}]{1,128}$/u;

interface AdmissionOptions {
  readonly hub: Hub;
  readonly outlet: Outlet<Peer>;
  readonly peers: Peers;
  readonly connections: Connections;
  /** Ends a peer's session at once; its connection has lost its place to another. */
  readonly end: (peer: Peer) => void;
  /** Before the ids that aedes knows clients by: brokers that share topics cut off who has the same one elsewhere. */
  readonly idPrefix: string;
}

/**
 * Lets connections in: password = token, user name = its subject or empty. aedes lets whoever brings a client id take over its
 * connection, so aedes is given ids of our own making, and a client's id is its user's alone: two users may have the same.
 */
export function createAdmission({ hub, outlet, peers, connections, end, idPrefix }: AdmissionOptions) {
  const holders = new Map<string, Peer>();
  let named = 0;

  const admit = (peer: Peer, username: string | undefined, password: Buffer | undefined) => {
    assertClientId(peer);
    const identity = hub.authenticate(password?.toString() ?? "");
    if (username && username !== identity.user)
      throw new LabError("unauthenticated", "the user name must be the token's subject, or empty");
    const name = holderName(identity.user, peer.clientId);
    // The same user again: the old connection gives way (MQTT-3.1.4-2), and its place among the user's sessions is free.
    const holder = name === undefined ? undefined : holders.get(name);
    if (holder) {
      end(holder);
      holder.socket.destroy();
    }
    peer.session = outlet.connect(identity, peer);
    connections.admit(peer.socket);
    if (name !== undefined) holders.set(name, peer);
  };

  const hooks: Hooks = {
    preConnect: (client, packet, done) => {
      const peer = peers.get(client);
      if (peer) {
        peer.clientId = packet.clientId;
        // MQTT-3.1.3-7; MQTT 3.1 always wants one.
        peer.mayBeNameless = packet.clean === true && packet.protocolVersion !== 3;
        peer.will = packet.will;
      }
      named += 1;
      packet.clientId = idPrefix + named.toString(36);
      // Every session is a clean one; the CONNACK's session-present flag, never set, says so.
      packet.clean = true;
      delete packet.will;
      done(null, peer !== undefined);
    },
    authenticate: (client, username, password, done) => {
      const peer = peers.get(client);
      // Gone meanwhile: aedes would register it and never take it off its list again.
      if (!peer || peer.socket.destroyed) return;
      const letIn = () => {
        try {
          admit(peer, username, password);
        } catch (error) {
          if (!(error instanceof LabError)) hub.internalError(error);
          const reason = LabError.from(error);
          done(Object.assign(new Error(reason.message), { returnCode: returnCode(reason) }), false);
          return;
        }
        done(null, true);
      };
      guarded(hub, () => peer.socket.destroy(), letIn)();
    },
  };

  /** Call when the connection has closed: frees its client id. */
  const release = (peer: Peer) => {
    peers.delete(peer.client);
    const name = peer.session && holderName(peer.session.identity.user, peer.clientId);
    if (name !== undefined && holders.get(name) === peer) holders.delete(name);
  };

  return { hooks, release };
}

/** Throws `malformed` for an id that the server does not take (MQTT-3.1.3-8, MQTT-3.1.3-9). */
function assertClientId({ clientId, mayBeNameless }: Peer): void {
  if (clientId === "" ? mayBeNameless : clientIdPattern.test(clientId)) return;
  throw new LabError(
    "malformed",
    "a client id has 1 to 128 characters, none of them /, + or #; it may be empty where the session is clean",
  );
}

/** User ids have no `/`, so no two users share a name. */
function holderName(user: string, clientId: string): string | undefined {
  return clientId === "" ? undefined : `${user}/${clientId}`;
}

function returnCode({ code }: LabError) {
  if (code === "unauthenticated") return BAD_USER_NAME_OR_PASSWORD;
  return code === "malformed" ? IDENTIFIER_REJECTED : SERVER_UNAVAILABLE;
}
