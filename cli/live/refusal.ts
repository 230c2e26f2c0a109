interface Request {
  readonly method: string;
  readonly url: string;
  readonly host: string | undefined;
  /** Where the server listens. */
  readonly port: number | undefined;
}

/**
 * Why a request is turned away. The host must be this machine by name or address, so that no page of another site reaches the view
 * through a name of its own that it points here (DNS rebinding); the token is in the path, or with the stream's own address in its query.
 */
export function refusal(
  { method, url, host, port }: Request,
  isToken: (text: string) => boolean,
): { readonly status: number; readonly text: string } | undefined {
  if (!isThisMachine(host, port)) return { status: 403, text: "this host is not the live view's\n" };
  const [path = "", query = ""] = url.split("?", 2);
  const token = path === "/events" ? new URLSearchParams(query).get("access_token") : path.split("/")[1];
  if (!isToken(token ?? "")) return { status: 404, text: "open the address that bench printed\n" };
  if (method !== "GET") return { status: 405, text: "the live view is read-only\n" };
  return undefined;
}

/** Whether a Host header names this machine, and the port that the request came in on. */
export function isThisMachine(host: string | undefined, port: number | undefined): boolean {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
}
