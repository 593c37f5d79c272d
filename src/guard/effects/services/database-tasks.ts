// Tasks of frameworks that empty a database or put another in its place, by their words: for programs that run them elsewhere or without a model.
import { type Text, textOf } from "../../shell/values/text.ts";

/** Words of tasks after which what a database kept is gone. */
const DESTROYS =
  /(?:^|\s)(?:db:(?:drop|reset|purge|truncate_all|schema:load|structure:load|migrate:reset|setup|wipe)(?::\w+)*|doctrine:(?:schema|database|mongodb:schema|fixtures):(?:drop|load)|doctrine:schema:update(?=\s(?:\S+\s+)*(?:--force|-f)\b)|doctrine:migrations:(?:migrate|execute|rollup)|(?:doctrine:query|dbal:run|doctrine:database)[:-]\w*sql(?=\s.*\b(?:delete|drop|truncate|update|alter|insert)\b)|propel:(?:sql:insert|migration:down)|craft\s+(?:migrate\/down|db\/restore|db\/drop-all-tables)|yii\s+migrate\/(?:down|fresh|redo|to)|cake\s+migrations\s+rollback|spark\s+migrate:(?:rollback|refresh)|(?:manage\.py|django-admin)\s+(?:\S+\s+)*?(?:flush|reset_db|reset_schema)|migrate:(?:fresh|refresh|reset)|ecto\.(?:drop|reset)|prisma\s+migrate\s+reset|schema:drop|db:undo:all|database:drop)(?=$|[\s"';|&)])/;

/** Where it is only said what would be done, or the database is the one of tests. */
const TRIED =
  /(?:^|\s)(?:--dump-sql|--pretend|--dry-run|--env[= ]test|-e\s*test|RAILS_ENV=test|--help)(?:\s|$)/;

/** Whether the words of a call, or text for a shell in it, run such a task. */
export function emptiesDatabase(words: readonly Text[]): boolean {
  const line = words
    .map((word) => textOf(word) ?? "?")
    .join(" ")
    .slice(0, LINE_CHARS_MAX);
  return DESTROYS.test(line) && !TRIED.test(line);
}

/** Characters of a call that is looked through. */
const LINE_CHARS_MAX = 2_048;

/** A deletion of whole folders, or of what a device holds. */
const DELETES =
  /(?:^|[\s"';&|(])(?:rm\s+(?:-\S+\s+)*-\w*[rR]\w*(?:\s+-\S+)*|shred|mkfs(?:\.\w+)?|wipefs|find(?=\s.*\s-delete\b)|dd(?=\s.*\bof=))\s([^;&|]*)/g;
/** Places of a container that are made again by themselves. */
const SCRATCH =
  /(?:^|\/)(?:tmp|cache|caches|\.cache|node_modules|dist|build|coverage|__pycache__|\.next|target|logs?)(?:\/|$)|\.pyc?$/;

/** Whether the words of a call in a container delete folders there that are named from the top and are no scratch space. */
export function deletesInContainer(words: readonly Text[]): boolean {
  const line = words
    .map((word) => textOf(word) ?? "?")
    .join(" ")
    .slice(0, LINE_CHARS_MAX);
  return [...line.matchAll(DELETES)].some(([, rest = ""]) =>
    rest
      .split(/[\s"']+/)
      .some((word) => /^(?:of=)?\//.test(word) && word !== "/dev/null" && !SCRATCH.test(word)),
  );
}
