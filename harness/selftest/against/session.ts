import { LabError } from "../../../core/errors.ts";

/** The transports whose publishes are requests that any HTTP client can make. */
export type HttpTransport = "sse" | "long-polling";

/** A session of an HTTP transport, opened as any client would, for requests that name it in `x-session`. */
export interface HttpSession {
  readonly id: string;
  close(): void;
}

/** Opens one: by its stream on SSE, by a request on long polling. It lasts for some seconds without a poll. */
export async function openSession(
  transport: HttpTransport,
  url: string,
  token: string,
  signal: AbortSignal,
): Promise<HttpSession> {
  const controller = new AbortController();
  const either = AbortSignal.any([signal, controller.signal]);
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const response =
    transport === "sse"
      ? await fetch(`${url}/events`, { headers, signal: either })
      : await fetch(`${url}/sessions`, { method: "POST", headers, body: "{}", signal: either });
  const id = /"session":"([^"]+)"/.exec(await firstText(response))?.[1];
  if (id === undefined) throw new LabError("internal", `${transport} opened no session (${response.status})`);
  return { id, close: () => controller.abort() };
}

/** What has come once a session is named in it, or all there is; the stream stays open. */
async function firstText({ body }: Response): Promise<string> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (reader && !/"session":"[^"]+"/.test(text)) {
    const { done, value } = await reader.read();
    if (done) break;
    text += value;
  }
  return text;
}
