import { connect, createServer, type Socket } from "node:net";

interface Pipe {
  readonly down: Socket;
  readonly recorded: Buffer[];
  /** The client has sent something since it last got something. */
  asked: boolean;
}

/** Stands between clients and a server: passes all on and records it, until it plays what it recorded and passes nothing on any more. */
export class Replayer {
  readonly url: string;
  readonly #pipes: Set<Pipe>;
  readonly #state: { recording: boolean; playing: boolean };
  readonly #close: () => void;
  /** Every client said something to what was recorded: an acknowledgement, or its next request. None is then played to before it has. */
  #answers = false;

  static async before(url: string): Promise<Replayer> {
    const { hostname, port, protocol } = new URL(url);
    const pipes = new Set<Pipe>();
    const state = { recording: false, playing: false };
    const server = createServer({ noDelay: true }, (down) => {
      const up = connect({ host: hostname, port: Number(port), noDelay: true });
      const pipe: Pipe = { down, recorded: [], asked: false };
      pipes.add(pipe);
      up.on("data", (chunk: Buffer) => {
        if (state.playing) return;
        if (state.recording) pipe.recorded.push(chunk);
        pipe.asked = false;
        down.write(chunk);
      });
      down.on("data", (chunk: Buffer) => {
        pipe.asked = true;
        if (!state.playing) up.write(chunk);
      });
      for (const [one, other] of [
        [up, down],
        [down, up],
      ] as const) {
        one.on("error", () => undefined);
        one.on("close", () => other.destroy());
      }
    });
    const bound = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        resolve(typeof address === "object" && address ? address.port : 0);
      });
    });
    const close = () => {
      server.close();
      for (const { down } of pipes) down.destroy();
    };
    return new Replayer(`${protocol}//127.0.0.1:${bound}`, pipes, state, close);
  }

  private constructor(
    url: string,
    pipes: Set<Pipe>,
    state: { recording: boolean; playing: boolean },
    close: () => void,
  ) {
    this.url = url;
    this.#pipes = pipes;
    this.#state = state;
    this.#close = close;
  }

  record(): void {
    for (const pipe of this.#pipes) pipe.recorded.length = 0;
    this.#state.recording = true;
  }

  /** Stops to record and passes nothing on any more; returns the bytes recorded, of all clients. */
  stop(): number {
    this.#state.recording = false;
    this.#state.playing = true;
    const told = [...this.#pipes].filter(({ recorded }) => recorded.length > 0);
    this.#answers = told.every(({ asked }) => asked);
    return told.flatMap(({ recorded }) => recorded).reduce((sum, one) => sum + one.length, 0);
  }

  /** Plays to every connection what was recorded on it, once; returns to how many. */
  play(): number {
    let played = 0;
    for (const pipe of this.#pipes) {
      const [first, ...rest] = pipe.recorded;
      if (!first || (this.#answers && !pipe.asked)) continue;
      pipe.asked = false;
      pipe.down.write(rest.length === 0 ? first : Buffer.concat(pipe.recorded));
      played += 1;
    }
    return played;
  }

  close(): void {
    this.#close();
  }
}
