import type { Socket } from "node:net";
import { dial, readyEvent } from "../net/dial.ts";
import type { Endpoint } from "../port/transport.ts";

/** One connection to an HTTP server on which any bytes can be sent, as an outside client's or an attacker's. */
export interface RawConnection {
  readonly socket: Socket;
  /** All that came so far; a character is a byte. */
  readonly text: string;
  send(text: string): void;
  /** Settles when what came contains the text; rejects when it does not within the time (default 5,000 ms) or the connection ends. */
  receive(text: string, withinMs?: number): Promise<void>;
  /** Settles with all that came when the server has closed the connection; rejects after the time (default 5,000 ms). */
  closed(withinMs?: number): Promise<string>;
  destroy(): void;
}

/** Settles once the connection stands, or has been refused. */
export async function openRaw(endpoint: Endpoint): Promise<RawConnection> {
  const socket = dial(endpoint, undefined);
  let text = "";
  let over = false;
  let onChange: () => void = () => undefined;
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
    onChange();
  });
  socket.on("error", () => socket.destroy());
  for (const event of ["end", "close"])
    socket.once(event, () => {
      over = true;
      onChange();
    });
  const until = (what: string, condition: () => boolean, withinMs: number) =>
    new Promise<void>((resolve, reject) => {
      const give = (error?: Error) => {
        clearTimeout(timer);
        onChange = () => undefined;
        if (error) reject(error);
        else resolve();
      };
      const came = () => `; ${text.length} bytes came: ${JSON.stringify(text.slice(-200))}`;
      const timer = setTimeout(
        () => give(new Error(`not within ${withinMs} ms: ${what}${came()}`)),
        withinMs,
      );
      onChange = () => {
        if (condition()) give();
        else if (over) give(new Error(`the connection ended before: ${what}${came()}`));
      };
      onChange();
    });
  await new Promise<void>((resolve) => {
    socket.once(readyEvent(endpoint), () => resolve());
    socket.once("close", () => resolve());
  });
  return {
    socket,
    get text() {
      return text;
    },
    send: (bytes) => {
      if (socket.writable) socket.write(bytes, "latin1");
    },
    receive: (part, withinMs = 5_000) => until(part, () => text.includes(part), withinMs),
    closed: async (withinMs = 5_000) => {
      await until("the server closes the connection", () => over, withinMs);
      socket.destroy();
      return text;
    },
    destroy: () => socket.destroy(),
  };
}

/** A request as text: its line, header fields, and content of ASCII with its length. */
export function rawRequest(
  line: string,
  fields: Readonly<Record<string, string>> = {},
  content = "",
): string {
  const length =
    content === "" ? {} : { "content-type": "application/json", "content-length": String(content.length) };
  const head = Object.entries({ host: "localhost", ...length, ...fields }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return `${line} HTTP/1.1\r\n${head.join("\r\n")}\r\n\r\n${content}`;
}
