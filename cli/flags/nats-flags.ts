import { existsSync } from "node:fs";
import { NATS_VARIABLE } from "../../harness/agents/local.ts";
import type { NatsAccess } from "../../harness/agents/nats-access.ts";
import { usage } from "../process/failure.ts";

/** Flags of every command that speaks to NATS. */
export interface NatsFlags {
  readonly nats?: string;
  readonly natsCreds?: string;
  readonly natsNkey?: string;
  readonly natsCa?: string;
  readonly natsCert?: string;
  readonly natsKey?: string;
}

/** Each flag that names a file, and the variable that may hold it instead. */
const FILES = {
  creds: { flag: "natsCreds", typed: "--nats-creds", variable: `${NATS_VARIABLE}_CREDS` },
  nkey: { flag: "natsNkey", typed: "--nats-nkey", variable: `${NATS_VARIABLE}_NKEY` },
  ca: { flag: "natsCa", typed: "--nats-ca", variable: `${NATS_VARIABLE}_CA` },
  cert: { flag: "natsCert", typed: "--nats-cert", variable: `${NATS_VARIABLE}_CERT` },
  key: { flag: "natsKey", typed: "--nats-key", variable: `${NATS_VARIABLE}_KEY` },
} as const;

/** The flag of these that was typed; undefined where none was. */
export function typedNatsFlag(flags: NatsFlags): string | undefined {
  if (flags.nats !== undefined) return "--nats";
  return Object.values(FILES).find(({ flag }) => flags[flag] !== undefined)?.typed;
}

/** Where NATS is and what lets one in, from flags or the environment. Impossible ones fail with one line. */
export function natsAccess(flags: NatsFlags, needing: "--nats" | "--agents"): NatsAccess {
  const fileOf = (which: keyof typeof FILES): string | undefined => {
    const { flag, typed, variable } = FILES[which];
    const path = flags[flag] ?? process.env[variable];
    if (path !== undefined && !existsSync(path))
      throw usage(`${flags[flag] === undefined ? variable : typed}: there is no file ${path}`);
    return path;
  };
  const access = {
    url: natsUrl(flags.nats, needing),
    creds: fileOf("creds"),
    nkey: fileOf("nkey"),
    ca: fileOf("ca"),
    cert: fileOf("cert"),
    key: fileOf("key"),
  };
  if (access.creds !== undefined && access.nkey !== undefined)
    throw usage("credentials and an nkey are two ways to be let in; leave out --nats-creds or --nats-nkey");
  if ((access.cert === undefined) !== (access.key === undefined))
    throw usage("--nats-cert and --nats-key belong together; give both");
  return access;
}

function natsUrl(flag: string | undefined, needing: "--nats" | "--agents"): string {
  const text = flag ?? process.env[NATS_VARIABLE];
  if (text === undefined)
    throw usage(
      needing === "--nats"
        ? `say where NATS is: --nats nats://host:4222, or in ${NATS_VARIABLE}`
        : `--agents needs to know where they wait: add --nats nats://host:4222, or use --agents local:2`,
    );
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^(nats|tls):$/.test(url.protocol) || url.hostname === "")
    throw usage(
      `${flag === undefined ? NATS_VARIABLE : "--nats"} takes an address such as nats://10.0.0.5:4222`,
    );
  if (flag !== undefined && url.username !== "")
    throw usage(
      `a password in --nats would stand in lists of processes and in the results; put the same address with it into ${NATS_VARIABLE} instead`,
    );
  return text;
}

const LONGEST_NAME = 60;

/** What an agent may be called; another name fails with one line. */
export function agentName<T extends string | undefined>(name: T, flag: "--name" | "--server-agent"): T {
  if (name === undefined || (/^[\w.-]+$/.test(name) && name.length <= LONGEST_NAME)) return name;
  throw usage(`${flag} takes up to ${LONGEST_NAME} letters, digits, dots and dashes, not "${name}"`);
}
