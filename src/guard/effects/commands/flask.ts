// flask, celery, airflow and other programs of Python applications: what they do to databases and queues besides running the project.
import { databaseEffect } from "../languages/evaluation/sql-shell-commands.ts";
import { liveDatabase } from "../services/shared-database.ts";
import { operandsOf, projectProgram } from "../projects/project-program.ts";
import { effect } from "../model/verbs.ts";

/** Words that empty a database or a queue, or take all migrations back. */
const DESTROYS =
  /\b(?:db (?:downgrade|drop(?:-all|_all)?|reset|clean)|purge|drop[-_]all|drop[-_]db|reset[-_]db|init-db --drop)\b/;

export const flask = projectProgram({
  names: [
    "flask",
    "celery",
    "airflow",
    "superset",
    "quart",
    "litestar",
    "aerich",
    "yoyo",
    "dagster",
    "prefect",
  ],
  more: ({ name, args, words }, context) => {
    const operands = operandsOf(words);
    const line = operands.join(" ");
    return [
      ...(DESTROYS.test(line) ||
      (/^(?:yoyo|aerich)$/.test(name) && /^(?:rollback|reapply|downgrade)/.test(line))
        ? databaseEffect("destroys")
        : []),
      ...(/\b(?:db|upgrade|downgrade|apply|rollback|migrate)\b/.test(line)
        ? liveDatabase(args, context)
        : []),
      ...(operands.includes("deploy")
        ? [effect<"deploy">({ kind: "deploy", system: name, operation: "deploy" })]
        : []),
    ];
  },
});
