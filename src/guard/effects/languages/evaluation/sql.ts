// SQL and the commands of its shells, read lightly: what only looks, what changes or destroys data, what leaves the database.
import { PROGRAM_CHARS_MAX } from "#base/limits.ts";
import { type Text, sourcesOf, textOf } from "../../../shell/values/text.ts";
import type { Consequence } from "../../model/command-model.ts";
import { isLoopback, parseDestination } from "../../network/destination.ts";
import { type Dialect, type SqlReading, oneStatement, statements } from "./sql-statements.ts";
import { commandOf, databaseEffect } from "./sql-shell-commands.ts";

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
    if (isCommand)
      consequences.push(...commandOf(trimmed, dialect, (given) => readSql(given, "sqlite")));
    else rest.push(line);
  }
  let data: SqlReading["data"] = "looks";
  const body = rest.join("\n");
  // A command of the shell may also follow a statement on the same line.
  if (dialect !== "sqlite") {
    for (const found of withoutTexts(body).matchAll(
      /\\(!|gexec|gset|gx|copy|watch|out|o|g|w|ir|i|set)\s*([^\n]*)/g,
    ))
      consequences.push(
        ...commandOf(`\\${found[1] ?? ""} ${found[2] ?? ""}`, dialect, (given) =>
          readSql(given, "sqlite"),
        ),
      );
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
