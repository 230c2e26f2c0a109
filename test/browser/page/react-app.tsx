import { StrictMode } from "react";
import { createRoot, type Root } from "react-dom/client";
import {
  Notifications,
  type NotificationsOptions,
  type NotificationsResult,
} from "../../../web/react/index.ts";

/*
 * An application that a test mounts, looks at and unmounts: window.app.
 */

declare function getToken(): Promise<string>;

/** A test takes the page's away. */
const ownFrame = requestAnimationFrame.bind(globalThis);
let root: Root | undefined;
let latest: NotificationsResult | undefined;
let renders = 0;
let clicks = 0;
let frames = 0;
const states: string[] = [];

function Application(options: NotificationsOptions) {
  return (
    <Notifications {...options}>
      {(result) => {
        latest = result;
        renders += 1;
        const { state } = result.status;
        if (states.at(-1) !== state) states.push(state);
        return (
          <main>
            <button
              type="button"
              onClick={() => {
                clicks += 1;
              }}
            >
              Click
            </button>
            <ol>
              {result.notifications.map(({ id, body }) => (
                <li key={id}>{body}</li>
              ))}
            </ol>
          </main>
        );
      }}
    </Notifications>
  );
}

function mount(options: Omit<NotificationsOptions, "token"> & { readonly token?: string }): void {
  unmount();
  const container = document.getElementById("root");
  if (!container) throw new Error("the page has no #root");
  states.length = 0;
  root = createRoot(container);
  root.render(
    <StrictMode>
      <Application {...options} token={options.token ?? getToken} />
    </StrictMode>,
  );
}

function unmount(): void {
  root?.unmount();
  root = undefined;
  latest = undefined;
}

/** Mounts and unmounts: at once, and when it is connected, in turn. */
async function cycle(times: number, options: Parameters<typeof mount>[0]): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    mount(options);
    await nextFrame();
    while (i % 2 === 1 && latest?.status.state !== "connected") await nextFrame();
    unmount();
  }
}

function nextFrame(): Promise<number> {
  return new Promise((resolve) => ownFrame(resolve));
}

async function countFrames(): Promise<void> {
  for (;;) {
    await nextFrame();
    frames += 1;
  }
}
void countFrames();

Object.assign(globalThis, {
  app: {
    mount,
    unmount,
    cycle,
    look: () => ({
      renders,
      clicks,
      frames,
      states,
      status: latest?.status,
      missed: latest?.missed,
      error: latest?.error,
      bodies: latest?.notifications.map(({ body }) => body) ?? [],
    }),
  },
});
