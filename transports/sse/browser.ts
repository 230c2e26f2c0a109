import { LabError } from "../../core/errors.ts";
import { PageFetches, PageRequests } from "../http/page-requests.ts";
import { type Life, startLife } from "../http/streams/life.ts";
import type { ClientSettings } from "../port/defaults.ts";
import type { ConnectOptions, Endpoint, TransportClient } from "../port/transport.ts";
import { isEvent, parseObject } from "../session/envelope.ts";
import { Lifecycle, type Opening } from "../session/lifecycle.ts";
import { addressWithToken } from "../session/page-address.ts";
import { type ConnectionEvents, connectClient } from "../session/reconnecting-client.ts";
import { supports } from "./supports.ts";

/** The client of sse for pages: the browser's own EventSource, and fetch for what it sends. */
export function connect(endpoint: Endpoint, options: ConnectOptions): Promise<TransportClient> {
  return connectClient(
    (settings, events, signal) =>
      new Promise((resolve, reject) => {
        new PageStream(endpoint.url, settings, events, { opened: resolve, refused: reject }).open(signal);
      }),
    options,
    supports,
  );
}

/** One stream from its request to its end, and the requests of its session. An EventSource would come back by itself; here the client does. */
class PageStream {
  readonly #settings: ClientSettings;
  readonly #events: ConnectionEvents;
  readonly #lifecycle: Lifecycle;
  readonly #fetches: PageFetches;
  readonly #source: EventSource;
  #requests: PageRequests | undefined;
  #life: Life | undefined;

  constructor(url: string, settings: ClientSettings, events: ConnectionEvents, opening: Opening) {
    this.#settings = settings;
    this.#events = events;
    this.#lifecycle = new Lifecycle(opening, events, async (reason) => this.#release(reason));
    this.#fetches = new PageFetches(url);
    this.#source = new EventSource(
      addressWithToken(`${url.replace(/\/$/, "")}/events?alive=event`, settings.token),
    );
  }

  open(signal: AbortSignal): void {
    if (!this.#lifecycle.begin(signal)) return;
    const source = this.#source;
    source.addEventListener("error", () => void this.#failed());
    this.#on("message", (data) => {
      const message = parseObject(data);
      if (isEvent(message)) this.#events.event(message);
    });
    this.#on("welcome", (data) => this.#welcome(data));
    this.#on("alive", () => undefined);
    this.#on("closed", (data) => {
      const { code, message } = parseObject(data);
      this.#lifecycle.end(LabError.fromWire(code, message));
    });
  }

  #on(type: string, handle: (data: string) => void): void {
    this.#source.addEventListener(type, (event: Event) => {
      if (this.#lifecycle.over || !("data" in event)) return;
      this.#life?.heardInPage();
      try {
        handle(String(event.data));
      } catch (error) {
        this.#lifecycle.end(LabError.from(error, "malformed"));
      }
    });
  }

  async #failed(): Promise<void> {
    if (this.#lifecycle.over) return;
    const { readyState, CLOSED } = this.#source;
    this.#source.close();
    if (this.#requests) {
      this.#lifecycle.end(new LabError("closed", "the stream has ended"));
      return;
    }
    // Of an answer that is no stream an EventSource tells its page nothing: a request that can read it asks again.
    const headers = { authorization: `Bearer ${this.#settings.token}` };
    const refusal = readyState === CLOSED ? await this.#fetches.refusal("/events", headers) : undefined;
    this.#lifecycle.end(refusal ?? new LabError("unreachable", "the server did not answer"));
  }

  #welcome(data: string): void {
    const { session, heartbeat } = parseObject(data);
    if (typeof session !== "string" || this.#requests)
      throw new LabError("malformed", "the server's welcome is not one");
    const { requestTimeoutMs } = this.#settings;
    const requests = new PageRequests(this.#fetches, session, requestTimeoutMs);
    this.#requests = requests;
    const life = startLife(this.#settings.heartbeat, heartbeat, {
      alive: () => void requests.tell("POST", "/alive"),
      dead: () => this.#lifecycle.end(new LabError("heartbeat_timeout", "the server went silent")),
    });
    this.#life = life;
    this.#lifecycle.stands({
      request: (operation) => {
        life.spoke();
        return requests.request(operation);
      },
      close: () => this.#lifecycle.end(new LabError("closed", "the client was closed")),
    });
  }

  #release(reason: LabError): void {
    this.#life?.stop();
    this.#source.close();
    this.#fetches.end(reason);
    this.#requests?.end(reason);
  }
}
