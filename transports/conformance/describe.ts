import assert from "node:assert/strict";
import { describe, test } from "vitest";
import type { Transport } from "../transport.ts";
import { suite } from "./suite.ts";

/** Runs the whole suite against one transport; every wire's own test file calls it for each of its variants. */
export function describeConformance(transport: Transport): void {
  describe(`conformance: ${transport.name}`, () => {
    for (const one of suite) {
      if (one.network && !transport.supports.network) continue;
      test(one.name, { timeout: 60_000 }, () => one.run(transport));
    }
    test("claims fit together", () => {
      const { network, slowConsumer } = transport.supports;
      assert.equal(
        slowConsumer === "none",
        !network,
        "who has no network has no slow consumer, and the reverse",
      );
    });
  });
}
