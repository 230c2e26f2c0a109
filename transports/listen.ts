import type { Server } from "node:net";
import { LabError } from "../core/errors.ts";

/** Listens and returns `host:port` as it was bound. Rejects with `unreachable` when the address can't be had. */
export function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(listenError(error, host, port)));
    server.listen({ host, port, backlog: 4_096 }, () => resolve(boundAddress(server)));
  });
}

/** `host:port` of a listening server, an IPv6 host in brackets. */
export function boundAddress(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new LabError("internal", "the server has no TCP address");
  return `${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`;
}

export function listenError(error: unknown, host: string, port: number): LabError {
  const reason = error instanceof Error ? error.message : String(error);
  return new LabError(
    "unreachable",
    `can't listen on ${host}:${port} (${reason}); choose another --port, or 0 for any`,
    {
      cause: error,
    },
  );
}

/** Stops listening; settles at once when it did not listen. Connections must have been ended before. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (!server.listening) resolve();
    else server.close(() => resolve());
  });
}
