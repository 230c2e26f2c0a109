import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nkeys } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, test } from "vitest";
import { Engine } from "../../transports/engines/engine.ts";
import { NATS } from "../../transports/engines/programs.ts";
import { selfSigned } from "../../transports/port/tls.ts";
import { canRun } from "../engines/balanced.test-fixture.ts";
import { connectNats } from "./nats.ts";

describe.runIf(canRun(NATS))("a nats-server with TLS that knows one nkey and one user", () => {
  let folder = "";
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  let engine: Engine;
  let access: { url: string; ca: string };
  const user = nkeys.createUser();
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "notif-lab-nats-access-"));
    const { key, cert } = await selfSigned();
    const [ca, keyFile] = [file("cert.pem", cert), file("key.pem", key)];
    engine = await Engine.start({
      program: NATS,
      files: ({ port }) => ({
        "nats.conf": [
          `listen: "127.0.0.1:${port}"`,
          `tls { cert_file: "${ca}", key_file: "${keyFile}" }`,
          `authorization { users: [ { nkey: "${user.getPublicKey()}" }, { user: "me", password: "p@ss word" } ] }`,
          "",
        ].join("\n"),
      }),
      args: ({ folder: own }) => ["-c", join(own, "nats.conf")],
      probe: async (_, { port }) => {
        const options = { url: `tls://me:${encodeURIComponent("p@ss word")}@127.0.0.1:${port}`, ca };
        await (await connectNats(options, "probe")).close();
      },
    });
    access = { url: `nats://127.0.0.1:${engine.place.port}`, ca };
  });
  afterAll(async () => {
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("lets in who has the seed of the nkey", async () => {
    const nkey = file("user.nk", `${new TextDecoder().decode(user.getSeed())}\n`);
    const bus = await connectNats({ ...access, nkey }, "test");
    await bus.close();
  });

  test.for<[what: string, nkey: () => string | undefined, url: (plain: string) => string]>([
    ["nobody", () => undefined, (plain) => plain],
    [
      "another nkey",
      () => file("other.nk", new TextDecoder().decode(nkeys.createUser().getSeed())),
      (plain) => plain,
    ],
    ["a wrong password", () => undefined, (plain) => plain.replace("//", "//me:wrong@")],
  ])("refuses %s, in one line without secrets", async ([, nkey, url]) => {
    await assert.rejects(
      connectNats({ ...access, url: url(access.url), nkey: nkey() }, "test"),
      (error: Error) => {
        assert.match(error.message, /^no NATS can be used at 127\.0\.0\.1:\d+: [^\n]+$/);
        assert.ok(!error.message.includes("wrong"));
        return true;
      },
    );
  });

  test("is refused where its certificate is another authority's", async () => {
    const ca = file("other.pem", (await selfSigned()).cert);
    await assert.rejects(connectNats({ ...access, ca }, "test"), /no NATS can be used/);
  });

  test("a file that is not there is one line", async () => {
    await assert.rejects(
      connectNats({ ...access, creds: join(folder, "none.creds") }, "test"),
      /the file of NATS's credentials can't be read/,
    );
  });
});
