// Clients of databases that a call runs in a container, by their words: whether they only look.
import { readSql } from "../languages/evaluation/sql.ts";
import { type Text, textOf } from "../../shell/values/text.ts";

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
