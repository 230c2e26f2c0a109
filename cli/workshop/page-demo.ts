import { type Demo, startDemo } from "../demo/demo.ts";

/** The demo beside the workshop's page: one at most, whoever asks for it and how often. */
export interface PageDemo {
  /** Where it is; null where there is none. */
  readonly url: string | null;
  /** Rejects where it can't be started; then one may try again. */
  open(): Promise<void>;
  /** Settles with whether there was one, when it publishes no more. */
  close(): Promise<boolean>;
}

export function pageDemo(onInternalError: (error: unknown) => void, start = startDemo): PageDemo {
  let demo: Promise<Demo> | undefined;
  let url: string | null = null;
  return {
    get url() {
      return url;
    },
    open: async () => {
      demo ??= start({ port: 0, onInternalError });
      const own = demo;
      try {
        const started = await own;
        if (demo === own) url = started.url;
      } catch (error) {
        if (demo === own) demo = undefined;
        throw error;
      }
    },
    close: async () => {
      const own = demo;
      demo = undefined;
      url = null;
      const started = await own?.catch(() => undefined);
      await started?.close();
      return started !== undefined;
    },
  };
}
