import { beforeAll, describe, expect, test } from "vitest";
import { pageTransports } from "../../transports/browser.ts";
import { suite } from "../../transports/conformance/suite.ts";
import type { Transport } from "../../transports/port/transport.ts";
import { findTransport } from "../../transports/registry.ts";
import { skipped, useBrowser } from "./open.test-fixture.ts";
import { clientsIn, serveApplication } from "./page-transport.test-fixture.ts";

/** Checks that say nothing of a client in a page, and why. */
const NOT_OF_PAGES: Readonly<Record<string, string>> = {
  "leaves nothing open: sockets, servers, timers": "counts what this process has open; the page is another's",
  "refuses a port that is taken": "of the server alone",
  "survives garbage on the raw socket": "of the server alone",
  "bounds what it holds for a subscriber that stops reading, and spares the others": "of the server alone",
  "survives 20 mutated client streams": "of the server alone",
  "lets pages of the listed origins in, and of no others": "of the server alone",
  "lets pages of no other origin in where none is listed": "of the server alone",
  "lets pages of any origin in where that is asked for": "of the server alone",
  "ends a connection on which nobody is let in, though it sends a byte now and then": "of the server alone",
};

/** What `npm test` runs of them on each transport, and on every third; `.ci/run` runs half of the others on each, and the full set all. */
const SHORT: readonly string[] = [
  "delivers every kind of body unchanged, and refuses the others",
  "comes back by itself after a cut, with what it missed where it can",
];
const SHORT_BY_TURNS: readonly string[] = [
  "refuses a missing, forged, unsigned or expired token",
  "brings the read receipt to the sender, once a reader",
  "resumes from a cursor, or says that it can't",
  "gives up after its attempts, and says why",
  "closes twice, at once and again",
];
const inShort = (check: string, turn: number) => {
  const place = SHORT_BY_TURNS.indexOf(check);
  return SHORT.includes(check) || (place >= 0 && (place + turn) % 3 === 0);
};

const PREFLIGHT = {
  "aborts a connect that is under way":
    "Chromium keeps a preflight's connection when the request it was for is aborted",
};

/** Left out of one transport. */
const NOT_OF_THEIRS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "long-polling": PREFLIGHT,
  "grpc:web": PREFLIGHT,
};

describe.skipIf(skipped)(`conformance in a browser${skipped ? ` (skipped: ${skipped})` : ""}`, () => {
  const reader = useBrowser();
  test("what is chosen and what is left out is in the suite", () => {
    const names = suite.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([...Object.keys(NOT_OF_PAGES), ...SHORT, ...SHORT_BY_TURNS]),
    );
  });

  for (const [turn, name] of Object.keys(pageTransports).entries()) {
    const found = findTransport(name);
    describe(name, () => {
      let transport: Transport;
      beforeAll(async () => {
        const application = await serveApplication();
        const { page } = await reader.open(application.url);
        const clients = await clientsIn(page);
        if (found) transport = clients.of(found);
        return application.close;
      });
      for (const [place, one] of suite.entries()) {
        if (one.name in { ...NOT_OF_PAGES, ...NOT_OF_THEIRS[name] }) continue;
        const long = (place + turn) % 2 === 0 ? ["full" as const] : ["full" as const, "release" as const];
        const tags = inShort(one.name, turn) ? [] : long;
        test(one.name, { concurrent: one.patient, tags }, () => one.run(transport));
      }
    });
  }
});
