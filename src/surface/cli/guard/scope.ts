// The scope of guarding as an option of commands: one project, or every project of the person.
import { Failure } from "#base/failure.ts";
import type { Scope } from "#govern/settings/project-register.ts";

/** `--scope`. */
export const scopeOption = {
  type: "string",
  valueHint: "project|user",
  description: "this project, or every project of yours (default: project)",
} as const;

/** Reads the option. Throws a Failure `usage` for another word. */
export function readScope(text: string | undefined): Scope {
  if (text === undefined || text === "project") return "project";
  if (text === "user") return text;
  throw new Failure("usage", "`--scope` is `project` or `user`");
}
