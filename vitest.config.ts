import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const include = [
  "{claims,workshop,core,transports,scenarios,harness,reports,cli,deploy,test}/**/*.test.ts",
  "web/**/*.test.{ts,tsx}",
];
const inBrowser = ["test/browser/*.test.ts"];

export default defineConfig({
  // As an application imports it.
  resolve: { alias: { "notif-lab/react": fileURLToPath(new URL("web/react/index.ts", import.meta.url)) } },
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A machine of CI has neighbours, who may take its processors away for seconds. What needed a second try is named in the report.
    retry: process.env.CI ? 1 : 0,
    maxWorkers: 4,
    // Files that run in the same worker share what they import.
    isolate: false,
    // Who runs side by side waits for seconds, and does little meanwhile.
    maxConcurrency: 12,
    server: { deps: { external: [/\/dist\//] } },
    tags: [{ name: "full", description: "Left out of `npm test`; docs/testing.md says which these are." }],
    projects: [
      {
        extends: true,
        test: {
          name: "lab",
          include,
          exclude: ["**/node_modules/**", ...inBrowser],
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
    ],
  },
});
