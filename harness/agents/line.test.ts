import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "vitest";
import { openLine, openLines } from "./line.ts";

const SESSION = "0123456789abcdef0123456789abcdef";
const HOST = "127.0.0.1";

test("one clock compared with itself differs by less than the bound, and each end is told when the other hangs up", async () => {
  const lines = await openLines(HOST);
  try {
    for (const hangUp of ["agent", "controller"] as const) {
      let onControllers: (how: string) => void = () => undefined;
      let onAgents: () => void = () => undefined;
      const agentGone = new Promise<string>((resolve) => {
        onControllers = resolve;
      });
      const controllerGone = new Promise<void>((resolve) => {
        onAgents = resolve;
      });
      lines.expect(SESSION, onControllers);
      const line = await openLine({ host: HOST, port: lines.port }, SESSION, { onGone: onAgents });
      const { offsetUs, boundUs } = await line.compareClocks();
      assert.ok(boundUs > 0 && Math.abs(offsetUs) <= boundUs, `${offsetUs} +- ${boundUs}`);
      if (hangUp === "agent") {
        line.close();
        assert.match(await agentGone, /its connection was closed/);
      } else {
        lines.end(SESSION);
        await controllerGone;
        line.close();
      }
    }
  } finally {
    lines.close();
  }
});

test("who is not expected is hung up on", async () => {
  const lines = await openLines(HOST);
  try {
    await assert.rejects(openLine({ host: HOST, port: lines.port }, SESSION, { onGone: () => undefined }), {
      message: `the controller can't be reached at ${HOST}:${lines.port}`,
    });
    lines.expect(SESSION, () => assert.fail("another one's session was ended"));
    const stranger = connect(lines.port, HOST, () => stranger.write(`${SESSION}and more`));
    stranger.on("error", () => undefined);
    await once(stranger, "close");
  } finally {
    lines.close();
  }
});
