// What a question in SQL may be: one statement that reads. The connection refuses writing as well.
import { Failure } from "#base/failure.ts";
import { SQL_CHARS_MAX } from "#base/limits.ts";
import { printable } from "#base/printable.ts";

/** Beginnings of names that are not asked: settings of the database, and files of the machine. */
const REFUSED =
  /^(?:pragma_\w*|load_extension|readfile|writefile|edit|attach|detach|pragma|vacuum|reindex)$/i;

/**
 * The statement without what follows it, for one that begins with SELECT, WITH or VALUES. A Failure `sql` for anything
 * else: a second statement, a setting, a file.
 */
export function checkedSql(text: string): string {
  if (text.length > SQL_CHARS_MAX)
    throw new Failure("sql", `a question in SQL has at most ${SQL_CHARS_MAX} characters`);
  if (text.includes("\0"))
    throw new Failure("sql", "the question holds a NUL character: leave it out");
  const words = wordsOf(text);
  const [first] = words;
  if (first === undefined || !/^(?:select|with|values)$/i.test(first.text))
    throw new Failure(
      "sql",
      "a question in SQL begins with `select`, `with` or `values`: the index is only read",
    );
  const end = words.find((word) => word.text === ";");
  const after = end === undefined ? undefined : words.find((word) => word.at > end.at);
  if (after !== undefined && after.text !== ";")
    throw new Failure(
      "sql",
      `one statement at a time: \`${printable(after.text)}\` begins a second one`,
    );
  const refused = words.find((word) => REFUSED.test(word.text));
  if (refused !== undefined)
    throw new Failure(
      "sql",
      `\`${printable(refused.text)}\` is not for questions: the index is only read`,
    );
  return end === undefined ? text : text.slice(0, end.at);
}

/** Words and semicolons outside of texts and comments; quoted names count as words. */
function wordsOf(sql: string): readonly { readonly text: string; readonly at: number }[] {
  const token =
    /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|"((?:[^"]|"")*)(?:"|$)|`((?:[^`]|``)*)(?:`|$)|\[([^\]]*)(?:\]|$)|([A-Za-z_]\w*|;|[^\s])/g;
  return [...sql.matchAll(token)].flatMap((match) => {
    const text = match[1] ?? match[2] ?? match[3] ?? match[4];
    return text === undefined ? [] : [{ text, at: match.index }];
  });
}
