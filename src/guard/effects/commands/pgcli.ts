// pgcli, mycli, litecli and iredis: clients of databases for people, told what the plain ones are told.
import { literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";

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
    {
      kind: "run",
      argv: [literal(PLAIN[name] ?? "psql"), ...args.map((word) => plain(name, word))],
      stdin,
    },
  ],
});

/** What runs statements and ends; the plain client of Postgres and of a file have another letter, or none, for it. */
function plain(name: string, word: Text): Text {
  return name === "pgcli" && /^(?:-e|--execute)$/.test(textOf(word) ?? "") ? literal("-c") : word;
}
