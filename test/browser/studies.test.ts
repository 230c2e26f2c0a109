import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EARLY, THROTTLED } from "../../harness/browser/hideable.ts";
import { type OpenBrowser, openBrowser } from "../../harness/browser/open.ts";
import { browserLimit, type LimitFinding } from "../../harness/studies/browser-limit.ts";
import { browserLimitSchema, hiddenTabSchema } from "../../harness/studies/documents.ts";
import { hiddenTab } from "../../harness/studies/hidden-tab.ts";
import { pageTransports } from "../../transports/browser.ts";
import { findTransport } from "../../transports/registry.ts";
import { skipped, useProgram } from "./open.test-fixture.ts";

const why = skipped ? ` (skipped: ${skipped})` : "";
const never = new AbortController().signal;

describe.skipIf(skipped)(`browser-limit${why}`, () => {
  const program = useProgram();
  let browser: OpenBrowser;
  beforeAll(async () => {
    browser = await openBrowser(program());
  });
  afterAll(() => browser?.close());

  async function limitOf(name: string, clients: number): Promise<LimitFinding[]> {
    const transport = findTransport(name);
    if (!transport) throw new Error(`there is no ${name}`);
    const findings = await browserLimit(transport, clients, browser, never);
    const document = { schema: "notif-lab/browser-limit@1", browser: browser.product, findings };
    browserLimitSchema.parse(document);
    return findings;
  }

  for (const name of ["sse", "long-polling", "grpc:web"])
    test(`six clients of ${name} stand over HTTP/1.1 and the seventh waits, as does a publish; over HTTP/2 none does`, {
      tags: ["full"],
    }, async () => {
      const [plain, lifted, ...more] = await limitOf(name, 7);
      expect(more).toEqual([]);
      expect(plain).toMatchObject({ over: "HTTP/1.1", asked: 7 });
      expect(plain?.openedMs).toHaveLength(6);
      // Held for as long as nothing was closed, not for long after that.
      for (const held of [plain?.waiting?.client, plain?.waiting?.publish])
        expect(held?.heldMs).toBeGreaterThan(1_000);
      expect(lifted).toMatchObject({ over: "HTTP/2", asked: 7, connections: 1 });
      expect(lifted?.openedMs).toHaveLength(7);
      expect(lifted?.waiting).toBeUndefined();
      expect(lifted?.publishMs).toBeGreaterThan(0);
    });

  test("websocket has no such limit", async () => {
    const [finding, ...more] = await limitOf("websocket", 7);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ over: "WebSocket", asked: 7 });
    expect(finding?.openedMs).toHaveLength(7);
    expect(finding?.waiting).toBeUndefined();
  });

  test("ends by its signal", async () => {
    const transport = findTransport("websocket");
    if (!transport) throw new Error("there is no websocket");
    const aborted = AbortSignal.abort(new Error("interrupted"));
    await expect(browserLimit(transport, 7, browser, aborted)).rejects.toThrow("interrupted");
  });
});

describe.skipIf(skipped)(`hidden-tab${why}`, () => {
  const program = useProgram();
  let browser: OpenBrowser;
  beforeAll(async () => {
    browser = await openBrowser(program(), { flags: [EARLY], without: THROTTLED });
  });
  afterAll(() => browser?.close());

  async function hide(name: string, forMs: number) {
    const transport = findTransport(name);
    if (!transport) throw new Error(`there is no ${name}`);
    const finding = await hiddenTab(transport, forMs, browser, never);
    const document = { schema: "notif-lab/hidden-tab@1", browser: browser.product, findings: [finding] };
    hiddenTabSchema.parse(document);
    return finding;
  }

  test("a page in a minimized window is hidden, and gets what is published all the same", {
    tags: ["full"],
  }, async () => {
    const { published, came, losses } = await hide("websocket", 3_500);
    expect(published).toBeGreaterThan(1);
    expect({ came, losses }).toEqual({ came: published, losses: [] });
  });

  // Long enough for a minute without a timer, and for a server to lose patience with who says nothing.
  for (const name of Object.keys(pageTransports))
    test(`${name} stays connected while its timers come once a minute`, {
      tags: ["full"],
      timeout: 180_000,
      concurrent: true,
    }, async () => {
      const { published, cameHidden, losses, longestTimerMs } = await hide(name, 100_000);
      expect(longestTimerMs).toBeGreaterThan(30_000);
      expect(losses).toEqual([]);
      expect(published - cameHidden).toBeLessThanOrEqual(1);
    });
});
