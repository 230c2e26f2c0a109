import assert from "node:assert/strict";
import { test } from "vitest";
import { ReceiptLedger } from "./receipt-ledger.ts";

test("matches receipts with their publishes in either order, once a reader", () => {
  const ledger = new ReceiptLedger();
  ledger.sent("a", 1_000, 2, true);
  ledger.received("a", 1_500);
  ledger.received("b", 3_000);
  ledger.received("a", 1_700);
  ledger.sent("b", 2_000, 1, true);
  ledger.sent("nobody-reads-it", 0, 0, true);
  assert.deepEqual([ledger.expected, ledger.matched], [3, 3]);
});

test("receipts of the warm-up are matched and not counted", () => {
  const ledger = new ReceiptLedger();
  ledger.received("early", 5);
  ledger.sent("early", 1, 1, false);
  ledger.sent("late", 1, 1, false);
  ledger.received("late", 5);
  assert.deepEqual([ledger.expected, ledger.matched], [0, 0]);
});
