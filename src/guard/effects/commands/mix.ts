// mix and rebar3: tasks of projects in Elixir and Erlang, their packages and their databases.
import { databaseEffect } from "../languages/evaluation/sql-shell-commands.ts";
import { liveDatabase } from "../services/shared-database.ts";
import { literal } from "../../shell/values/text.ts";
import { packageManager } from "../packages/package-manager.ts";
import { both, runsCode, type Verb } from "../model/verbs.ts";

const destroys: Verb = both(runsCode(), { effects: () => databaseEffect("destroys") });

const migrates: Verb = both(runsCode(), {
  effects: ({ verb, words }, context) => liveDatabase([literal(verb), ...words], context),
});

export const mix = packageManager({
  names: ["mix", "rebar3"],
  style: "-v",
  brings:
    "deps.get,deps.update,local.hex,local.rebar,archive.install,escript.install,upgrade,unlock,plugins upgrade,update,local install,hex.config,local.public_keys",
  shows: "help,deps,deps.tree,tree,deps.unlock --check-unused,hex.repo list,local,xref graph",
  asks: "hex.outdated,hex.info,hex.audit,hex.search,pkgs",
  registry: {
    variables: ["HEX_MIRROR", "HEX_MIRROR_URL", "HEX_API_URL", "HEX_BUILDS_URL"],
    settings: [{ file: "mix.exs", names: /\b(?:repo|git|github|organization)\s*:/ }],
  },
  publishes: "hex.publish,hex.retire,hex.owner,hex publish,hex retire,hex cut",
  rows: [
    ["ecto.drop,ecto.reset,ecto.rollback --all", destroys],
    ["ecto.migrate,ecto.rollback,ecto.migrations,ecto.load,ecto.setup", migrates],
  ],
  otherwise: runsCode(),
});
