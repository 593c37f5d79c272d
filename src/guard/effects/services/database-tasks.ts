// What programs do to a database that run elsewhere or without a model, by their words: tasks of frameworks that empty it, statements that only look.
import { readSql } from "../languages/evaluation/sql.ts";
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

const STATEMENT = /^(?:-c|-e|--command|--execute)$/;
const NAMING = /^(?:-[UdDu]|--(?:username|dbname|user|database))$/;
/** Names, passwords, and how the answer is laid out. */
const PLAIN =
  /^(?:-[UdDup][\w.]+|--(?:username|dbname|user|database|password)=[\w.]+|-[tAxqXwNBs]+|--(?:csv|tuples-only|no-align|no-psqlrc|quiet|expanded|batch|table|silent|skip-column-names)|[A-Za-z_]\w*)$/;
/** Commands of psql that describe what is there. */
const DESCRIBES = /^\\(?:d\w*|l)\+?(?: [\w.*]+)?$/;

/**
 * Whether the words of a call only ask a database that runs beside it: whether it answers, or by statements that look. WHY no host and no
 * address: with one it asks another machine.
 */
export function asksDatabase(inner: readonly Text[]): boolean {
  const [program = "", ...words] = inner.map((word) => textOf(word) ?? "?");
  if (program === "redis-cli") return words.join(" ") === "ping";
  const isServer = program === "pg_isready" || program === "mysqladmin";
  if (!isServer && !/^(?:psql|mysql|mariadb)$/.test(program)) return false;
  let asked = isServer ? 1 : 0;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const next = words[at + 1] ?? "?";
    if (!isServer && STATEMENT.test(word)) {
      if (!onlyLooks(next, program)) return false;
      asked += 1;
      at += 1;
    } else if (NAMING.test(word)) {
      if (!/^\w[\w.]*$/.test(next)) return false;
      at += 1;
    } else if (
      !PLAIN.test(word) ||
      (program === "mysqladmin" && !word.startsWith("-") && !/^(?:ping|status)$/.test(word))
    )
      return false;
  }
  return asked > 0;
}

function onlyLooks(text: string, program: string): boolean {
  if (text.includes("\\")) return program === "psql" && DESCRIBES.test(text.trim());
  const { data, consequences } = readSql(text, program === "psql" ? "psql" : "mysql");
  return data === "looks" && consequences.length === 0;
}
