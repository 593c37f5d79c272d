// sqlite3: statements and dot commands over a database file.
import { EMPTY, type Text, hole, literal, sourcesOf, textOf } from "../../shell/values/text.ts";
import { HERE, unpacksInto } from "../bytes/archive.ts";
import {
  type CommandModel,
  type Consequence,
  type ModelContext,
  command,
  flag,
  valued,
} from "../model/command-model.ts";
import { deletes, prints, reads, writes } from "../model/consequences.ts";
import { databaseEffect } from "../languages/evaluation/sql-shell-commands.ts";
import { placeOfUri } from "../languages/evaluation/sql-statements.ts";
import { readSql, unknownSql } from "../languages/evaluation/sql.ts";

/** Options are spelled with one dash or two. */
function both(text: string): string[] {
  return text.split(" ").flatMap((name) => [`-${name}`, `--${name}`]);
}

export const sqlite3: CommandModel = command({
  names: ["sqlite3"],
  options: {
    command: valued(...both("cmd")),
    init: valued(...both("init")),
    readonly: flag(...both("readonly")),
    archive: flag("-A", ...both("archive")),
    values: valued(
      ...both("separator nullvalue newline mmap pagecache lookaside maxsize nonce vfs heap"),
    ),
    style: flag(
      ...both(
        "append ascii bail batch box column csv echo help html interactive json line list markdown noheader header memtrace multiplex nofollow quote safe stats table tabs version deserialize unsafe-testing",
      ),
    ),
  },
  effects: ({ args, operands, has, values, stdin }, context) => {
    if (has("archive")) return archived(args, context);
    const [named, ...statements] = operands;
    const database = named === undefined ? undefined : fileOfUri(named);
    const found: Consequence[] = [];
    const startup = literal(`${context.home}/.sqliterc`);
    const started = values("init").map((file) => context.textAt(file));
    found.push(...values("init").map((file) => reads(file)));
    if (started.some((one) => one.length === 0 || one.some((text) => textOf(text) === undefined)))
      found.push({
        kind: "unknown",
        reason: "dynamic-code",
        detail: "commands of sqlite3 read from a file",
      });
    if (values("init").length === 0 && context.isFile(startup)) found.push(reads(startup));
    const texts: readonly Text[] = [
      ...started.flat().filter((text) => textOf(text) !== undefined),
      ...values("command"),
      ...(statements.length > 0 ? statements : (stdin ?? EMPTY)),
    ];
    const name = named === undefined ? undefined : textOf(named);
    const isAsked = texts.length > 0 && texts.every(onlyAsks);
    if (database !== undefined && name !== ":memory:" && name !== "") {
      found.push(reads(database));
      const isLeft = has("readonly") || name?.includes("mode=ro") === true;
      // WHY the file must be there and no journal beside it: what is missing is made, and what was left open is brought to an end.
      if (!isLeft && !(isAsked && context.isFile(database) && isAtRest(database, context)))
        found.push(writes(database, "change"), ...journals(database, context));
    }
    for (const text of texts) {
      const { data, consequences } = readSql(
        text.map((piece) => (piece.kind === "text" ? piece.text : " ")).join(""),
        "sqlite",
      );
      found.push(...consequences, ...unknownSql(text));
      if (data === "destroys" && database !== undefined) found.push(...databaseEffect(data));
    }
    const sources = [
      ...sourcesOf(database === undefined ? [] : context.contentOf(database)),
      ...sourcesOf(texts),
    ];
    return [...found, prints([[hole("unmodelled", { sources })]])];
  },
});

/** Dot commands that tell of the database, or how what is found is printed. */
const TELLS =
  /^\s*\.(?:tables|schema|fullschema|indexes|indices|databases|dbinfo|mode|headers?|width|nullvalue|separator|stats|show|timer|echo|bail|help|version|quit|exit|limit)\b[^|]*$/;

/** Whether SQL or dot commands certainly only ask: what any other word of SQL does, they do not say. */
function onlyAsks(text: Text): boolean {
  const known = textOf(text);
  if (known === undefined) return false;
  const lines = known.split("\n").filter((line) => line.trim() !== "");
  const dots = lines.filter((line) => line.trim().startsWith("."));
  if (!dots.every((line) => TELLS.test(line))) return false;
  const sql = lines.filter((line) => !line.trim().startsWith(".")).join("\n");
  const isPlain = !/--|\/\*/.test(sql);
  const words =
    /\b(?:insert|update|delete|replace|create|drop|alter|attach|detach|vacuum|reindex|analyze|begin|commit|savepoint|release|rollback|end|load_extension|writefile|readfile|edit|fts\w*)\b/i;
  return (
    isPlain &&
    !words.test(sql) &&
    sql
      .split(";")
      .every(
        (one) =>
          /^\s*(?:(?:select|with|values|explain)\b|$)/i.test(one) ||
          /^\s*pragma\s+(?:table_x?info|table_list|index_x?info|index_list|foreign_key_list|database_list|compile_options)\s*(?:\([\w"'.]*\))?\s*$/i.test(
            one,
          ),
      )
  );
}

/** Whether certainly no journal lies beside the database. */
function isAtRest(database: Text, context: ModelContext): boolean {
  return ["-journal", "-wal", "-shm"].every((suffix) =>
    context.isMissing([...database, ...literal(suffix)]),
  );
}

/** `-A` and words as of tar: what is packed is read, what is unpacked may lie anywhere below. */
function archived(args: readonly Text[], context: ModelContext): readonly Consequence[] {
  const at = args.findIndex((word) => /^-A|^--?archive$/.test(textOf(word) ?? ""));
  const words = args.slice(at + 1);
  const letters = [args[at] ?? [], ...words]
    .map((word) => textOf(word) ?? "")
    .filter((word, index) => word.startsWith("-") || index === 1)
    .join(" ");
  const files = words.filter((word) => textOf(word)?.startsWith("-") !== true);
  const content = files.slice(0, 1).flatMap((path) => context.contentOf(path));
  return [
    ...files.map((path) => reads(path, "tree")),
    ...(/[cui]/.test(letters) ? files.slice(0, 1).map((path) => writes(path, "change")) : []),
    ...(/x/.test(letters) ? [unpacksInto(HERE, content)] : []),
    prints([[hole("unmodelled", { sources: sourcesOf(files) })]]),
  ];
}

/** The file that `file:data.db?mode=ro` names, where a database may be named so. */
function fileOfUri(named: Text): Text {
  const text = textOf(named);
  return text?.startsWith("file:") === true ? literal(placeOfUri(text)) : named;
}

/** Files beside the database that come and go with a change: those that were there before are lost with it. */
function journals(database: Text, context: ModelContext): readonly Consequence[] {
  // Which of them there are is written inside of the database.
  const any = [...database, hole("unmodelled", { splits: false, like: "-*" })];
  const there = ["-journal", "-wal", "-shm"]
    .map((suffix) => [...database, ...literal(suffix)])
    .filter((path) => !context.isMissing(path));
  return [writes(any, "create"), ...there.map((path) => deletes(path, "entry"))];
}
