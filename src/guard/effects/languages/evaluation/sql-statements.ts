// Statements of SQL, read lightly: which only look, which change or destroy data, which reach out of the database.
import { literal } from "../../../shell/values/text.ts";
import { type Consequence } from "../../model/command-model.ts";
import { reads, writes } from "../../model/consequences.ts";
import { shellRuns } from "../../model/shell-code.ts";
import { words } from "./tokens.ts";

export type Dialect = "sqlite" | "psql" | "mysql";

/** What a text of SQL does to the data, and what else it does to the world. */
export type SqlReading = {
  readonly data: "looks" | "changes" | "destroys";
  readonly consequences: readonly Consequence[];
};

const LOOKING = words(
  "select explain show describe desc values table with use analyze begin commit rollback end start set pragma help fetch declare close listen",
);
/** Functions that do nothing outside the query. */
const HARMLESS = words(
  "abs avg cast ceil char_length coalesce concat concat_ws count cume_dist current_date date date_part date_trunc datediff datetime dense_rank exists extract first_value floor format generate_series greatest group_concat hex if iif ifnull in instr interval json json_array json_each json_extract json_group_array json_object julianday lag last_value lead least left length like ln log lower lpad ltrim max md5 min mod now nullif over partition percentile_cont pi position power printf quote random rank regexp_replace replace reverse right round row_number rpad rtrim sign split_part sqrt strftime string_agg substr substring sum time timestamp to_char to_date total trim trunc typeof unicode upper using uuid version array_agg jsonb_agg json_agg row_to_json to_json any all some as and or on from where by values key index references check unique primary varchar char decimal numeric int current_database current_user current_schema pg_size_pretty pg_total_relation_size pg_relation_size pg_database_size pg_table_size sqlite_version table_info index_list foreign_key_list user database schema read_csv read_csv_auto read_json read_json_auto read_parquet read_text glob unnest list_value struct_pack strptime summarize sniff_csv",
);
/** Functions that read or write files, or run code, on the side of the database. */
const REACHING =
  /^(load_file|load_extension|readfile|writefile|edit|fts3_tokenizer|pg_read_file|pg_read_binary_file|pg_ls_dir|lo_import|lo_export|dblink\w*|pg_file_write|sys_exec|sys_eval|pg_terminate_backend|pg_reload_conf|xp_cmdshell|fsdir)$/;

type Token = { readonly kind: "word" | "string" | "op"; readonly text: string };

const OTHERS_PATTERN =
  /--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$|'((?:[^']|'')*)'|"((?:[^"]|"")*)"|`([^`]*)`|[A-Za-z_][\w$.]*|\d[\w.]*|[\s]+|[\s\S]/g;
const MYSQL_PATTERN =
  /--(?=\s)[^\n]*|#[^\n]*|\/\*(?!!)[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$|'((?:[^'\\]|''|\\[\s\S])*)'|"((?:[^"\\]|""|\\[\s\S])*)"|`([^`]*)`|[A-Za-z_][\w$.]*|\d[\w.]*|[\s]+|[\s\S]/g;

/** The statements of a text, each as its tokens. */
export function statements(text: string, dialect: Dialect): readonly (readonly Token[])[] {
  const all: Token[][] = [[]];
  for (const found of text.matchAll(dialect === "mysql" ? MYSQL_PATTERN : OTHERS_PATTERN)) {
    const [piece] = found;
    if (/^\s|^--|^#.|^\/\*(?!!)/.test(piece) && piece.length > 0 && piece !== "--") continue;
    if (piece === ";") all.push([]);
    else if (piece.startsWith("'"))
      all[all.length - 1]?.push({ kind: "string", text: (found[2] ?? "").replaceAll("''", "'") });
    else if (piece.startsWith("$") && piece.length > 1)
      all[all.length - 1]?.push({ kind: "op", text: "$$" });
    else if (/^["`]/.test(piece)) all[all.length - 1]?.push({ kind: "op", text: "identifier" });
    else
      all[all.length - 1]?.push({
        kind: /^[A-Za-z_]/.test(piece) ? "word" : "op",
        text: piece.toLowerCase(),
      });
  }
  return all.filter((statement) => statement.length > 0);
}

/** What one statement does. */
export function oneStatement(tokens: readonly Token[]): SqlReading {
  const first = tokens[0]?.text ?? "";
  const called = functionsOf(tokens, first);
  if (first === "copy") return copyStatement(tokens, called.consequences);
  const consequences: Consequence[] = [...called.consequences];
  let unclear = called.unclear;
  if (first === "load" || first === "attach" || first === "vacuum" || first === "backup") {
    const file = tokens.find((token) => token.kind === "string");
    if (file !== undefined) {
      const path = literal(placeOfUri(file.text));
      consequences.push(reads(path), ...(first === "load" ? [] : [writes(path, "change")]));
    } else if (first === "load" || first === "attach") unclear = true;
  }
  if (
    first === "do" ||
    first === "call" ||
    first === "execute" ||
    first === "prepare" ||
    first === "$$" ||
    tokens.some((token) => token.text === "!" && first === "/")
  )
    unclear = true;
  if (unclear)
    consequences.push({
      kind: "unknown",
      reason: "unmodelled",
      detail: "a function or procedure of the database that sallyport does not know",
    });
  return { data: changeOf(tokens, first), consequences };
}

/** What functions and files that a statement names do, and whether one of them may do more. */
function functionsOf(
  tokens: readonly Token[],
  first: string,
): { readonly consequences: readonly Consequence[]; readonly unclear: boolean } {
  const consequences: Consequence[] = [];
  let unclear = false;
  tokens.forEach((token, at) => {
    const next = tokens[at + 1];
    // `EXPLAIN (ANALYZE, BUFFERS) ...` has its options in brackets.
    const isCall =
      token.kind === "word" && next?.text === "(" && !(at === 0 && first === "explain");
    const name = token.text.split(".").pop() ?? "";
    const argument = tokens[at + 2];
    // A name in quotes is a function too.
    if (
      token.text === "identifier" &&
      next?.text === "(" &&
      LOOKING.has(first) &&
      !isRelation(tokens, at)
    )
      unclear = true;
    if (isCall && REACHING.test(name)) {
      if (argument?.kind === "string")
        consequences.push(
          reads(literal(argument.text)),
          ...(/write|export/.test(name) ? [writes(literal(argument.text), "create")] : []),
        );
      unclear = true;
    } else if (isCall && !HARMLESS.has(name) && LOOKING.has(first) && !isRelation(tokens, at))
      unclear = true;
    if (token.text === "outfile" || token.text === "dumpfile") {
      if (next?.kind === "string") consequences.push(writes(literal(next.text), "create"));
      else unclear = true;
    }
  });
  return { consequences, unclear };
}

/** `COPY`, of a table from or to a file or a program. */
function copyStatement(tokens: readonly Token[], called: readonly Consequence[]): SqlReading {
  const consequences: Consequence[] = [...called];
  const last = tokens.findIndex((token) => token.text === "to" || token.text === "from");
  const [where, program] = [tokens[last + 1], tokens[last + 2]];
  if (where?.text === "program") {
    consequences.push(
      ...(program?.kind === "string"
        ? shellRuns(program.text)
        : [
            {
              kind: "unknown",
              reason: "dynamic-code",
              detail: "a program that COPY runs",
            } as const,
          ]),
    );
  } else if (where?.kind === "string")
    consequences.push(
      tokens[last]?.text === "to"
        ? writes(literal(where.text), "create")
        : reads(literal(where.text)),
    );
  return { data: tokens[last]?.text === "from" ? "changes" : "looks", consequences };
}

/** What a statement does to the data. */
function changeOf(tokens: readonly Token[], first: string): SqlReading["data"] {
  const has = (word: string): boolean =>
    tokens.some((token) => token.kind === "word" && token.text === word);
  const destroys =
    /^(drop|truncate)$/.test(first) ||
    (has("delete") && has("from") && !isLimited(tokens)) ||
    (first === "update" && !isLimited(tokens)) ||
    (first === "pragma" && has("writable_schema") && tokens.some(({ text }) => text === "=")) ||
    (first === "alter" && has("drop"));
  if (destroys) return "destroys";
  const changes =
    !LOOKING.has(first) ||
    ["insert", "update", "delete", "into", "merge", "create", "alter"].some(
      (word) => has(word) && !isQuietPragma(first),
    );
  // A setting of the whole server outlives the session.
  if (first === "set" && /^(?:global|persist|persist_only)$/.test(tokens[1]?.text ?? ""))
    return "changes";
  const pragma = first === "pragma" && tokens.some((token) => token.text === "=");
  return changes || pragma ? "changes" : "looks";
}

/** The path of `file:data.db?mode=ro`, whose percent signs stand for characters; a plain name is the path itself. */
export function placeOfUri(name: string): string {
  const uri = /^file:(?:\/\/(?:localhost)?(?=\/))?([^?#]*)/i.exec(name)?.[1];
  return (
    uri?.replace(/%([0-9a-f]{2})/gi, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    ) ?? name
  );
}

/** Whether a condition keeps a statement from all rows; one that begins with a number or `true` holds for each of them. */
function isLimited(tokens: readonly Token[]): boolean {
  const at = tokens.findIndex(({ kind, text }) => kind === "word" && text === "where");
  const [first = "1", compared = "", value = ""] = tokens
    .slice(at + 1, at + 5)
    .map(({ text }) => text);
  return (
    at >= 0 &&
    !/^(?:\d[\w.]*|true|not)$/.test(first) &&
    // Conditions that nearly every row meets: `id > 0`, `id is not null`.
    !(/^(?:>|<|!)$/.test(compared) && /^(?:0|=|>|-)$/.test(value)) &&
    !(compared === "is" && value === "not")
  );
}

function isQuietPragma(first: string): boolean {
  return first === "pragma" || first === "show" || first === "describe";
}

/** A name in front of a bracket that is a table and its columns, not a function. */
function isRelation(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1]?.text ?? "";
  return (
    /^(into|table|index|on|join|from|with|as|view|,)$/.test(before) &&
    before !== "from" &&
    before !== ","
  );
}
