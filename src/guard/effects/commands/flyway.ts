// flyway, liquibase, alembic and other tools that bring a database to the state that the project describes.
import { textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { databaseEffect } from "../languages/evaluation/sql-shell-commands.ts";
import { liveDatabase } from "../services/shared-database.ts";
import { effect, namedFiles } from "../model/verbs.ts";

/** Verbs that empty a database, alone or with the word that says how far back to go. */
const DESTROYS =
  /^(?:drop|dropall|drop-all|dropdatabase|clean|reset|fresh|undo:all|rollback:all|db:drop|db:migrate:undo:all|undo-all|revert-all|force-reset)$/i;
const ALL = /^(?:base|zero|all|-all|--all|0|--target-version=0|--to=0)$/i;
const BACK =
  /^(?:downgrade|down|rollback|undo|revert|migrate:down|migrate:rollback|down-to|reset-to|--down|-d|--destination|--rollback)$/i;
/** A store goes back to what it was: the columns and tables that came since are gone, with what is in them. */
const TAKES_BACK =
  /^(?:downgrade|down|rollback|undo|revert|redo|rebase|reapply|uninstall|(?:migrations?|db|migrate|migration):(?:down|rollback|undo|redo|revert)|(?:down|rollback)-?to)$/i;
/** Nobody is asked, whatever the difference between the schemas drops; tables are changed while they are in use. */
const UNASKED = /^--?(?:auto-approve|accept-data-loss|purge)$/;
const LIVE_TABLES = /^(?:gh-ost|spirit|pt-)/;
const LOOKS = /^(?:--version|-V|version|--help|-h|help)$/;

export const flyway: CommandModel = command({
  names: [
    "flyway",
    "liquibase",
    "alembic",
    "dbmate",
    "goose",
    "sqlx",
    "migrate",
    "knex",
    "prisma",
    "sequelize",
    "sequelize-cli",
    "typeorm",
    "drizzle-kit",
    "atlas",
    "diesel",
    "sea-orm-cli",
    "sqitch",
    "migrate-mongo",
    "node-pg-migrate",
    "db-migrate",
    "umzug",
    "mikro-orm",
    "goose-cli",
    "tern",
    "rambler",
    "phinx",
    "doctrine-migrations",
    "bytebase",
    "skeema",
    "gh-ost",
    "pt-online-schema-change",
    "pt-archiver",
    "pt-table-sync",
    "spirit",
    "pgroll",
    "reshape",
    "graphile-migrate",
    "hasura",
    "evolve",
    "grate",
    "dbup",
    "roundhouse",
    "yuniql",
    "pyway",
    "migra",
    "schemahero",
    "soda",
  ],
  own: "a word that destroys counts in any place of any of 47 programs, as a verb, an option or a value",
  options: {},
  effects: ({ name, args }, context) => {
    const words = args.map((word) => textOf(word));
    if (words.length === 1 && LOOKS.test(words[0] ?? "?")) return [];
    const isBack = words.some((word) => word === undefined || BACK.test(word));
    const destroys =
      words.some((word) => UNASKED.test(word ?? "")) ||
      (words.includes("push") && words.includes("--force")) ||
      (LIVE_TABLES.test(name) && words.some((word) => /^--?execute$/.test(word ?? ""))) ||
      words.some((word) => TAKES_BACK.test(word ?? "")) ||
      (isBack && words.some((word) => word === undefined || ALL.test(word))) ||
      words.some((word) => word !== undefined && (DESTROYS.test(word) || word === "--force-reset"));
    return [
      ...namedFiles(args, context),
      // Migrations and settings are code of the project.
      effect<"execute">({
        kind: "execute",
        program: name,
        origin: "project",
        reach: "unbounded",
      }),
      ...(destroys ? databaseEffect("destroys") : []),
      ...liveDatabase(args, context),
    ];
  },
});
