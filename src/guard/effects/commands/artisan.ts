// artisan: the commands of a Laravel project, and what they do to its database.
import { textOf, type Text } from "../../shell/text.ts";
import type { Consequence } from "../command-model.ts";
import { databaseEffect } from "../languages/sql.ts";
import { projectProgram } from "../project-program.ts";

/** Commands that empty a database, or take all migrations back. */
const DESTROYS = /^(?:migrate:(?:fresh|refresh|reset)|db:wipe)$/;

export const artisan = projectProgram({
  names: ["artisan"],
  more: ({ args }) => artisanCommand(args),
});

/** What a command of Laravel does besides running the project. */
export function artisanCommand(args: readonly Text[]): readonly Consequence[] {
  const [verb = "", ...words] = args.map((word) => textOf(word));
  return DESTROYS.test(verb) && !words.includes("--pretend") ? databaseEffect("destroys") : [];
}
