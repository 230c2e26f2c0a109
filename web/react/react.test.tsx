// @vitest-environment happy-dom
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { act, cleanup, configure, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { StrictMode } from "react";
import { renderToString } from "react-dom/server";
import { afterEach, beforeEach, test, vi } from "vitest";
import { Bell } from "../../docs/examples/bell.tsx";
import { server } from "../client/fake-server.test-fixture.ts";
import {
  Notifications,
  type NotificationsOptions,
  type NotificationsResult,
  useNotifications,
} from "./index.ts";

vi.mock("../../transports/browser.ts", async (original) => {
  const fake = await import("../client/fake-server.test-fixture.ts");
  const real = await original<typeof import("../../transports/browser.ts")>();
  return { ...real, pageTransports: fake.server.inPlaceOf(real.pageTransports) };
});

const options: NotificationsOptions = {
  url: "http://127.0.0.1:1",
  token: "token",
  channels: ["topic/news"],
  reconnect: { attempts: 0, delayMs: 1, jitter: 0 },
};

// A busy machine may take seconds for it.
configure({ asyncUtilTimeout: 20_000 });

beforeEach(() => server.reset());
afterEach(async () => {
  cleanup();
  await waitFor(() => assert.equal(server.open, 0));
});

test("a list of what came, newest first, as text, and what is read is told", async () => {
  render(<Notifications {...options} label="News" />);
  await screen.findByText("Connected");
  const html = `<img src=x onerror="alert(1)">`;
  act(() => {
    server.publish("topic/news", "first");
    server.publish("topic/news", html);
  });
  await screen.findByText(html);
  const items = screen.getAllByRole("listitem");
  assert.deepEqual(
    items.map((item) => item.querySelector("span")?.textContent),
    [html, "first"],
  );
  assert.equal(document.querySelector("img"), null);
  const [button] = screen.getAllByRole("button", { name: "Mark as read" });
  assert.ok(button);
  fireEvent.click(button);
  await waitFor(() => assert.equal(screen.getAllByRole("button").length, 1));
  assert.deepEqual(server.read, ["x-2"]);
});

test("in StrictMode there is one connection, and none once it is unmounted", async () => {
  const { unmount } = render(
    <StrictMode>
      <Notifications {...options} />
    </StrictMode>,
  );
  await screen.findByText("Connected");
  assert.equal(server.open, 1);
  unmount();
  await waitFor(() => assert.equal(server.open, 0));
});

test("other objects with the same values connect once; other channels and another token connect anew", async () => {
  const seen: NotificationsResult[] = [];
  const Probe = (props: NotificationsOptions) => {
    seen.push(useNotifications({ ...props, channels: [...props.channels] }));
    return null;
  };
  const { rerender } = render(<Probe {...options} />);
  await waitFor(() => assert.equal(seen.at(-1)?.status.state, "connected"));
  rerender(<Probe {...options} />);
  rerender(<Probe {...options} />);
  assert.equal(server.addresses.length, 1);
  act(() => void server.publish("topic/news", "before"));
  await waitFor(() => assert.equal(seen.at(-1)?.notifications.length, 1));
  rerender(<Probe {...options} token="another" />);
  act(() => void server.publish("topic/news", "meanwhile"));
  await waitFor(() => assert.equal(seen.at(-1)?.notifications.length, 2));
  assert.equal(server.addresses.length, 2);
  rerender(<Probe {...options} token="another" channels={["topic/other"]} />);
  await waitFor(() => assert.equal(server.addresses.length, 3));
  await waitFor(() => assert.equal(server.open, 1));
});

test("says why there is no connection", async () => {
  server.unreachable = ["websocket", "sse", "long-polling"];
  render(<Notifications {...options} />);
  await screen.findByText("Not connected: no server there");
});

test("the bell of docs/react.md rings, opens, and forgets what was read", async () => {
  vi.stubGlobal("fetch", async () => new Response("token"));
  try {
    render(<Bell user="bob" />);
    await waitFor(() => assert.equal(server.open, 1));
    await screen.findByText(/Nothing new/);
    server.publish("user/bob", "Your order is on its way");
    fireEvent.click(await screen.findByText(/1 new/));
    fireEvent.click(await screen.findByRole("button", { name: "ann: Your order is on its way" }));
    await screen.findByText(/Nothing new/);
    assert.deepEqual(server.read, ["x-1"]);
  } finally {
    vi.unstubAllGlobals();
  }
  const page = readFileSync("docs/react.md", "utf8");
  assert.ok(
    page.includes(readFileSync("docs/examples/bell.tsx", "utf8")),
    "docs/react.md shows the example as it is",
  );
});

test("a server that renders the page connects to nothing", () => {
  const html = renderToString(<Notifications {...options} />);
  assert.match(html, /Not connected/);
  assert.equal(server.addresses.length, 0);
});
