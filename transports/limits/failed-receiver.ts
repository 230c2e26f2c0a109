const mended = new WeakSet<object>();

/**
 * ws gives a receiver that has found a frame to be wrong the next chunk of the same connection before it ends that one (8.23.0; seen where
 * chunks wait, as they do behind a deferred event or an inflated message), and the receiver then throws out of the event loop. After this, one that
 * has failed takes nothing more. `library` is the module of ws. Idempotent; without effect where ws is built otherwise.
 */
export function takeNothingAfterFailure(library: object): void {
  const receiver: unknown = Reflect.get(library, "Receiver");
  const prototype: unknown = typeof receiver === "function" ? receiver.prototype : undefined;
  if (typeof prototype !== "object" || prototype === null || mended.has(prototype)) return;
  const write: unknown = Reflect.get(prototype, "_write");
  if (typeof write !== "function") return;
  mended.add(prototype);
  const guarded = function (this: object, chunk: unknown, encoding: unknown, done: () => void): void {
    if (Reflect.get(this, "_errored") === true) done();
    else Reflect.apply(write, this, [chunk, encoding, done]);
  };
  Reflect.set(prototype, "_write", guarded);
}
