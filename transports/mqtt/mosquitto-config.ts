import { pbkdf2Sync, randomBytes } from "node:crypto";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { Place } from "../engines/engine.ts";
import type { TlsIdentity } from "../port/transport.ts";
import { type Login, loginTopic, replyTopic, requestTopic, tokenTopic } from "./mosquitto-topics.ts";

/** Names of the broker's files in its folder. */
export const CONFIG = "mosquitto.conf";
export const LOGINS = "logins";
export const RIGHTS = "rights";
const KEY = "key.pem";
const CERTIFICATE = "certificate.pem";

/** The user name of the core, which may publish on every channel and reads what clients ask. */
export const CORE = "core";

export interface BrokerSettings {
  readonly host: string;
  readonly tls: TlsIdentity | undefined;
  /** No packet of a client is larger. */
  readonly maxPacketBytes: number;
  /** Messages that it holds for one client whose socket is full; further ones are dropped. */
  readonly maxQueuedMessages: number;
}

/** The files that the broker starts with; `logins` are those of the core alone, and no visitor is let in. */
export function brokerFiles(
  place: Place,
  settings: BrokerSettings,
  core: Login,
): Readonly<Record<string, string>> {
  return {
    [CONFIG]: configOf(place, settings, false),
    [LOGINS]: loginLine(core),
    [RIGHTS]: RIGHTS_OF_ALL,
    ...(settings.tls ? { [KEY]: settings.tls.key, [CERTIFICATE]: settings.tls.cert } : {}),
  };
}

/** Visitors are let in when the core hears them; what is in force can be read again while the broker runs. */
export function configOf(
  { port, folder, control }: Place,
  settings: BrokerSettings,
  visitors: boolean,
): string {
  const { host, tls, maxPacketBytes, maxQueuedMessages } = settings;
  const file = (name: string) => join(folder, name);
  const lines = [
    // Begun by root it would become another user, who can't read the folder.
    `user ${userInfo().username}`,
    `allow_anonymous ${visitors}`,
    `password_file ${file(LOGINS)}`,
    `acl_file ${file(RIGHTS)}`,
    // Nothing outlives its connection, as with the broker in process.
    "persistence false",
    "retain_available false",
    "persistent_client_expiration 1h",
    "sys_interval 0",
    `max_packet_size ${maxPacketBytes}`,
    `max_queued_messages ${maxQueuedMessages}`,
    "set_tcp_nodelay true",
    // What the core learns of connections; on stderr are the last words of a broker that does not start.
    "log_dest topic",
    "log_dest stderr",
    "log_timestamp false",
    ...["error", "warning", "notice", "information"].map((type) => `log_type ${type}`),
    `listener ${port} ${host}`,
    ...(tls ? [`certfile ${file(CERTIFICATE)}`, `keyfile ${file(KEY)}`, "tls_version tlsv1.3"] : []),
    // The core's own way in.
    `listener 0 ${control}`,
  ];
  return `${lines.join("\n")}\n`;
}

/** %c is the client id, %u the user name, neither of which may hold a wildcard. What is not allowed is forbidden. */
export const RIGHTS_OF_ALL = [
  `pattern write ${tokenTopic("%c")}`,
  `pattern read ${loginTopic("%c")}`,
  `pattern write ${requestTopic("%u")}`,
  `pattern read ${replyTopic("%u")}`,
  `user ${CORE}`,
  "topic readwrite #",
  "topic read $SYS/#",
  "",
].join("\n");

/** What the holder of a login may read besides: every topic, and its user's own channel. User ids have no wildcards, blanks or line ends. */
export function rightsOf(login: string, user: string): string {
  return `user ${login}\ntopic read topic/#\ntopic read user/${user}\n`;
}

/** A line of the password file. A password of 128 random bits needs no slow hash, and the broker makes all of them anew at each reload. */
export function loginLine({ user, password }: Login): string {
  const salt = randomBytes(12);
  const hash = pbkdf2Sync(password, salt, 1, 64, "sha512");
  return `${user}:$7$1$${salt.toString("base64")}$${hash.toString("base64")}\n`;
}

/** Names and passwords that nobody can guess. */
export function newLogin(user = randomBytes(16).toString("hex")): Login {
  return { user, password: randomBytes(16).toString("hex") };
}
