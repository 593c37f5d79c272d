// duckdb, clickhouse-client, cqlsh, sqlplus and other clients that take statements: what these do to the data.
import { EMPTY, literal, sourcesOf, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { databaseEffect } from "../languages/evaluation/sql-shell-commands.ts";
import { readSql, unknownSql } from "../languages/evaluation/sql.ts";
import { flags, taking } from "../model/option-list.ts";

export const duckdb: CommandModel = command({
  names: [
    "duckdb",
    "clickhouse-client",
    "cqlsh",
    "sqlplus",
    "mysqlsh",
    "cypher-shell",
    "sqlcmd",
    "usql",
    "trino",
    "snowsql",
    "bqsh",
    "spanner-cli",
    "mssql-cli",
    "beeline",
    "impala-shell",
    "spark-sql",
    "hive",
    "presto",
    "vsql",
    "nzsql",
    "hdbsql",
    "isql",
  ],
  options: {
    about: flags("--help --version -help -version"),
    code: taking("cqeQ", "--query --execute -cmd --command"),
    file: taking("f", "--file --queries-file -init --init -i"),
    host: taking("h", "--host -H --address"),
    output: taking("o", "--output"),
    readOnly: flags("-readonly --readonly"),
    named: taking(
      "updsaU",
      "--user --password --port --database --format --username --dbname --keyspace --server --schema --catalog --warehouse --role -separator -newline -nullvalue",
    ),
    style: flags(
      "SmnbtvkNLC",
      "--sql --js --py --json -json -csv -line -list -markdown -column -box -table -html -ascii -bail -batch -echo -header -noheader -interactive -unsigned -quote --multiquery --multiline --secure --no-align --tuples-only --quiet --verbose --time --progress --echo --ssl --fail-fast --non-interactive",
    ),
  },
  effects: ({ name, operands, has, values: valuesOf, stdin }, context) => {
    if (has("about")) return [];
    const found: Consequence[] = [
      ...valuesOf("file").map((path) => reads(path)),
      ...valuesOf("output").map((path) => writes(path, "create")),
    ];
    const isFileDatabase = name === "duckdb";
    const [database, ...rest] = operands;
    const memory = /^(?::memory:)?$/.test(textOf(database ?? []) ?? "?");
    const statements = [
      ...valuesOf("code"),
      ...valuesOf("file").flatMap((path) => context.contentOf(path)),
      ...(isFileDatabase ? rest : operands.filter((word) => /\s/.test(textOf(word) ?? " "))),
    ];
    const texts: readonly Text[] = statements.length > 0 ? statements : (stdin ?? EMPTY);
    let data: "looks" | "changes" | "destroys" = "looks";
    for (const text of texts) {
      const reading = readSql(
        text.map((piece) => (piece.kind === "text" ? piece.text : " ")).join(""),
        isFileDatabase ? "sqlite" : "mysql",
      );
      const isGraph =
        name === "cypher-shell" &&
        /\b(?:delete|remove|drop|set|create|merge|load|call)\b/i.test(textOf(text) ?? "delete");
      found.push(...reading.consequences, ...unknownSql(text), ...filesIn(text, isFileDatabase));
      if (isGraph || reading.data === "destroys") data = "destroys";
      else if (reading.data === "changes" && data === "looks") data = "changes";
    }
    if (isFileDatabase) {
      if (database !== undefined && !memory)
        found.push(
          reads(database),
          ...(has("readOnly")
            ? []
            : [writes(database, "change"), writes([...database, ...literal(".wal")], "create")]),
        );
      if (data === "destroys" && database !== undefined && !memory)
        found.push(...databaseEffect(data));
    } else {
      found.push(...databaseEffect(data));
      const carries = [{ kind: "argument" } as const, ...sourcesOf(texts)];
      const hosts = [
        ...valuesOf("host"),
        ...(name === "cqlsh" ? operands.slice(0, 1) : []),
        ...operands.flatMap((word) => (/:\/\//.test(textOf(word) ?? "") ? [word] : [])),
        ...operands.flatMap((word) => {
          const host = /@(?:\/\/)?([\w.-]+)/.exec(textOf(word) ?? "")?.[1];
          return host === undefined || /:\/\//.test(textOf(word) ?? "") ? [] : [literal(host)];
        }),
      ];
      for (const url of hosts) found.push({ kind: "contacts", url, scheme: "sql", carries });
    }
    return [...found, prints(madeOf([texts.flat()]))];
  },
});

/** Statements of duckdb name files as if they were tables, and fetch addresses too. */
function filesIn(text: Text, isFileDatabase: boolean): readonly Consequence[] {
  const known = textOf(text);
  if (known === undefined || !isFileDatabase) return [];
  return [...known.matchAll(/(\bto\s+)?'([^']*[./][^']*)'/gi)]
    .slice(0, 64)
    .map(([, to, name = ""]) =>
      /^(?:https?|s3|gs|az|hf):\/\//.test(name)
        ? { kind: "contacts", url: literal(name), scheme: "https", carries: [{ kind: "argument" }] }
        : to === undefined
          ? reads(literal(name))
          : writes(literal(name), "create"),
    );
}
