// The functions of the family `hooks`.
import type { Looks } from "../../check.ts";
import { answerLooks } from "./answers.ts";
import { codeLooks } from "./code.ts";
import { coverageLooks } from "./coverage.ts";
import { harmfulScript } from "./harmful-script.ts";
import { entryLooks, shellcheckLook } from "./entries.ts";

/** Functions of the family `hooks`. */
export const hooksLooks: Looks = {
  ...answerLooks,
  ...codeLooks,
  ...entryLooks,
  ...coverageLooks,
  "harmful-script": harmfulScript,
  shellcheck: shellcheckLook,
};
