// pg_ctl, initdb, pgbench and others: servers of databases on this machine, their files and their load.
import { literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command, writes } from "../model/command-model.ts";
import { databaseEffect } from "../languages/evaluation/sql.ts";
import { optionValues } from "../model/option-list.ts";
import { effect, namedFiles } from "../model/verbs.ts";

const LOOKS = /^(?:--version|-V|--help|-\?|status)$/;
/** Programs that make or change the files of a server. */
const ON_FILES =
  /^(?:initdb|pg_basebackup|pg_resetwal|pg_upgrade|pg_rewind|mysqld|mysql_install_db|mariadb-install-db|pg_createcluster|pg_dropcluster)$/;

export const pgCtl: CommandModel = command({
  names: [
    "pg_ctl",
    "pg_ctlcluster",
    "initdb",
    "pgbench",
    "pg_basebackup",
    "pg_resetwal",
    "pg_upgrade",
    "pg_rewind",
    "postgres",
    "mysqld",
    "mysql_install_db",
    "mariadb-install-db",
    "pg_createcluster",
    "pg_dropcluster",
    "redis-server",
    "mongod",
    "redis-benchmark",
  ],
  optionsEnd: "own",
  options: {},
  effects: ({ name, args }, context) => {
    const words = args.map((word) => textOf(word));
    if (words.some((word) => LOOKS.test(word ?? "")) && !words.includes(undefined)) return [];
    const places = optionValues(args, "-D", "--pgdata", "--datadir", "--dbpath", "-d", "--dir");
    const hosts = optionValues(args, "-h", "--host");
    return [
      ...namedFiles(args, context),
      effect<"execute">({ kind: "execute", program: name, origin: "system", reach: "unbounded" }),
      ...(ON_FILES.test(name)
        ? (places.length > 0 ? places : [literal("/var/lib/postgresql")]).map((path) =>
            writes(path, "change", { reach: "tree" }),
          )
        : []),
      ...(name.startsWith("pg_ctl")
        ? [effect<"deploy">({ kind: "deploy", system: "services", operation: name })]
        : []),
      ...hosts.map(
        (url): Consequence => ({
          kind: "contacts",
          url,
          scheme: "sql",
          carries: [{ kind: "argument" }],
        }),
      ),
      ...(name === "pgbench" || name === "redis-benchmark" ? databaseEffect("changes") : []),
      ...(/^pg_(?:dropcluster|resetwal)$/.test(name) ? databaseEffect("destroys") : []),
    ];
  },
});
