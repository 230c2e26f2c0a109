import assert from "node:assert/strict";
import { type Bench, createInbox } from "../bench.ts";

/** Two fresh clients can still talk: what came before harmed nobody. */
export async function assertHealthy(bench: Bench): Promise<void> {
  const ann = await bench.connect("ann");
  const bob = await bench.connect("bob");
  const inbox = createInbox();
  await bob.subscribe("user/bob", inbox.onEvent);
  await ann.publish({ channel: "user/bob", body: "all well" });
  await inbox.waitFor(1);
  assert.deepEqual(inbox.bodies, ["all well"]);
  await Promise.all([ann.close(), bob.close()]);
}
