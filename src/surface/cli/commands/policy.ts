// `sallyport policy`: policies read, tried, compared, compiled for each boundary, and put in force.
import { defineCommand } from "citty";

/** `sallyport policy`. Each of its commands is loaded only when it is asked for. */
export const policyCommand = defineCommand({
  meta: {
    name: "policy",
    description: "Policies: what they say, whether they say what was meant, and where they hold.",
  },
  subCommands: {
    list: async () => (await import("./policy-list.ts")).listCommand,
    bundle: async () => (await import("./policy-bundle.ts")).bundleCommand,
    backtest: async () => (await import("./policy-backtest.ts")).backtestCommand,
    check: async () => (await import("./policy-check.ts")).checkCommand,
    consolidate: async () => (await import("./policy-consolidate.ts")).consolidateCommand,
    deploy: async () => (await import("./policy-deploy.ts")).deployCommand,
    drift: async () => (await import("./policy-drift.ts")).driftCommand,
    verify: async () => (await import("./policy-verify.ts")).verifyCommand,
    diff: async () => (await import("./policy-diff.ts")).diffCommand,
    exception: async () => (await import("./policy-exception.ts")).exceptionCommand,
    lint: async () => (await import("./policy-lint.ts")).lintCommand,
    schema: async () => (await import("./policy-schema.ts")).schemaCommand,
    modes: async () => (await import("./policy-modes.ts")).modesCommand,
    show: async () => (await import("./policy-show.ts")).showCommand,
    compile: async () => (await import("./policy-compile.ts")).compileCommand,
    test: async () => (await import("./policy-test.ts")).testCommand,
  },
});
