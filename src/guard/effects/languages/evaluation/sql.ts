// SQL and the commands of its shells, read lightly: what only looks, what changes or destroys data, what leaves the database.
import { PROGRAM_CHARS_MAX } from "#base/limits.ts";
import { literal, sourcesOf, textOf } from "../../../shell/values/text.ts";
import type { Text } from "../../../shell/values/text.ts";
import { type Consequence, reads, writes } from "../../model/command-model.ts";
import { isLoopback, parseDestination } from "../../network/destination.ts";
import { shellRuns } from "./shell-code.ts";
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

/** Reads a text as the shell of a dialect does. */
export function readSql(text: string, dialect: Dialect): SqlReading {
  const consequences: Consequence[] = [];
  if (text.length > PROGRAM_CHARS_MAX) {
    return {
      data: "changes",
      consequences: [
        { kind: "unknown", reason: "budget", detail: "SQL that is too long to be read" },
      ],
    };
  }
  const rest: string[] = [];
  for (const line of text.split("\n")) {
    const trimmed = line.trim();
    const isCommand =
      dialect === "sqlite"
        ? trimmed.startsWith(".")
        : dialect === "psql"
          ? trimmed.startsWith("\\")
          : /^(\\[!.TtPs]|source|system|tee|pager)\b|^\\!/i.test(trimmed);
    if (isCommand) consequences.push(...commandOf(trimmed, dialect));
    else rest.push(line);
  }
  let data: SqlReading["data"] = "looks";
  const body = rest.join("\n");
  // A command of the shell may also follow a statement on the same line.
  if (dialect !== "sqlite") {
    for (const found of withoutTexts(body).matchAll(
      /\\(!|gexec|gset|gx|copy|watch|out|o|g|w|ir|i|set)\s*([^\n]*)/g,
    ))
      consequences.push(...commandOf(`\\${found[1] ?? ""} ${found[2] ?? ""}`, dialect));
  }
  // Texts with escapes of their own, and comments inside comments, may end elsewhere than they seem to.
  if (dialect !== "mysql" && /\b[eu]&?'|\/\*(?:(?!\*\/)[\s\S])*\/\*/i.test(body))
    consequences.push({
      kind: "unknown",
      reason: "unmodelled",
      detail: "SQL whose texts may end elsewhere than they seem to",
    });
  for (const statement of statements(body, dialect)) {
    const found = oneStatement(statement);
    consequences.push(...found.consequences);
    if (found.data === "destroys" || (found.data === "changes" && data === "looks"))
      data = found.data;
  }
  return { data, consequences };
}

/** The effect on a database that others use. */
export function databaseEffect(data: SqlReading["data"]): readonly Consequence[] {
  if (data === "looks") return [];
  return [
    {
      kind: "effect",
      effect: {
        kind: "deploy",
        system: "database",
        operation: data === "destroys" ? "destroy-data" : "change-data",
      },
    },
  ];
}

/**
 * A text that is not known: anything may be in it. What a file of statements holds, unchanged, is code of the project or
 * of whoever wrote the file.
 */
export function unknownSql(text: Text): readonly Consequence[] {
  if (textOf(text) !== undefined) return [];
  const [only, ...others] = text;
  const sources = sourcesOf([text]);
  if (
    only?.kind === "hole" &&
    others.length === 0 &&
    only.reason === "dynamic-code" &&
    sources.length > 0 &&
    sources.every(({ kind }) => kind === "file")
  )
    return [
      {
        kind: "effect",
        effect: { kind: "execute", program: "SQL", origin: "project", reach: "unbounded" },
      },
    ];
  return [{ kind: "unknown", reason: "dynamic-code", detail: "SQL that is not known" }];
}

/** What statements do that a client sends to a server; `host`: where that is. */
export function sentStatements(
  texts: readonly Text[],
  dialect: Dialect,
  host: Text | undefined,
): readonly Consequence[] {
  return texts.flatMap((text) => {
    const known = text.map((piece) => (piece.kind === "text" ? piece.text : " ")).join("");
    const { consequences, data } = readSql(known, dialect);
    return [...consequences, ...unknownSql(text), ...serverEffect(text, data, host)];
  });
}

/**
 * What happens on a server to which `text` is sent: what is not known of it may change the data. `host`: where the server
 * is; a file of statements that goes to one elsewhere is there to change it.
 */
function serverEffect(
  text: Text,
  data: SqlReading["data"],
  host: Text | undefined,
): readonly Consequence[] {
  const isFar =
    host !== undefined &&
    !/^[/@]|^$/.test(textOf(host) ?? "x") &&
    !isLoopback(parseDestination(host, "tcp").host ?? "");
  const isUnknown = unknownSql(text).some(({ kind }) => kind === "unknown" || isFar);
  return databaseEffect(isUnknown && data === "looks" ? "changes" : data);
}

function withoutTexts(text: string): string {
  return text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, "''");
}

const OTHERS_PATTERN =
  /--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$|'((?:[^']|'')*)'|"((?:[^"]|"")*)"|`([^`]*)`|[A-Za-z_][\w$.]*|\d[\w.]*|[\s]+|[\s\S]/g;
const MYSQL_PATTERN =
  /--(?=\s)[^\n]*|#[^\n]*|\/\*(?!!)[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$|'((?:[^'\\]|''|\\[\s\S])*)'|"((?:[^"\\]|""|\\[\s\S])*)"|`([^`]*)`|[A-Za-z_][\w$.]*|\d[\w.]*|[\s]+|[\s\S]/g;

function statements(text: string, dialect: Dialect): readonly (readonly Token[])[] {
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

function oneStatement(tokens: readonly Token[]): SqlReading {
  const consequences: Consequence[] = [];
  const has = (word: string): boolean =>
    tokens.some((token) => token.kind === "word" && token.text === word);
  const first = tokens[0]?.text ?? "";
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
  if (first === "copy") {
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
  const destroys =
    /^(drop|truncate)$/.test(first) ||
    (has("delete") && has("from") && !isLimited(tokens)) ||
    (first === "update" && !isLimited(tokens)) ||
    (first === "pragma" && has("writable_schema") && tokens.some(({ text }) => text === "=")) ||
    (first === "alter" && has("drop"));
  if (destroys) return { data: "destroys", consequences };
  const changes =
    !LOOKING.has(first) ||
    ["insert", "update", "delete", "into", "merge", "create", "alter"].some(
      (word) => has(word) && !isQuietPragma(first),
    );
  // A setting of the whole server outlives the session.
  if (first === "set" && /^(?:global|persist|persist_only)$/.test(tokens[1]?.text ?? ""))
    return { data: "changes", consequences };
  const pragma = first === "pragma" && tokens.some((token) => token.text === "=");
  return { data: changes || pragma ? "changes" : "looks", consequences };
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

/** A word of a shell's own command: a pipe runs a program, anything else is a file. */
function fileOrPipe(word: string, how: "reads" | "writes"): readonly Consequence[] {
  const plain = word.trim().replace(/^(['"])(.*)\1$/, "$2");
  if (plain === "" || plain === "stdout" || plain === "off") return [];
  if (plain.startsWith("|")) return shellRuns(plain.slice(1).trim());
  return how === "reads" ? [reads(literal(plain))] : [writes(literal(plain), "create")];
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** The words of a dot command: in quotes of either kind, of which the double ones know escapes, or up to white space. */
function dotWords(text: string): readonly string[] {
  return [...text.matchAll(/'([^']*)'?|"((?:\\[\s\S]|[^"\\])*)"?|(\S+)/g)].map(
    ([, single, double, plain]) =>
      double?.replace(/\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|[\s\S])/g, (_, code: string) => {
        if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
        return code.length > 1
          ? String.fromCharCode(Number.parseInt(code.slice(1), 16))
          : (ESCAPES[code] ?? code);
      }) ??
      single ??
      plain ??
      "",
  );
}

function commandOf(line: string, dialect: Dialect): readonly Consequence[] {
  const [, name = "", rest = ""] = /^[.\\]?(!|\w+\+?)\s*(.*)$/s.exec(line) ?? [];
  const args = rest.trim().split(/\s+/);
  const unknown: Consequence = {
    kind: "unknown",
    reason: "unmodelled",
    detail: `a command of the database's shell that sallyport does not know: \`${name.slice(0, 20)}\``,
  };
  if (dialect === "sqlite") {
    if (/^(shell|system)$/.test(name)) return shellRuns(rest.trim());
    // The shell accepts the beginning of a command's name.
    // What is shown next goes into a file for a spreadsheet, a browser or an editor, which is started at once.
    if (
      /^(?:ex(?:c(?:el?)?)?|www?)$/.test(name) ||
      (/^(?:output|once)$/.test(name) && args.some((word) => /^--?[xwe]$/.test(word)))
    )
      return [
        {
          kind: "run",
          argv: [literal(args.includes("-e") ? "editor" : "xdg-open"), literal("/tmp/etilqs.csv")],
        },
      ];
    // WHY also as they stand: which escapes there are differs between versions, and a pipe may go on behind its word.
    const given = dotWords(rest).filter((word) => !word.startsWith("-"));
    const asGiven = args.filter((word) => !word.startsWith("-")).join(" ");
    if (/^(output|once|log|trace)$/.test(name))
      return [
        ...fileOrPipe(asGiven, "writes"),
        ...given.slice(0, 1).flatMap((word) => fileOrPipe(word, "writes")),
      ];
    if (name === "read")
      return [
        ...fileOrPipe(rest, "reads"),
        ...given.slice(0, 1).flatMap((word) => fileOrPipe(word, "reads")),
        unknown,
      ];
    if (name === "import")
      return [
        ...given.slice(0, 1).flatMap((word) => fileOrPipe(word, "reads")),
        ...(rest.includes("\\") && !rest.includes('"') ? [unknown] : []),
      ];
    // What a parameter is set to is worked out as an expression.
    if (name === "parameter" && /^set\b/.test(rest.trim()))
      return [...readSql(`select ${given.slice(2).join(" ")}`, "sqlite").consequences];
    const file = literal(dotWords(rest).at(-1) ?? "");
    if (name === "restore") return [reads(file), ...databaseEffect("destroys")];
    if (name === "open") return [reads(file), writes(file, "change")];
    if (/^(backup|save|clone)$/.test(name)) return [writes(file, "create")];
    if (
      /^(tables|schema|mode|headers?|dump|databases|indexes|indices|width|separator|nullvalue|help|quit|exit|timer|stats|show|fullschema|explain|echo|bail|print|changes|eqp|limit|parameter|dbinfo|lint|version)$/.test(
        name,
      )
    )
      return [];
    return [unknown];
  }
  if (name === "!" || /^system$/i.test(name)) return shellRuns(rest.trim());
  // Text between backticks in a command of the shell is run.
  const ticked = [...rest.matchAll(/`([^`]*)`/g)].flatMap((found) => [
    ...shellRuns(found[1] ?? ""),
  ]);
  if (ticked.length > 0) return [...ticked, unknown];
  // What the query gives is run as statements.
  if (name === "gexec") return [unknown, ...databaseEffect("changes")];
  if (/^(o|out|w|write|tee|T)$/.test(name)) return fileOrPipe(rest, "writes");
  if (/^g[x]?$/.test(name)) return rest === "" ? [] : fileOrPipe(rest, "writes");
  if (/^(i|ir|include|include_relative|source|\.)$/.test(name))
    return [...fileOrPipe(rest, "reads"), unknown];
  if (name === "copy") {
    const found = /\b(from|to)\s+(program\s+)?('[^']*'|\S+)/i.exec(rest);
    const target = found?.[3]?.replace(/^'|'$/g, "") ?? "";
    if (found === null) return [unknown];
    if (found[2] !== undefined) return shellRuns(target.trim());
    return /^(stdin|stdout|pstdin|pstdout)$/i.test(target)
      ? []
      : fileOrPipe(target, found[1]?.toLowerCase() === "to" ? "writes" : "reads");
  }
  if (
    /^(d\w*\+?|l\+?|x|q|c|connect|conninfo|timing|pset|t|a|H|h|echo|encoding|dt|G|s|P|u)$/.test(
      name,
    )
  )
    return [];
  return [unknown];
}
