// artisan: the commands of a Laravel project, and what they do to its database.
import { textOf, type Text } from "../../shell/values/text.ts";
import type { Consequence, ModelContext } from "../model/command-model.ts";
import { changesRecords } from "../languages/heuristics/database-clients.ts";
import { databaseEffect } from "../languages/evaluation/sql-shell-commands.ts";
import { liveDatabase } from "../services/shared-database.ts";
import { projectProgram } from "../projects/project-program.ts";

/** Commands that empty a database, or take all migrations back. */
const DESTROYS = /^(?:migrate:(?:fresh|refresh|reset)|db:wipe)$/;

export const artisan = projectProgram({
  names: ["artisan"],
  more: ({ args }, context) => artisanCommand(args, context),
});

/** What a command of Laravel does besides running the project. */
export function artisanCommand(
  args: readonly Text[],
  context: ModelContext,
): readonly Consequence[] {
  const [verb = "", ...words] = args.map((word) => textOf(word));
  if (words.includes("--pretend")) return [];
  return [
    ...(DESTROYS.test(verb) ? databaseEffect("destroys") : []),
    ...(verb === "tinker" && changesRecords(words.join(" ")) ? databaseEffect("changes") : []),
    ...(/^(?:migrate|db)(?::|$)/.test(verb) ? liveDatabase(args, context) : []),
  ];
}
