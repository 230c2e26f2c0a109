import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "../../core/errors.ts";
import { closeServer, listen } from "../net/listen.ts";
import { watchOver } from "./orphans.ts";
import { type Program, requireProgram } from "./programs.ts";

/** Where one engine lives. */
export interface Place {
  readonly port: number;
  /** Its own, removed when it ends. */
  readonly folder: string;
  /**
   * A Unix socket in the folder, on which it also answers: unlike its port it can be reached from outside a network namespace, and no
   * other program can have it.
   */
  readonly control: string;
}

/** How a program becomes an engine. */
export interface EngineSpec {
  readonly program: Program;
  /** The contents of files in its folder, by name. */
  readonly files?: (place: Place) => Readonly<Record<string, string>>;
  readonly args: (place: Place) => readonly string[];
  /** Settles when it serves; rejects as long as it does not. */
  readonly probe: (control: string, place: Place) => Promise<unknown>;
}

export interface EngineOptions {
  /** A command that runs the rest of its line, such as nsenter. */
  readonly prefix?: readonly string[];
  /** On 127.0.0.1. Default: a free one. */
  readonly port?: number;
}

const START_MS = 20_000;
const PROBE_EVERY_MS = 5;
const STOP_GRACE_MS = 1_000;
const PORT_TRIES = 5;
const OUTPUT_TAIL = 4_000;
const LINES_TOLD = 3;

/**
 * A server of another make as a child process. It ends with this process, however this one ends, and so do its files. It stays in the
 * terminal's background, so that Ctrl-C is this process's to handle.
 */
export class Engine {
  readonly place: Place;
  readonly #spec: EngineSpec;
  readonly #prefix: readonly string[];
  #process: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  readonly #unwatchFolder: () => Promise<void>;
  #unwatchProcess: () => Promise<void> = async () => undefined;
  #output = "";
  #expected = false;
  #onDeath: (error: LabError) => void = () => undefined;
  /** Rejects when the engine ends without having been asked to. */
  readonly died: Promise<never>;

  private constructor(spec: EngineSpec, port: number, prefix: readonly string[]) {
    const folder = join(tmpdir(), `notif-lab-${spec.program.name}-${randomBytes(6).toString("hex")}`);
    this.#unwatchFolder = watchOver(folder);
    mkdirSync(folder, { mode: 0o700 });
    this.place = { port, folder, control: join(folder, "control.sock") };
    this.#spec = spec;
    this.#prefix = prefix;
    this.died = new Promise((_, reject) => {
      this.#onDeath = reject;
    });
    this.died.catch(() => undefined);
  }

  /**
   * Settles when it serves. Rejects with `unsupported` when the program is not installed, and with `unreachable` and its last words when it
   * does not start. A port that another program takes in the meantime is given up for another.
   */
  static async start(spec: EngineSpec, { prefix = [], port }: EngineOptions = {}): Promise<Engine> {
    requireProgram(spec.program);
    for (let tries = 1; ; tries += 1) {
      const engine = new Engine(spec, port ?? (await freePort()), prefix);
      try {
        await engine.#run();
        return engine;
      } catch (error) {
        const taken = /address already in use|cannot bind socket/i.test(engine.#output);
        await engine.stop();
        if (!taken || port !== undefined || tries === PORT_TRIES) throw error;
      }
    }
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Ends it at once; settles when it is gone. restart() brings it back. */
  async kill(signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<void> {
    this.#expected = true;
    this.#process?.kill(signal);
    await this.#ended;
  }

  /** Stops it in mid-air (SIGSTOP): its connections stand, and nothing answers. */
  pause(): void {
    this.#process?.kill("SIGSTOP");
  }

  resume(): void {
    this.#process?.kill("SIGCONT");
  }

  /** Asks it to read its files again (SIGHUP); when it has, only the engine itself can tell. */
  reload(): void {
    this.#process?.kill("SIGHUP");
  }

  /** Runs it again at the same port, with its files as they are now; settles when it serves. */
  async restart(): Promise<void> {
    await this.#end();
    await this.#run();
  }

  /** Idempotent; settles when neither process nor files are left. */
  async stop(): Promise<void> {
    await this.#end();
    rmSync(this.place.folder, { recursive: true, force: true });
    await Promise.all([this.#unwatchProcess(), this.#unwatchFolder()]);
  }

  async #run(): Promise<void> {
    const { program, args, files } = this.#spec;
    const { folder, control } = this.place;
    for (const [name, text] of Object.entries(files?.(this.place) ?? {}))
      writeFileSync(join(folder, name), text);
    // One that was killed leaves it, and nginx then takes it for taken.
    rmSync(control, { force: true });
    const [command = "", ...words] = [
      ...this.#prefix,
      ...dyingWithParent(),
      requireProgram(program),
      ...args(this.place),
    ];
    const started = spawn(command, words, {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const unwatchEarlier = this.#unwatchProcess;
    if (started.pid !== undefined) this.#unwatchProcess = watchOver(started.pid);
    this.#process = started;
    this.#output = "";
    this.#expected = false;
    for (const stream of [started.stdout, started.stderr])
      stream.on("data", (chunk) => {
        this.#output = (this.#output + String(chunk)).slice(-OUTPUT_TAIL);
      });
    const over = new AbortController();
    const failed = new Promise<never>((_, reject) => {
      started.once("error", (error) => reject(this.#failure(`could not be started: ${error.message}`)));
      started.once("close", (code, signal) => {
        over.abort();
        const error = this.#failure(signal ? `was ended by ${signal}` : `exited with code ${code}`, signal);
        reject(error);
        if (!this.#expected) this.#onDeath(error);
      });
    });
    this.#ended = failed.catch(() => undefined);
    await Promise.race([failed, Promise.all([this.#ready(over.signal), unwatchEarlier()])]);
  }

  async #ready(over: AbortSignal): Promise<void> {
    const due = performance.now() + START_MS;
    while (!over.aborted) {
      try {
        await this.#spec.probe(this.place.control, this.place);
        return;
      } catch (error) {
        if (performance.now() > due)
          throw this.#failure(
            `does not answer after ${START_MS / 1_000} s (${LabError.from(error).message})`,
          );
      }
      await sleep(PROBE_EVERY_MS);
    }
  }

  async #end(): Promise<void> {
    this.#expected = true;
    const running = this.#process;
    running?.kill("SIGTERM");
    running?.kill("SIGCONT");
    const timer = setTimeout(() => running?.kill("SIGKILL"), STOP_GRACE_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  #failure(how: string, signal?: NodeJS.Signals | null): LabError {
    // Who is killed has no last words: what it said before is about something else.
    const said = signal === "SIGKILL" ? "" : this.#output;
    const lastWords = said.trim().split("\n").slice(-LINES_TOLD).join(" | ").trim();
    const { name } = this.#spec.program;
    return new LabError("unreachable", `${name} ${how}${lastWords ? `: ${lastWords}` : ""}`);
  }
}

/** Of util-linux; busybox has one that can't. */
const PDEATHSIG = ["setpriv", "--pdeathsig", "KILL", "--"] as const;
/** This process may have gone before the kernel was told: then the engine does not begin. */
const IF_PARENT_LIVES = ["sh", "-c", 'test "$PPID" = "$0" && exec "$@"', String(process.pid)];
let dying: readonly string[] | undefined;

/** On Linux the kernel itself ends it when this process is gone; elsewhere that is watchOver()'s alone. */
function dyingWithParent(): readonly string[] {
  dying ??=
    spawnSync(PDEATHSIG[0], [...PDEATHSIG.slice(1), "true"]).status === 0
      ? [...PDEATHSIG, ...IF_PARENT_LIVES]
      : [];
  return dying;
}

/** Free when asked. */
async function freePort(): Promise<number> {
  const server = createServer();
  const bound = await listen(server, "127.0.0.1", 0);
  await closeServer(server);
  return Number(bound.split(":").at(-1));
}
