import type { Metrics } from "../result/result.ts";

const percent = (share: number) => `${Math.round(share * 100)} %`;

/** What was offered, what of that was carried in time, and what became of the rest: both counts are of the same deliveries. */
export function carried(metrics: Metrics): string {
  const { expected, delivered, backlogAtEnd } = metrics;
  if (expected === 0) return "0 % of the load";
  const missing = expected - delivered;
  if (backlogAtEnd <= missing || backlogAtEnd === 0) return within(metrics);
  const inTime = Math.max(0, expected - backlogAtEnd);
  const rest = missing > 0 ? `, ${missing} never came` : "";
  return (
    `${percent(inTime / expected)} of the load while it was offered (${inTime} of ${expected} deliveries); ` +
    `${backlogAtEnd} were still queued at the end, of which ${backlogAtEnd - missing} came after it${rest}`
  );
}

/** Counts where the share would read as if all had come. */
function within({ expected, delivered, receiptsExpected, receiptsReceived }: Metrics): string {
  const missing = expected - delivered;
  const share = percent(delivered / expected);
  if (missing > 0)
    return share === "100 %"
      ? `nearly all of the load (${missing} of ${expected} deliveries never came)`
      : `${share} of the load`;
  const receipts = receiptsExpected - receiptsReceived;
  return receipts > 0
    ? `all of the load, but ${receipts} of ${receiptsExpected} read receipts did not come back`
    : "all of the load";
}
