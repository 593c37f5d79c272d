// manage.py and django-admin: the commands of a Django project, and what they do to its database.
import { textOf, type Text, type TextSet } from "../../shell/values/text.ts";
import type { Consequence, ModelContext } from "../model/command-model.ts";
import { changesRecords } from "../languages/heuristics/database-clients.ts";
import { databaseEffect } from "../languages/evaluation/sql-shell-commands.ts";
import { liveDatabase } from "../services/shared-database.ts";
import { projectProgram } from "../projects/project-program.ts";

/** Commands that empty a database. */
const DESTROYS = /^(?:flush|reset_db|reset_schema|drop_test_database)$/;

/** Commands that change a database, or ask it. */
const TOUCHES =
  /^(?:migrate|flush|loaddata|dumpdata|dbshell|sqlflush|showmigrations|inspectdb|createcachetable|reset_db|syncdb)$/;

export const managePy = projectProgram({
  names: ["manage.py", "django-admin"],
  isReadOnly: ({ words }) => /^(?:version|help)$/.test(words[0] ?? ""),
  more: ({ args, stdin }, context) => djangoCommand(args, context, stdin),
});

/** What a command of Django does to the database besides running the project. */
export function djangoCommand(
  args: readonly Text[],
  context: ModelContext,
  stdin?: TextSet,
): readonly Consequence[] {
  const [verb = "", ...words] = args.map((word) => textOf(word));
  const isUndone = verb === "migrate" && words.includes("zero");
  return [
    ...(DESTROYS.test(verb) || isUndone ? databaseEffect("destroys") : []),
    ...(/^(?:shell|shell_plus|dbshell|runscript)$/.test(verb) &&
    (changesRecords(words.join(" ")) ||
      (stdin ?? []).some((text) => changesRecords(textOf(text) ?? "")))
      ? databaseEffect("changes")
      : []),
    ...(TOUCHES.test(verb) ? liveDatabase(args, context) : []),
  ];
}
