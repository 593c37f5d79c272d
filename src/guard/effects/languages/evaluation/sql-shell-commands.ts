// Commands of the shells of databases: `.read`, `\copy`, `source` and what they do to files and programs.
import { literal } from "../../../shell/values/text.ts";
import { type Consequence } from "../../model/command-model.ts";
import { reads, writes } from "../../model/consequences.ts";
import { shellRuns } from "../../model/shell-code.ts";
import type { SqlReading, Dialect } from "./sql-statements.ts";

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

/**
 * What a command of a database's shell does. `readStatements` reads what a command of SQLite's shell is given as SQL.
 */
export function commandOf(
  line: string,
  dialect: Dialect,
  readStatements: (text: string) => SqlReading,
): readonly Consequence[] {
  const [, name = "", rest = ""] = /^[.\\]?(!|\w+\+?)\s*(.*)$/s.exec(line) ?? [];
  const unknown: Consequence = {
    kind: "unknown",
    reason: "unmodelled",
    detail: `a command of the database's shell that sallyport does not know: \`${name.slice(0, 20)}\``,
  };
  const command = { name, rest, unknown };
  return dialect === "sqlite" ? sqliteCommand(command, readStatements) : serverCommand(command);
}

/** A command by its name, with the words behind it, and what is said of it where it is not known. */
type ShellCommand = {
  readonly name: string;
  readonly rest: string;
  readonly unknown: Consequence;
};

function sqliteCommand(
  { name, rest, unknown }: ShellCommand,
  readStatements: (text: string) => SqlReading,
): readonly Consequence[] {
  const args = rest.trim().split(/\s+/);
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
    return [...readStatements(`select ${given.slice(2).join(" ")}`).consequences];
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

/** A command of the shells of PostgreSQL and MySQL. */
function serverCommand({ name, rest, unknown }: ShellCommand): readonly Consequence[] {
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
