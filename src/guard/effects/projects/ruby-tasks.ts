// Tasks that a Ruby project keeps in its Rakefile, for the programs that run them: rake, rails, cap.
import type { CommandModel, Consequence, ModelContext } from "../model/command-model.ts";
import { literal, textOf } from "../../shell/values/text.ts";
import { changesRecords } from "../languages/heuristics/database-clients.ts";
import { databaseEffect } from "../languages/evaluation/sql-shell-commands.ts";
import { liveDatabase } from "../services/shared-database.ts";
import { rakeCommands } from "../languages/formats/task-bodies.ts";
import { type RecipeCall, recipeProgram } from "./recipes.ts";

/** The model of a program that runs tasks of a Rakefile, or of a file that is written as one. */
export function rakeProgram(spec: {
  readonly names: readonly string[];
  readonly files?: readonly string[];
  readonly isReadOnly?: (call: RecipeCall) => boolean;
  readonly more?: (call: RecipeCall, context: ModelContext) => readonly Consequence[];
}): CommandModel {
  return recipeProgram({
    flags:
      "-n --dry-run -q --quiet -s --silent -t --trace -v --verbose -m --multitask -g --system -G --no-system -A --all -B --build-all -N --no-search --backtrace --suppress-backtrace",
    choices:
      "-j --jobs -I --libdir -r --require -R --rakelibdir -p --execute-print --rules -b --binding -P --port -e --environment -d --destination",
    file: "-f --rakefile",
    directory: "-C --directory",
    files: ["Rakefile", "rakefile", "Rakefile.rb", "rakefile.rb"],
    above: true,
    recipes: (text, { words }) => rakeCommands(text, words),
    ...spec,
  });
}

/** Tasks of Rails that empty a database or put another in its place. */
const DESTROYS =
  /^db:(?:drop|reset|purge|truncate_all|schema:load|structure:load|migrate:reset|setup|seed:replant)(?::\w+)*$/;

/** What the tasks of Rails that are named do to a database. */
export function databaseTasks(
  { words }: RecipeCall,
  context: ModelContext,
): readonly Consequence[] {
  // The database of the tests holds nothing that anybody misses.
  const set = context.variable("RAILS_ENV")?.map((text) => textOf(text)) ?? [];
  const isTest =
    words.includes("RAILS_ENV=test") || (set.length > 0 && set.every((value) => value === "test"));
  if (isTest) return [];
  const [verb = "", ...code] = words;
  const runsCode = /^(?:runner|r|dbconsole|db)$/.test(verb) && changesRecords(code.join(" "));
  return [
    ...(runsCode ? databaseEffect("changes") : []),
    ...(words.some((word) => DESTROYS.test(word.replace(/\[.*$/s, "")))
      ? databaseEffect("destroys")
      : []),
    ...(words.some((word) => word.startsWith("db:"))
      ? liveDatabase(
          words.map((word) => literal(word)),
          context,
        )
      : []),
  ];
}
