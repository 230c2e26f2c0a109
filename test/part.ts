import { createHash } from "node:crypto";
import { beforeEach } from "vitest";

/*
 * With NOTIF_LAB_TEST_PART=2/5, a run skips what is not in the second of five parts. A test's name alone decides in which part it is.
 */
const [part = 1, parts = 1] = (process.env.NOTIF_LAB_TEST_PART ?? "").split("/").filter(Boolean).map(Number);

if (!(parts >= part && part >= 1)) throw new Error("NOTIF_LAB_TEST_PART is like 2/5");
if (parts > 1)
  beforeEach(({ task, skip }) => {
    const hash = createHash("sha256").update(task.fullName).digest().readUInt32BE();
    if (hash % parts !== part - 1) skip(`not in part ${part} of ${parts}`);
  });
