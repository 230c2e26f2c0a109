import type { Browser, CDPSession } from "playwright-core";
import { LabError } from "../../core/errors.ts";
import type { OpenBrowser } from "./open.ts";

/**
 * A page in a window of its own that can be minimized, which hides it. It is driven through the browser's own protocol, since a page of
 * playwright-core is kept visible whatever its window does; between two calls nobody is attached to it.
 */
export interface HideablePage {
  /** As LabPage.call(). */
  call<T>(name: string, ...values: readonly unknown[]): Promise<T>;
  /** Settles when the page itself says that it is hidden, or visible. */
  setHidden(hidden: boolean): Promise<void>;
  close(): Promise<void>;
}

/** What playwright-core turns off so that pages behave the same in every window; here that is what is looked at. */
export const THROTTLED = [
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
];

/** Chromium begins to align a hidden page's timers to minutes after 10 s instead of 5 minutes; what it does then is its own. */
export const EARLY = "--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/10";

const LOOKS = 100;
const LOOK_MS = 50;

/** Opens the lab's page in a new window. Rejects with `unsupported` where the browser does not hide what is minimized. */
export async function openHideable(
  browser: Browser,
  { origin }: Pick<OpenBrowser, "origin">,
): Promise<HideablePage> {
  const session = await browser.newBrowserCDPSession();
  const { browserContextId } = await session.send("Target.createBrowserContext");
  const url = `${origin}/`;
  const { targetId } = await session.send("Target.createTarget", { url, browserContextId, newWindow: true });
  const { windowId } = await session.send("Browser.getWindowForTarget", { targetId });
  const evaluate = <T>(expression: string) => evaluateIn<T>(session, targetId, expression);
  await until(() => evaluate<boolean>("typeof lab === 'object'"), "the page did not load");
  return {
    call: (name, ...values) => evaluate(`lab.${name}(...${JSON.stringify(values)})`),
    setHidden: async (hidden) => {
      const windowState = hidden ? "minimized" : "normal";
      await session.send("Browser.setWindowBounds", { windowId, bounds: { windowState } });
      await until(
        async () => (await evaluate<boolean>("document.hidden")) === hidden,
        "this browser does not hide the page of a minimized window",
      );
    },
    close: async () => {
      await session.send("Target.disposeBrowserContext", { browserContextId });
      await session.detach();
    },
  };
}

interface Answer {
  readonly id?: number;
  readonly error?: { readonly message: string };
  readonly result?: {
    readonly result: { readonly value?: unknown };
    readonly exceptionDetails?: {
      readonly text: string;
      readonly exception?: { readonly description?: string };
    };
  };
}

/** Attaches, asks and detaches. */
async function evaluateIn<T>(session: CDPSession, targetId: string, expression: string): Promise<T> {
  const { sessionId } = await session.send("Target.attachToTarget", { targetId, flatten: false });
  const params = { expression, awaitPromise: true, returnByValue: true };
  const message = JSON.stringify({ id: 1, method: "Runtime.evaluate", params });
  let onMessage: (event: { readonly sessionId: string; readonly message: string }) => void = () => undefined;
  try {
    const answered = new Promise<Answer>((resolve) => {
      onMessage = (event) => {
        if (event.sessionId !== sessionId) return;
        const answer: Answer = JSON.parse(event.message);
        if (answer.id === 1) resolve(answer);
      };
    });
    session.on("Target.receivedMessageFromTarget", onMessage);
    await session.send("Target.sendMessageToTarget", { sessionId, message });
    const { result, error } = await answered;
    const failure = result?.exceptionDetails;
    if (error || failure)
      throw new LabError(
        "internal",
        error?.message ?? failure?.exception?.description ?? failure?.text ?? "",
      );
    return result?.result.value as T;
  } finally {
    session.off("Target.receivedMessageFromTarget", onMessage);
    await session.send("Target.detachFromTarget", { sessionId });
  }
}

async function until(isTrue: () => Promise<boolean>, otherwise: string): Promise<void> {
  for (let look = 0; look < LOOKS; look += 1) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new LabError("unsupported", otherwise);
}
