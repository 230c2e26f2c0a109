import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const include = [
  "{claims,workshop,core,transports,scenarios,harness,reports,cli,deploy,test}/**/*.test.ts",
  "web/**/*.test.{ts,tsx}",
];
const inBrowser = ["test/browser/*.test.ts"];
const attacks = ["transports/*/attacks.full.test.ts"];

/** Whose full set takes a minute or more: whatever begins last is waited for alone. */
const LONG = new RegExp(
  [
    String.raw`(agents-at-work|agents-deaths|autobahn|launch-simulation|doctored\.full|explain|wrong-settings|unread|drained|serve-end|port/tls)\.test`,
    String.raw`(cli/bench|run/run|launch/launch|workshop/session|deploy/service|breakdown/pass|browser/(studies|conformance|canary))\.test`,
    String.raw`/transport\.test`,
  ].join("|"),
);

/** One project after the other, since a worker that goes on to another project's file has to import all anew; the long files of each first. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project))];
    const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId);
    return projects.flatMap((project) => {
      const own = sorted.filter((one) => one.project === project);
      return [...own.filter(isLong), ...own.filter((one) => !isLong(one))];
    });
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
    // Files that run in the same worker share what they import.
    isolate: false,
    // What one run has transformed the next one need not.
    experimental: { fsModuleCache: true },
    // Who runs side by side waits for seconds, and does little meanwhile.
    maxConcurrency: 12,
    server: { deps: { external: [/\/dist\//] } },
    tags: [
      { name: "full", description: "Left out of `npm test`; docs/testing.md says which these are." },
      { name: "release", description: "Of these the ones that .ci/run leaves out too." },
    ],
    projects: [
      {
        extends: true,
        test: {
          name: "lab",
          include,
          exclude: ["**/node_modules/**", ...inBrowser, ...attacks],
          globalSetup: ["test/own-cache.test-fixture.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "browser",
          include: inBrowser,
          globalSetup: ["test/browser/global-setup.test-fixture.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "attacks",
          include: attacks,
          // Each is judged by how others fare meanwhile: so they come behind all else, and one at a time.
          sequence: { groupOrder: 1 },
          maxWorkers: 1,
        },
      },
    ],
  },
});
