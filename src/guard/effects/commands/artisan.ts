// artisan: the commands of a Laravel project, and what they do to its database.
import { textOf, type Text } from "../../shell/text.ts";
import type { Consequence, ModelContext } from "../command-model.ts";
import { changesRecords } from "../languages/database-clients.ts";
import { databaseEffect } from "../languages/sql.ts";
import { liveDatabase } from "../live-database.ts";
import { projectProgram } from "../project-program.ts";

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
