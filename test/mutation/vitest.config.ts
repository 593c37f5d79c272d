// The tests that mutants have to get past: what judges commands, without the slow oracles, properties and the client.
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"] } },
  test: {
    include: ["test/corpus/**/*.test.ts", "test/guard/**/*.test.ts"],
    testTimeout: 60_000,
  },
});
