import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { MqttClient } from "mqtt";
import { LabError } from "../../core/errors.ts";
import { Engine, type Place } from "../engines/engine.ts";
import { MOSQUITTO, versionOf } from "../engines/programs.ts";
import {
  type BrokerSettings,
  brokerFiles,
  CONFIG,
  CORE,
  configOf,
  LOGINS,
  newLogin,
  RIGHTS,
} from "./mosquitto-config.ts";
import { type BrokerEvent, logReader } from "./mosquitto-log.ts";
import { Logins } from "./mosquitto-logins.ts";
import { requestTopic, tokenTopic } from "./mosquitto-topics.ts";
import { connectPacket } from "./packets.ts";

/** What the core is told; must not throw. */
export interface BrokerListener {
  readonly event: (event: BrokerEvent) => void;
  readonly token: (clientId: string, payload: Buffer) => void;
  readonly request: (login: string, payload: Buffer) => void;
}

export interface BrokerOptions extends BrokerSettings {
  /** Undefined for any free one. */
  readonly port: number | undefined;
  /** Bytes on their way to the broker beyond which the core publishes nothing more. */
  readonly maxBehindBytes: number;
}

/** A mosquitto of the core's own, and the core's connection to it. */
export interface Broker {
  readonly place: Place;
  readonly logins: Logins;
  readonly pid: number | undefined;
  /** Rejects when the broker has ended, or the core has lost it, without having been asked to. */
  readonly died: Promise<never>;
  /**
   * Lets clients in, of whom the listener is told. Once only. Rejects with `unreachable` when the broker does not let the core follow them;
   * it is closed then.
   */
  listen(listener: BrokerListener): Promise<void>;
  /** False when it takes what comes more slowly than the core publishes: this is not sent. */
  publish(topic: string, payload: string): boolean;
  /** Settles when the broker has passed on all that the core has published until now. */
  passedOn(): Promise<void>;
  /** Ends whoever has the client id, as MQTT has it: another client takes it over (MQTT-3.1.4-2), and goes. */
  evict(clientId: string): void;
  /** Idempotent; settles when neither process nor files are left. */
  close(): Promise<void>;
}

const LOG = "$SYS/broker/log/";
const [TOKENS, REQUESTS] = [tokenTopic(""), requestTopic("")];
const ECHO = "core/echo";
/** Nobody follows it. */
const WAKE = "core/wake";
const END_IS_TOLD_MS = 100;

/** Rejects with `unsupported` where mosquitto is not installed, `unreachable` with its last words when it does not start. */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const core = newLogin(CORE);
  const readLogLine = logReader(versionOf(MOSQUITTO));
  const engine = await Engine.start(
    {
      program: MOSQUITTO,
      files: (place) => brokerFiles(place, options, core),
      args: ({ folder }) => ["-c", join(folder, CONFIG)],
      probe: answers,
    },
    options.port === undefined ? {} : { port: options.port },
  );
  const { folder, control } = engine.place;
  const logins = new Logins({
    core,
    write: (passwords, rights) => {
      writeFileSync(join(folder, LOGINS), passwords, { mode: 0o600 });
      writeFileSync(join(folder, RIGHTS), rights, { mode: 0o600 });
    },
    reload: () => {
      engine.reload();
      // It looks at signals when it has waited for its connections, for up to 100 ms: so something comes on one of them.
      client.publish(WAKE, "", NOT_KEPT, nothing);
    },
    handled: () => broker.passedOn(),
  });
  const socket = connect(control);
  const client = new MqttClient(() => socket, {
    clientId: `core-${randomBytes(16).toString("hex")}`,
    username: core.user,
    password: core.password,
    protocolVersion: 4,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    keepalive: 0,
    log: () => undefined,
  });
  let closing: Promise<void> | undefined;
  const echoes: (() => void)[] = [];
  /** Rejects when the broker has ended, or the core has lost it. */
  const lost = new Promise<never>((_, reject) => {
    client.on("error", (error) => reject(LabError.from(error, "unavailable")));
    client.on("close", () => {
      // The end of the process, told a moment later, says more than that of its connection.
      const reason = new LabError("unavailable", "the connection to the broker is lost");
      setTimeout(() => reject(reason), END_IS_TOLD_MS).unref();
    });
    engine.died.catch((error) => reject(LabError.from(error)));
  });
  const died = new Promise<never>((_, reject) => {
    lost.catch((reason: LabError) => {
      if (closing) return;
      logins.end(reason);
      reject(reason);
    });
  });
  died.catch(nothing);
  const listen = async (listener: BrokerListener) => {
    client.on("message", (topic, payload) => {
      if (topic.startsWith(REQUESTS)) listener.request(topic.slice(REQUESTS.length), payload);
      else if (topic.startsWith(LOG)) {
        const event = readLogLine(payload.toString());
        if (event?.kind === "reloading") logins.reloading();
        else if (event) listener.event(event);
      } else if (topic.startsWith(TOKENS)) listener.token(topic.slice(TOKENS.length), payload);
      else if (topic === ECHO) echoes.shift()?.();
    });
    try {
      const topics = [`${LOG}#`, tokenTopic("+"), requestTopic("+"), ECHO];
      await Promise.race([lost, client.subscribeAsync(topics, { qos: 0 })]);
      writeFileSync(join(folder, CONFIG), configOf(engine.place, options, true));
      await Promise.race([lost, logins.reread()]);
    } catch (error) {
      await broker.close();
      throw LabError.from(error, "unreachable");
    }
  };
  const close = async () => {
    logins.end(new LabError("closed", "the server is closing; connect again"));
    for (const passed of echoes.splice(0)) passed();
    client.end(true);
    socket.destroy();
    await engine.stop();
  };
  const broker: Broker = {
    place: engine.place,
    logins,
    died,
    get pid() {
      return engine.pid;
    },
    listen,
    publish: (topic, payload) => {
      if (socket.writableLength > options.maxBehindBytes) return false;
      client.publish(topic, payload, NOT_KEPT, nothing);
      return true;
    },
    passedOn: () =>
      new Promise((resolve) => {
        if (closing || !client.connected) return resolve();
        echoes.push(resolve);
        client.publish(ECHO, "", NOT_KEPT, nothing);
      }),
    evict: (clientId) => {
      const usurper = connect(control);
      usurper.on("error", nothing).resume();
      const rest = [core.user, core.password];
      usurper.end(Buffer.concat([connectPacket({ clientId, rest }), DISCONNECT]));
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
  return broker;
}

const NOT_KEPT = { qos: 0, retain: false } as const;
const DISCONNECT = Buffer.from([0xe0, 0x00]);
const nothing = () => undefined;

/** Settles when something accepts connections there. */
function answers(control: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(control, () => {
      socket.destroy();
      resolve();
    });
    socket.once("error", reject);
  });
}
