import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { builtSources } from "./test/built-sources.ts";

const include = [
  "{claims,workshop,core,transports,scenarios,harness,reports,cli,deploy,test}/**/*.test.ts",
  "web/**/*.test.{ts,tsx}",
];
const attacks = ["transports/*/attacks.full.test.ts"];

/** Whose full set takes a minute or more: whatever begins last is waited for alone. */
const LONG = new RegExp(
  [
    String.raw`(agents-at-work|agents-deaths|autobahn|launch-simulation|doctored\.full|explain|wrong-settings|unread|drained|serve-end|port/tls)\.test`,
    String.raw`(cli/bench|run/run|launch/launch|workshop/session|deploy/service|breakdown/pass|browser/(studies|conformance|canary|demo|report|workshop))\.test`,
    String.raw`/transport\.test`,
  ].join("|"),
);

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((one) => !isLong(one))];
  }
}

export default defineConfig({
  // As an application imports it.
  resolve: { alias: { "notif-lab/react": fileURLToPath(new URL("web/react/index.ts", import.meta.url)) } },
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    // A machine of CI has neighbours, who may take its processors away for seconds. What needed a second try is named in the report.
    retry: process.env.CI ? 1 : 0,
    maxWorkers: 4,
    sequence: { sequencer: LongFirst },
    setupFiles: ["test/part.ts"],
    // Files that run in the same worker share what they import.
    isolate: false,
    // What one run has transformed the next one need not.
    experimental: { fsModuleCache: true },
    // Who runs side by side waits for seconds, and does little meanwhile.
    maxConcurrency: 12,
    server: { deps: { external: [/\/dist\//] } },
    tags: [
      { name: "full", description: "Left out of `npm test`; docs/testing.md says which these are." },
      {
        name: "release",
        description: "Of these the ones of which .ci/run runs a part, another one with each commit.",
      },
    ],
    projects: [
      {
        extends: true,
        plugins: builtSources(),
        test: {
          name: "lab",
          include,
          exclude: ["**/node_modules/**", ...attacks],
          globalSetup: ["test/own-cache.test-fixture.ts", "test/browser/global-setup.test-fixture.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "attacks",
          include: attacks,
          // From the sources: what is built attacks faster than what others were found to bear (docs/security.md).
          // Each is judged by how others fare meanwhile: so they come behind all else, and one at a time.
          sequence: { groupOrder: 1 },
          maxWorkers: 1,
        },
      },
    ],
  },
});
