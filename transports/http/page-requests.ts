import { LabError } from "../../core/errors.ts";
import { jsonText } from "../codec/json-text.ts";
import type { Fields, Operation } from "../session/envelope.ts";
import { Requests } from "../session/requests.ts";
import { fromHttpAnswer } from "./errors.ts";

/** Else a browser would let a second request for the same address wait for the answer to the first, as two polls may be. */
const PAST_THE_CACHE = { cache: "no-store" } as const;

interface Request {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** Without it the answer may take for ever. */
  readonly timeoutMs?: number;
}

/** Fetches of one client in a page, all of which end with it. */
export class PageFetches {
  readonly #url: string;
  readonly #ending = new AbortController();

  constructor(url: string) {
    this.#url = url.replace(/\/$/, "");
  }

  /**
   * Settles with the object in the answer, an empty one where the answer has none. Rejects with the hub's codes, with `unreachable` where there
   * was no answer, and with the reason of end().
   */
  async ask({ method, path, headers, body, timeoutMs }: Request): Promise<Fields> {
    const ended = this.#ending.signal;
    const signal = timeoutMs === undefined ? ended : AbortSignal.any([ended, AbortSignal.timeout(timeoutMs)]);
    try {
      const content =
        body === undefined
          ? { headers: { ...headers } }
          : { headers: { ...headers, "content-type": jsonText.mediaType }, body: jsonText.encode(body) };
      const response = await fetch(`${this.#url}${path}`, { method, signal, ...content, ...PAST_THE_CACHE });
      const text = await response.text();
      if (response.ok) return text === "" ? {} : jsonText.parse(text);
      throw fromHttpAnswer(response.status, text);
    } catch (error) {
      ended.throwIfAborted();
      throw LabError.from(error, signal.aborted ? "timeout" : "unreachable");
    }
  }

  /** Settles with why a request of this kind is refused, or with undefined where it is not; the answer itself is not read. */
  async refusal(path: string, headers: Readonly<Record<string, string>>): Promise<LabError | undefined> {
    const asking = new AbortController();
    const signal = AbortSignal.any([asking.signal, this.#ending.signal]);
    try {
      const response = await fetch(`${this.#url}${path}`, {
        headers: { ...headers },
        signal,
        ...PAST_THE_CACHE,
      });
      return response.ok ? undefined : fromHttpAnswer(response.status, await response.text());
    } catch (error) {
      return LabError.from(error, "unreachable");
    } finally {
      asking.abort();
    }
  }

  /** Ends those under way, and refuses all that come later, with the reason. */
  end(reason: LabError): void {
    this.#ending.abort(reason);
  }
}

/**
 * The POST side of one session of a page. Requests go out one at a time, in the order of the calls: a browser sends them on several connections,
 * and the later one may come first.
 */
export class PageRequests {
  readonly #fetches: PageFetches;
  readonly #requests: Requests<Fields>;
  readonly #timeoutMs: number;
  #last: Promise<void> = Promise.resolve();
  readonly #headers: Readonly<Record<string, string>>;

  constructor(fetches: PageFetches, session: string, requestTimeoutMs: number) {
    this.#fetches = fetches;
    this.#requests = new Requests(requestTimeoutMs);
    this.#timeoutMs = requestTimeoutMs;
    this.#headers = { "x-session": session };
  }

  /** Rejects with the hub's codes, `timeout`, or `closed`. */
  request({ op, ...fields }: Operation): Promise<Fields> {
    return this.#requests.start((ref) => {
      this.#last = this.#last.then(() => this.#send(ref, op, fields));
    });
  }

  /** A request without a body, whose outcome says nothing that other signs don't; settles when it is over. */
  async tell(method: "POST" | "DELETE", path: string): Promise<void> {
    await this.#fetches.ask({ method, path, headers: this.#headers }).catch(() => undefined);
  }

  async #send(ref: number, op: string, body: object): Promise<void> {
    const timeoutMs = this.#timeoutMs;
    try {
      const answer = await this.#fetches.ask({
        method: "POST",
        path: `/${op}`,
        headers: this.#headers,
        body,
        timeoutMs,
      });
      this.#requests.settle(ref, answer);
    } catch (error) {
      this.#requests.fail(ref, lost(LabError.from(error)));
    }
  }

  /** Rejects what waits, and ends every fetch of the client. */
  end(reason: LabError): void {
    this.#requests.end(reason);
    this.#fetches.end(reason);
  }
}

/** What it means that there was no answer, once a session stood. */
export function lost(error: LabError): LabError {
  return error.code === "unreachable"
    ? new LabError("closed", `the connection was lost (${error.message})`, { cause: error })
    : error;
}
