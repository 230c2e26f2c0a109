import { setTimeout as sleep } from "node:timers/promises";
import { test } from "vitest";
import { linkSchema } from "../../scenarios/link.ts";
import { warmUp } from "./warm-up.ts";

const open = () =>
  process.getActiveResourcesInfo().filter((name) => /TCP|MessagePort|Worker/.test(name)).length;

test.each([undefined, linkSchema.parse({}), linkSchema.parse({ delayMs: 60_000, jitterMs: 60_000 })])(
  "ends soon, whatever the link, and leaves nothing open",
  async (link) => {
    const before = open();
    await warmUp(link);
    // What is closed is gone some turns of the loop later; what is not keeps this waiting until the test's time is up.
    while (open() > before) await sleep(5);
  },
  20_000,
);
