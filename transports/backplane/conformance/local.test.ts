import { describeChannels } from "./describe.test-fixture.ts";
import { openNode } from "./nodes.test-fixture.ts";

describeChannels("in a hub's own memory", async (options) => openNode(undefined, options));
