import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, test } from "vitest";
import { fanOut } from "../../scenarios/fan-out.ts";
import { parseLink } from "../../scenarios/link.ts";
import { planSchema } from "../../scenarios/plan.ts";
import { runOne, specOf } from "../trial/one-trial.test-fixture.ts";
import { sharedLinkOf } from "../trial/shared-link.ts";
import { holdersOf, namespaceOf } from "./namespace.test-fixture.ts";
import { inNewNamespace } from "./namespace.ts";
import { bucketOf, placeTokenBucket, readTokenBucket, whyNoTokenBucket } from "./token-bucket.ts";

const MBIT = 125_000;
const FRAME = 1_514;
const CLIENTS = 8;
/**
 * When all has come, an acknowledgement may still be due on each connection, subscribers' and publisher's, either way (RFC 1122, 4.2.3.2):
 * IP and TCP headers with timestamps have 52 bytes. They may fall between the readings of lo and of the bucket, before the measured time and behind it.
 */
const LATE_BYTES = 2 * 2 * (CLIENTS + 1) * 52;

test("a bucket holds whole frames at every bandwidth, and less than a second of a fast one", () => {
  for (const bandwidth of [1_000, MBIT, 100 * MBIT, 80_000 * MBIT]) {
    const { burstBytes, queueBytes } = bucketOf(bandwidth);
    assert.ok(burstBytes >= FRAME && queueBytes >= 10 * FRAME, `${bandwidth}`);
    assert.ok(bandwidth < MBIT || burstBytes + queueBytes < bandwidth, `${bandwidth}`);
    assert.ok(queueBytes < 2 ** 32, "the kernel has 32 bits for it");
  }
});

const reason = whyNoTokenBucket();

describe.skipIf(reason !== undefined)(
  `a token bucket${reason === undefined ? "" : ` (not here: ${reason})`}`,
  () => {
    test("holds both directions together to its bandwidth, and no other port; nothing of it is left", async ({
      signal,
    }) => {
      const bytes = 40_000;
      const fixture = fileURLToPath(new URL("two-ports.test-fixture.js", import.meta.url));
      const [command = "", ...args] = [...inNewNamespace, process.execPath, fixture, `${bytes}`];
      const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
      const gone = once(child, "exit");
      try {
        const [{ port }] = await once(child, "message", { signal });
        const { pid = 0 } = child;
        placeTokenBucket(pid, port, MBIT);
        const before = readTokenBucket(pid);
        assert.equal(before.bytes, 0);
        child.send("go");
        const [{ seconds, freeWasFirst }] = await once(child, "message", { signal });
        // What the tokens allow: those that lay there, and those that came in the time.
        const least = (2 * bytes - bucketOf(MBIT).burstBytes) / MBIT;
        assert.ok(seconds >= least, `${seconds} s of ${least} s`);
        assert.ok(freeWasFirst, "50 times the bytes on another port were through before");
        const counted = readTokenBucket(pid);
        // Ethernet, IP and TCP headers with timestamps have 66 bytes, a SYN 8 more; what was sent again without need is in the tolerance.
        const payload = counted.bytes - 66 * counted.segments;
        assert.ok(payload >= 2 * bytes && payload < 2.2 * bytes, `${payload} of ${2 * bytes} bytes`);
        const link = sharedLinkOf({ sharedBytesPerSecond: MBIT }, { before, atEnd: counted, after: counted });
        const couldPass = 1 + bucketOf(MBIT).burstBytes / ((MBIT * (counted.atUs - before.atUs)) / 1_000_000);
        assert.ok(link && link.utilization > 0 && link.utilization <= couldPass, `${link?.utilization}`);
        assert.equal(link.bytes, counted.bytes);
        assert.ok(counted.segments >= (2 * bytes) / FRAME, `${counted.segments} segments`);
        assert.ok(counted.overlimits > 0, "the queue has waited");
        const namespace = namespaceOf(pid);
        assert.notEqual(namespace, namespaceOf("self"));
        child.kill("SIGKILL");
        await gone;
        assert.deepEqual(holdersOf(namespace), []);
        assert.ok(!existsSync("/sys/class/net/notiflab"));
        assert.throws(() => readTokenBucket(pid), { code: "internal" });
      } finally {
        child.kill("SIGKILL");
        await gone;
      }
    });

    const params = { connections: CLIENTS, rate: 100, payload: 64, duration: 1, warmup: 0 };
    for (const link of ["shared=20mbit", "delay=1ms,shared=20mbit"])
      test(`--link ${link} counts the clients' bytes once`, {
        timeout: 60_000,
        tags: link.includes("delay") ? ["full"] : [],
      }, async () => {
        const plan = planSchema.parse({ ...fanOut.plan(params, 1), link: parseLink(link) });
        const { metrics, reason } = await runOne(specOf(plan, { name: "tcp" }, params));
        assert.ok(metrics?.sharedLink, reason);
        const { delivered, expected, tcpBytesPerDelivery = 0, wireBytesPerDelivery, sharedLink } = metrics;
        assert.equal(delivered, expected);
        const payload = tcpBytesPerDelivery * delivered;
        // Ethernet, IP and TCP headers have 54 bytes; the 12 of TCP's timestamps are in the tolerance. Twice the payload is not.
        const counted = sharedLink.bytes - 54 * sharedLink.segments;
        assert.ok(counted > 0.95 * payload && counted < 1.5 * payload, `${counted} of ${payload} bytes`);
        assert.ok(sharedLink.utilization > 0 && sharedLink.utilization <= 1, `${sharedLink.utilization}`);
        if (wireBytesPerDelivery === undefined) return assert.match(link, /delay/);
        const transport = wireBytesPerDelivery * delivered;
        const ip = sharedLink.bytes - 14 * sharedLink.segments;
        assert.ok(Math.abs(ip - transport) <= LATE_BYTES, `${ip} of ${transport} IP bytes`);
      });
  },
);
