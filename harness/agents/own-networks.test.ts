import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { promisify } from "node:util";
import { describe, test } from "vitest";
import { until } from "../../transports/conformance/bench.ts";
import { closeServer, listen } from "../../transports/net/listen.ts";
import { openOwnNetworks, whyNoOwnNetworks } from "./own-networks.ts";

const reason = whyNoOwnNetworks();

describe.skipIf(reason !== undefined)(
  `networks of agents' own${reason === undefined ? "" : ` (not here: ${reason})`}`,
  () => {
    test("each reaches this process and nothing else, and none is left", async () => {
      const networks = await openOwnNetworks(2);
      const block = networks.host.replace(/\.1$/, "");
      const server = createServer((socket) => socket.end(String(socket.remoteAddress)));
      try {
        const port = Number((await listen(server, networks.host, 0)).split(":").at(-1));
        assert.equal(devicesIn(block).length, 2);
        const from = [0, 1].map((index) => networks.within(index));
        const seen = await Promise.all(from.map((prefix) => ask(prefix, networks.host, port)));
        assert.equal(new Set(seen).size, 2);
        assert.ok(
          seen.every((address) => address.startsWith(`${block}.`) && address !== networks.host),
          `${seen}`,
        );
        // Of this machine's devices it has none.
        const [names = ""] = from.map(([command = "", ...words]) =>
          execFileSync(command, [...words, "ip", "-o", "link"], { encoding: "utf8" }),
        );
        const own = names.match(/^\d+: \w+/gm)?.map((line) => line.replace(/^\d+: /, ""));
        assert.deepEqual(
          own?.filter((name) => !name.startsWith("ifb")),
          ["lo", "notiflab"],
        );
      } finally {
        await closeServer(server);
        await networks.close();
      }
      await until("no device is left", () => devicesIn(block).length === 0);
    });

    test("more than there can be is an error", async () => {
      await assert.rejects(openOwnNetworks(65), { code: "unavailable" });
    });
  },
);

/** Of this machine's devices, those with an address there; other tests have theirs. */
function devicesIn(block: string): string[] {
  return Object.entries(networkInterfaces()).flatMap(([name, all = []]) =>
    all.some(({ address }) => address.startsWith(`${block}.`)) ? [name] : [],
  );
}

/** What the server there says to who comes from within. */
async function ask([command = "", ...words]: readonly string[], host: string, port: number): Promise<string> {
  const script = `require("net").connect(${port}, "${host}").pipe(process.stdout)`;
  const { stdout } = await promisify(execFile)(command, [...words, process.execPath, "-e", script]);
  return stdout;
}
