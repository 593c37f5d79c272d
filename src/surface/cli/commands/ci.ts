// `sallyport ci`: pipelines looked at, and the client run in them.
import { defineCommand } from "citty";
import { ciCheckCommand } from "./ci-check.ts";
import { ciInitCommand } from "./ci-init.ts";
import { ciRunCommand } from "./ci-run.ts";

/** `sallyport ci`. */
export const ciCommand = defineCommand({
  meta: { name: "ci", description: "Look at pipelines, and run the client in them." },
  subCommands: { check: ciCheckCommand, run: ciRunCommand, init: ciInitCommand },
});
