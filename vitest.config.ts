import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{core,transports,scenarios,harness,reports,cli}/**/*.test.ts"],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    maxWorkers: 2,
  },
});
