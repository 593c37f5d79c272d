// turso, neonctl and pscale: hosted databases, which are looked at, opened, branched and deleted.
import { literal, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  prints,
  reads,
} from "../model/command-model.ts";
import { madeOf } from "../model/filter.ts";
import { databaseEffect, readSql } from "../languages/evaluation/sql.ts";
import { operandsOf } from "../projects/project-program.ts";
import { effect, namedFiles, toAccount } from "../model/verbs.ts";

const ASKS =
  /^(?:list|ls|show|get|inspect|usage|locations|status|whoami|me|schema-diff|diff|version|help|ping|locations|dumps|regions|switch --help)$/;
/** What opens the database is printed. */
const SECRETS = /^(?:tokens?|password|connection-string|cs|auth|service-token|api-tokens)$/;

export const turso: CommandModel = command({
  names: ["turso", "neonctl", "neon", "pscale", "xata", "tinybird", "tb"],
  optionsEnd: "own",
  options: {},
  effects: ({ name, args, stdin }, context): readonly Consequence[] => {
    const words = args.map((word) => textOf(word));
    if (words.every((word) => /^(?:--version|-v|--help|-h|version|help)$/.test(word ?? "?")))
      return [];
    const operands = operandsOf(words);
    const found = [...namedFiles(args, context), toAccount(), prints(madeOf([[]]))];
    if (
      operands.slice(0, 2).some((word) => SECRETS.test(word)) &&
      operands.some((word) => /^(?:create|show|get|token|connection-string|cs|rotate)$/.test(word))
    )
      return [...found, reads(literal(`${context.home}/.config/${name}/credentials.json`))];
    if (operands.includes("shell") || operands.includes("sql") || operands.includes("psql")) {
      // A statement is a word with a space in it; other words are names.
      const statements = args.filter((word) => /\s/.test(textOf(word) ?? " "));
      const code = [...statements, ...(stdin ?? [])]
        .map((word) => textOf(word) ?? "drop table x")
        .join(";");
      return [...found, ...databaseEffect(readSql(code, "sqlite").data)];
    }
    return words.includes(undefined) || !operands.slice(0, 3).some((word) => ASKS.test(word))
      ? [
          ...found,
          effect<"deploy">({
            kind: "deploy",
            system: "database",
            operation: operands.slice(0, 3).join(" ").slice(0, 80),
          }),
        ]
      : found;
  },
});
