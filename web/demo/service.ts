import type { DemoOrder, DemoState } from "./messages.ts";

/** Follows what the process tells; `state` is undefined while it can't be reached. */
export function followState(take: (state: DemoState | undefined) => void): void {
  const source = new EventSource("state");
  source.addEventListener("message", ({ data }) => take(JSON.parse(data)));
  source.addEventListener("error", () => take(undefined));
}

/** Settles when the process has carried it out; rejects with why it can't. */
export async function give(order: DemoOrder): Promise<void> {
  const response = await fetch("orders", { method: "POST", body: JSON.stringify(order) });
  if (!response.ok) throw new Error(await response.text());
}
