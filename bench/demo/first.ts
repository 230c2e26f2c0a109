import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { builtModule } from "../../transports/engines/built-module.ts";

/** How long `notif-lab demo` took, in milliseconds from its start. */
export interface FirstNotification {
  /** Until it had printed its address. */
  readonly announcedMs: number;
  /** Until each column of the page showed its first notification, in the page's order. */
  readonly columns: readonly { readonly name: string; readonly ms: number }[];
}

/** In the page: when each column first showed that something was received, by the time of day; settles when all have. */
const WATCH = `new Promise((done) => {
  const at = new Map();
  const look = () => {
    const columns = [...document.querySelectorAll(".column")];
    for (const column of columns) {
      const received = [...column.querySelectorAll("dt")].find((term) => term.textContent === "received");
      const count = Number(received?.nextElementSibling?.textContent.replaceAll(",", ""));
      const name = column.querySelector("h2").textContent.trim();
      if (count > 0 && !at.has(name)) at.set(name, Date.now());
    }
    if (columns.length > 0 && at.size === columns.length) done([...at].map(([name, when]) => ({ name, when })));
    else requestAnimationFrame(look);
  };
  look();
})`;

/** Starts the built command, opens its page in a browser that runs already, and ends it when all columns have something to show. */
export async function firstNotification(page: Page): Promise<FirstNotification> {
  const began = Date.now();
  const main = fileURLToPath(builtModule("cli/main"));
  const child = spawn(process.execPath, [main, "demo", "--json"], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  try {
    const [line] = await Promise.race([
      once(child.stdout, "data"),
      ended.then(() => Promise.reject(new Error("the demo ended before it had begun"))),
    ]);
    const announcedMs = Date.now() - began;
    const { url }: { url: string } = JSON.parse(String(line));
    await page.goto(url);
    const columns = await page.evaluate<{ name: string; when: number }[]>(WATCH);
    return { announcedMs, columns: columns.map(({ name, when }) => ({ name, ms: when - began })) };
  } finally {
    child.kill("SIGINT");
    await ended;
  }
}

/** In one line: "address after 0.61 s; first notification: websocket 1.20 s, ...". */
export function inWords({ announcedMs, columns }: FirstNotification): string {
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(2)} s`;
  const each = columns.map(({ name, ms }) => `${name} ${seconds(ms)}`).join(", ");
  return `address after ${seconds(announcedMs)}; first notification: ${each}`;
}
