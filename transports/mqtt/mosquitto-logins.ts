import { LabError } from "../../core/errors.ts";
import { loginLine, RIGHTS_OF_ALL, rightsOf } from "./mosquitto-config.ts";
import type { Login } from "./mosquitto-topics.ts";

interface Entry {
  readonly line: string;
  readonly rights: string;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (reason: LabError) => void;
}

interface LoginsOptions {
  readonly core: Login;
  /** Writes both files. */
  readonly write: (logins: string, rights: string) => void;
  /** Asks the broker to read them. */
  readonly reload: () => void;
  /**
   * Settles when the broker has read them, and looks at its connections again. mosquitto forgets a signal that comes while it reads (src/loop.c: the
   * flag is cleared behind the reading).
   */
  readonly handled: () => Promise<void>;
}

const RELOAD_MS = 10_000;

/**
 * Who may connect to the broker, as its files have it. What is asked for while the broker reads them goes together into the next reading: a
 * thousand clients that come at once cost a few of them.
 */
export class Logins {
  readonly #options: LoginsOptions;
  readonly #core: string;
  readonly #entries = new Map<string, Entry>();
  #next: Waiting[] = [];
  #underWay: Waiting[] | undefined;
  #timer: NodeJS.Timeout | undefined;
  #due: NodeJS.Immediate | undefined;
  #ended: LabError | undefined;

  constructor(options: LoginsOptions) {
    this.#options = options;
    this.#core = loginLine(options.core);
  }

  /** Settles when the broker lets it in. Rejects with `unavailable` when the broker does not read its files, `closed` after end(). */
  grant(login: Login, user: string): Promise<void> {
    this.#entries.set(login.user, { line: loginLine(login), rights: rightsOf(login.user, user) });
    return this.reread();
  }

  /** Settles when the broker has ended the login's connections, and lets it in no more. */
  async revoke(name: string): Promise<void> {
    if (this.#entries.delete(name)) await this.reread();
  }

  /** To be called when the broker says that it reads the files. */
  reloading(): void {
    void this.#options.handled().then(() => this.#read());
  }

  /** Idempotent; whoever waits is told. */
  end(reason: LabError): void {
    this.#ended ??= reason;
    this.#fail(reason);
    if (this.#due) clearImmediate(this.#due);
  }

  /** Settles when the broker has read all its files again. Rejects as grant() does. */
  reread(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#ended) {
        reject(this.#ended);
        return;
      }
      this.#next.push({ resolve, reject });
      this.#plan();
    });
  }

  #read(): void {
    clearTimeout(this.#timer);
    const settled = this.#underWay ?? [];
    this.#underWay = undefined;
    for (const { resolve } of settled) resolve();
    this.#plan();
  }

  /** At the end of this turn, so that what comes in one turn goes together. */
  #plan(): void {
    if (this.#due || this.#underWay || this.#next.length === 0 || this.#ended) return;
    this.#due = setImmediate(() => {
      this.#due = undefined;
      this.#underWay = this.#next;
      this.#next = [];
      const entries = [...this.#entries.values()];
      const join = (first: string, of: keyof Entry) => first + entries.map((one) => one[of]).join("");
      this.#timer = setTimeout(
        () => this.#fail(new LabError("unavailable", "the broker does not read its files; try again")),
        RELOAD_MS,
      );
      try {
        this.#options.write(join(this.#core, "line"), join(RIGHTS_OF_ALL, "rights"));
        this.#options.reload();
      } catch (error) {
        this.#fail(LabError.from(error));
      }
    });
  }

  #fail(reason: LabError): void {
    clearTimeout(this.#timer);
    const failed = [...(this.#underWay ?? []), ...this.#next];
    this.#underWay = undefined;
    this.#next = [];
    for (const { reject } of failed) reject(reason);
  }
}
