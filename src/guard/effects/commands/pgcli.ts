// pgcli, mycli, litecli and iredis: clients of databases for people, told what the plain ones are told.
import { literal } from "../../shell/text.ts";
import { type CommandModel, command } from "../command-model.ts";

const PLAIN: Readonly<Record<string, string>> = {
  pgcli: "psql",
  mycli: "mysql",
  litecli: "sqlite3",
  iredis: "redis-cli",
};

export const pgcli: CommandModel = command({
  names: Object.keys(PLAIN),
  optionsEnd: "own",
  options: {},
  effects: ({ name, args, stdin }) => [
    { kind: "run", argv: [literal(PLAIN[name] ?? "psql"), ...args], stdin },
  ],
});
