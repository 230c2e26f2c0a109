import assert from "node:assert/strict";
import { test } from "vitest";
import { clockSync } from "./clock-sync.ts";

const none = {
  chrony: () => undefined,
  processes: () => [],
  hardwareClocks: () => [],
  isTimesyncd: () => false,
};
/** As chrony 4.3 prints it. */
const TRACKING =
  "C0A80101,192.168.1.1,3,1732880000.123456789,-0.000012345,0.000003210,0.000045678,-12.345,0.001,0.020,0.000800000,0.000150000,64.2,Normal\n";

test("what keeps the clock is told in words, and nothing where nothing is known", () => {
  assert.equal(clockSync(none), "nothing is known to keep the clock");
  assert.equal(
    clockSync({ ...none, chrony: () => TRACKING }),
    "chrony: 12.3 us off 192.168.1.1 (stratum 3), +- 550 us",
  );
  assert.equal(
    clockSync({ ...none, chrony: () => TRACKING.replace("Normal", "Not synchronised") }),
    "chrony is not synchronised",
  );
  assert.equal(clockSync({ ...none, chrony: () => "garbage" }), "chrony runs");
  assert.equal(
    clockSync({
      ...none,
      processes: () => ["ptp4l", "node"],
      hardwareClocks: () => ["ice"],
      isTimesyncd: () => true,
    }),
    "systemd-timesyncd is synchronised; PTP: ptp4l runs; hardware clocks ice",
  );
});
