// Test runner settings: one process, shared modules, so that hidden module state shows up as a failure.
import process from "node:process";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"] } },
  test: {
    pool: "threads",
    isolate: false,
    include: ["test/**/*.test.ts"],
    // WHY: these packages name sources under the condition that ours go by, and node does not run those.
    server: { deps: { inline: [/@modelcontextprotocol/, /eventsource/] } },
    // WHY so long: the limits are for what hangs, and a busy machine takes several times as long as a quiet one.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    // WHY: most of a short run is turning a thousand sources into what node runs; those that did not change are kept.
    experimental: { fsModuleCache: true, fsModuleCachePath: "node_modules/.cache/vitest-modules" },
    // A test that depends on a busy machine's moment may be tried once more in CI; scripts/test.ts names each that needed it.
    retry: process.env["CI"] === "true" ? 1 : 0,
  },
});
