// `sallyport recipe`: named hooks, as rules of a policy or as scripts that are made, tried, put in and taken out.
import { defineCommand } from "citty";

/** `sallyport recipe`. Each of its commands is loaded only when it is asked for. */
export const recipeCommand = defineCommand({
  meta: {
    name: "recipe",
    description:
      "Hooks that guides name, such as `block-credential-files`: what does the same natively, and a script for those who want a file.",
  },
  subCommands: {
    list: async () => (await import("./recipe-show.ts")).listCommand,
    show: async () => (await import("./recipe-show.ts")).showCommand,
    install: async () => (await import("./recipe-install.ts")).installCommand,
    test: async () => (await import("./recipe-test.ts")).testCommand,
    uninstall: async () => (await import("./recipe-install.ts")).uninstallCommand,
  },
});
