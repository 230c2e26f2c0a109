import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LabError } from "../../core/errors.ts";
import { builtModule } from "../../transports/engines/built-module.ts";
import { watchOver } from "../../transports/engines/orphans.ts";
import type { Failed } from "./messages.ts";
import type { Runtime } from "./runtime-names.ts";
import { commandOn } from "./runtimes.ts";

interface Message {
  readonly kind: string;
}

const STOP_GRACE_MS = 3_000;
const STDERR_TAIL = 2_000;

interface Waiting<Reply> {
  readonly resolve: (reply: Reply | Failed) => void;
  readonly reject: (error: LabError) => void;
}

/** How a child is started, beside its entry. */
interface StartOptions {
  /** A command that runs the rest of its line, such as nsenter. */
  readonly prefix?: readonly string[];
  /** Options of Node.js, as long as that runs it. */
  readonly nodeOptions?: readonly string[];
  /** It can be asked to collect its garbage. */
  readonly exposesGc?: boolean;
  /** Variables of its environment beside this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** The folder of another build of this package, whose process it is to be. */
  readonly build?: string | undefined;
  /** What runs it; default Node.js. */
  readonly runtime?: Runtime | undefined;
}

/** ws would take these where a package brought them along, and then be another one than on other machines. */
const WITHOUT_ADDONS = { WS_NO_BUFFER_UTIL: "1", WS_NO_UTF_8_VALIDATE: "1" };

/**
 * A child process that answers one request at a time. It ends when asked, when killed, or when this process is gone (its end
 * of the channel then closes; a process beside them sees to it); it never outlives stop().
 */
export class Child<Request extends Message, Reply extends Message> {
  readonly #name: string;
  readonly #process: ChildProcess;
  #stderr = "";
  #waiting: Waiting<Reply> | undefined;
  /** By the kind of the reply that is awaited beside that of ask(). */
  readonly #asides = new Map<string, Waiting<Reply> & { readonly replied: Promise<Reply | Failed> }>();
  #over: LabError | undefined;
  readonly #exited: Promise<void>;
  readonly #unwatch: (() => Promise<void>) | undefined;
  /** Rejects with the reason when the child is gone without having been asked to. */
  readonly died: Promise<never>;
  #stopping = false;

  /** `entry` is a module of this folder, without its ending; `name` is what messages call the process. */
  constructor(
    entry: "server" | "load" | "examiner" | "reader" | "relay" | "canary",
    name: string,
    { prefix = [], nodeOptions = [], exposesGc = false, env, build, runtime = "node" }: StartOptions = {},
  ) {
    this.#name = name;
    const path = `harness/processes/${entry}`;
    const module = build === undefined ? fileURLToPath(builtModule(path)) : join(build, "dist", `${path}.js`);
    const own = commandOn(runtime, [...(runtime === "node" ? nodeOptions : []), module], { exposesGc });
    const [command = process.execPath, ...words] = [...prefix, ...own];
    this.#process = spawn(command, words, {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: { ...process.env, ...WITHOUT_ADDONS },
      // The other runtimes speak no more than JSON over a channel of Node.js.
      serialization: runtime === "node" ? "advanced" : "json",
      ...(env && { env: { ...process.env, ...env } }),
    });
    if (this.#process.pid !== undefined) this.#unwatch = watchOver(this.#process.pid);
    this.#process.stderr?.on("data", (chunk) => {
      this.#stderr = (this.#stderr + String(chunk)).slice(-STDERR_TAIL);
    });
    this.#process.on("message", (reply: Reply | Failed) => {
      const aside = this.#asides.get(reply.kind);
      this.#asides.delete(reply.kind);
      (aside ?? this.#waiting)?.resolve(reply);
    });
    let onDeath: (error: LabError) => void = () => undefined;
    this.died = new Promise((_, reject) => {
      onDeath = reject;
    });
    // Nobody need listen: an ask under way, or the next one, rejects as well.
    this.died.catch(() => undefined);
    this.#exited = new Promise((resolve) => {
      this.#process.once("error", (error) => {
        onDeath(this.#end(`could not be started: ${error.message}`));
        resolve();
      });
      // "close" never comes when this side has let go of the channel, so the end of stderr is waited for here.
      this.#process.once("exit", (code, signal) => {
        const settle = () => {
          const error = this.#end(signal ? `was ended by ${signal}` : `exited with code ${code}`);
          if (!this.#stopping) onDeath(error);
          resolve();
        };
        const { stderr } = this.#process;
        if (!stderr || stderr.closed) settle();
        else stderr.once("close", settle);
      });
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** The reply of the kind asked for. Rejects with `internal` when the child fails or dies, `timeout` when it is too slow. */
  async ask<K extends Reply["kind"]>(
    request: Request,
    kind: K,
    timeoutMs: number,
  ): Promise<Extract<Reply, { kind: K }>> {
    if (this.#over) throw this.#over;
    if (this.#waiting) throw new LabError("internal", `${this.#name} was asked before it had answered`);
    let timer: NodeJS.Timeout | undefined;
    const reply = await new Promise<Reply | Failed>((resolve, reject) => {
      this.#waiting = { resolve, reject };
      timer = setTimeout(() => {
        reject(
          new LabError("timeout", `${this.#name} did not answer "${request.kind}" within ${timeoutMs} ms`),
        );
      }, timeoutMs);
      this.#process.send(request, (error) => {
        if (error) reject(this.#over ?? new LabError("closed", `${this.#name} is gone`, { cause: error }));
      });
    }).finally(() => {
      clearTimeout(timer);
      this.#waiting = undefined;
    });
    if (isKind<Extract<Reply, { kind: K }>>(reply, kind)) return reply;
    const reason = "reason" in reply ? reply.reason : `it answered "${reply.kind}" to "${request.kind}"`;
    throw new LabError("internal", `${this.#name}: ${reason}`);
  }

  /**
   * As ask(), but beside it, for a kind of reply that nobody else gets. A child that has not answered is not asked once more: what it says at last
   * is the answer to whoever waits then.
   */
  async aside<K extends Reply["kind"]>(
    request: Request,
    kind: K,
    timeoutMs: number,
  ): Promise<Extract<Reply, { kind: K }>> {
    if (this.#over) throw this.#over;
    const { replied } = this.#asides.get(kind) ?? this.#sendAside(request, kind);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, timeoutMs, undefined);
    });
    const reply = await Promise.race([replied, late]).finally(() => clearTimeout(timer));
    if (reply && isKind<Extract<Reply, { kind: K }>>(reply, kind)) return reply;
    throw new LabError("timeout", `${this.#name} did not answer "${request.kind}" within ${timeoutMs} ms`);
  }

  #sendAside(request: Request, kind: string) {
    let settle: Waiting<Reply> = { resolve: () => undefined, reject: () => undefined };
    const replied = new Promise<Reply | Failed>((resolve, reject) => {
      settle = { resolve, reject };
    });
    // Whoever asked may have given up.
    replied.catch(() => undefined);
    const aside = { ...settle, replied };
    this.#asides.set(kind, aside);
    this.#process.send(request, (error) => {
      if (!error) return;
      this.#asides.delete(kind);
      aside.reject(this.#over ?? new LabError("closed", `${this.#name} is gone`, { cause: error }));
    });
    return aside;
  }

  /** Ends the child, politely first, and by force after so long; settles when it is gone. Idempotent. */
  async stop(graceMs = STOP_GRACE_MS): Promise<void> {
    this.#stopping = true;
    if (graceMs > 0 && this.#process.connected) this.#process.disconnect();
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), graceMs);
    await this.#exited;
    clearTimeout(timer);
    await this.#unwatch?.();
  }

  #end(how: string): LabError {
    const lastWords = this.#stderr
      .trim()
      .split("\n")
      .filter((line) => /error/i.test(line))
      .at(-1);
    this.#over ??= new LabError(
      "internal",
      `${this.#name} ${how}${lastWords ? ` (${lastWords.trim()})` : ""}`,
    );
    for (const waiting of [this.#waiting, ...this.#asides.values()]) waiting?.reject(this.#over);
    return this.#over;
  }
}

function isKind<T extends Message>(message: Message, kind: string): message is T {
  return message.kind === kind;
}
