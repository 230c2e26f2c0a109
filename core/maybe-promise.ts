/** What is there at once where nothing has to be waited for, so that nothing is put off in vain. */
export type MaybePromise<T> = T | Promise<T>;

/** Goes on with the value: at once where it is there, else when it comes. */
export function whenDone<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/**
 * Goes on with what `act` brings, or with what it throws or rejects with: in the same tick where it brings no promise. Whatever `done`
 * throws goes to `failed` too.
 */
export function settle<T>(
  act: () => MaybePromise<T>,
  done: (value: T) => void,
  failed: (error: unknown) => void,
): void {
  try {
    const value = act();
    if (value instanceof Promise) void value.then(done).catch(failed);
    else done(value);
  } catch (error) {
    failed(error);
  }
}
