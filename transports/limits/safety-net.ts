import { executionAsyncResource } from "node:async_hooks";

/** What an error came through, as far as Node.js tells. */
interface Destroyable {
  destroy(): unknown;
}

/**
 * For a process that serves many: an error that nobody caught, from a listener of a library's or of a transport of one's own, does not
 * end it. It is reported, and the connection whose data led to it is ended; where Node.js doesn't tell which (in a timer, or behind a
 * promise), only reported. Returns what takes the net away again.
 */
export function installSafetyNet(report: (error: unknown) => void): () => void {
  const onException = (error: unknown) => {
    report(error);
    try {
      ownerOf(executionAsyncResource())?.destroy();
    } catch (another) {
      report(another);
    }
  };
  const onRejection = (reason: unknown) => report(reason);
  process.on("uncaughtException", onException);
  process.on("unhandledRejection", onRejection);
  return () => {
    process.off("uncaughtException", onException);
    process.off("unhandledRejection", onRejection);
  };
}

/** The socket of a handle, or of an HTTP request: neither is documented, and where they are not there nothing is ended. */
function ownerOf(resource: object): Destroyable | undefined {
  if ("socket" in resource && isDestroyable(resource.socket)) return resource.socket;
  for (const symbol of Object.getOwnPropertySymbols(resource)) {
    if (symbol.description !== "owner_symbol") continue;
    const owner: unknown = Reflect.get(resource, symbol);
    if (isDestroyable(owner)) return owner;
  }
  return undefined;
}

function isDestroyable(value: unknown): value is Destroyable {
  return (
    typeof value === "object" && value !== null && "destroy" in value && typeof value.destroy === "function"
  );
}
