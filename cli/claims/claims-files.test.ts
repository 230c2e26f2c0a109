import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { CLAIMS_SCHEMA, type ClaimsDocument } from "../../claims/document.ts";
import { claims } from "../../claims/registry.ts";
import { findingOf } from "../../reports/claims/findings.ts";
import { openOutputFolder } from "../output/output-folder.ts";
import { DOCUMENT, readDocument, setOthersAside, withEarlier } from "./claims-files.ts";

const HERE = { mode: "quick" as const, machine: "a machine" };
const WHOLE = { ...HERE, mode: "full" as const };
const ELSEWHERE = { ...HERE, machine: "another machine" };

const named = (id: string) => claims.filter((one) => one.id === id);
const earlier: ClaimsDocument = {
  schema: CLAIMS_SCHEMA,
  at: "2026-02-03T04:05:06.000Z",
  ...HERE,
  command: "an earlier one",
  findings: named("bun-websocket").map((claim) =>
    findingOf(claim, "quick", { lacking: () => undefined, trials: () => "none" }),
  ),
};

let base = "";
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), "notif-lab-verdicts-"));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

test("claims of earlier runs stay on the page where those were of the same mode, machine and versions", () => {
  const told = (kind: typeof HERE | typeof WHOLE) =>
    withEarlier(named("seed-http2"), earlier, kind).map(({ id }) => id);
  assert.deepEqual(told(HERE), ["seed-http2", "bun-websocket"]);
  assert.deepEqual(told(WHOLE), ["seed-http2"]);
  assert.deepEqual(told(ELSEWHERE), ["seed-http2"]);
});

describe("the verdicts of an earlier run", () => {
  const written = async () => {
    const folder = await openOutputFolder(mkdtempSync(join(base, "one-")));
    writeFileSync(join(folder.path, "claims.html"), "the page");
    writeFileSync(join(folder.path, DOCUMENT), JSON.stringify(earlier));
    return { folder, read: await readDocument(folder.path) };
  };

  test.each([
    ["the other mode", WHOLE, /^the verdicts of an earlier quick run are kept as (.*)$/],
    ["another machine", ELSEWHERE, /^the verdicts of an earlier quick run on a machine are kept as (.*)$/],
  ] as const)("of %s are kept under another name, which is told", async (_what, kind, line) => {
    const { folder, read } = await written();
    const said = (await setOthersAside(folder, read, kind)) ?? "";
    const [, page = ""] = line.exec(said) ?? [];
    assert.equal(readFileSync(page, "utf8"), "the page", said);
    const names = readdirSync(folder.path);
    assert.ok(
      names.every((name) => /^claims-before-[\dT-]+\.(html|json)$/.test(name)),
      names.join(),
    );
    assert.equal(names.length, 2);
  });

  test("of the same kind stay, and where there are none nothing is said", async () => {
    const { folder, read } = await written();
    assert.equal(await setOthersAside(folder, read, HERE), undefined);
    assert.deepEqual(readdirSync(folder.path).sort(), ["claims.html", "claims.json"]);
    assert.equal(await setOthersAside(folder, undefined, WHOLE), undefined);
  });
});
