// influx: questions to a database of measurements, and what brings, changes and deletes its data.
import { literal, textOf } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";
import { databaseEffect } from "../languages/evaluation/sql-shell-commands.ts";
import { flags, optionValues, taking } from "../model/option-list.ts";
import { type Verb, asksAccount, readOnlyVerb, verbModel, verbs } from "../model/verbs.ts";

/** Where the call goes when it says so, else the server that the settings name. */
const reaches: Verb = {
  effects: (call, context) => {
    const hosts = optionValues(call.words, "--host", "-host").map(
      (url): Consequence => ({
        kind: "contacts",
        url,
        scheme: "http",
        carries: [{ kind: "argument" }],
      }),
    );
    return [
      ...(hosts.length > 0 ? hosts : asksAccount().effects(call, context)),
      ...optionValues(call.words, "-f", "--file", "--path").flatMap((path) =>
        context.isFile(path) ? [reads(path)] : [],
      ),
    ];
  },
};
const changes = (what: "changes" | "destroys"): Verb => ({
  effects: (call, context) => [...reaches.effects(call, context), ...databaseEffect(what)],
});

export const influx = verbModel({
  names: ["influx"],
  options: {
    about: flags("-h -v --help --version"),
    named: taking("-precision -database -username"),
  },
  table: verbs(
    ["version,help,completion,config list", readOnlyVerb()],
    [
      "query,ping,org list,bucket list,user list,task list,dashboards,telegrafs,export,stacks,v1 dbrp list",
      reaches,
    ],
    [
      "backup",
      {
        effects: (call, context) => [
          ...reaches.effects(call, context),
          ...call.operands.slice(-1).map((path) => writes(path, "create", { reach: "tree" })),
        ],
      },
    ],
    [
      "auth list,auth create,auth find",
      { effects: (_call, { home }) => [reads(literal(`${home}/.influxdbv2/configs`))] },
    ],
    [
      "write,bucket create,bucket update,org create,task create,apply,setup,user create,config create,config set",
      changes("changes"),
    ],
    [
      "delete,bucket delete,org delete,restore,task delete,user delete,auth delete,v1 dbrp delete",
      changes("destroys"),
    ],
  ),
  // The older program takes `-execute`.
  otherwise: {
    effects: (call, context) => [
      ...reaches.effects(call, context),
      ...databaseEffect(
        /\b(?:drop|delete)\b/i.test(call.words.map((word) => textOf(word) ?? "drop").join(" "))
          ? "destroys"
          : "changes",
      ),
    ],
  },
});
