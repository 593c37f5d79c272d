// mkdocs: makes a site of Markdown with the plugins, hooks and themes that the project names.
import type { CommandModel } from "../model/command-model.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";
import { readOnlyVerb, publishes, runsCode, both, verbModel, verbs } from "../model/verbs.ts";

const STYLE = flags("-q --quiet -v --verbose --color --no-color -h");

export const mkdocs: CommandModel = verbModel({
  names: ["mkdocs", "mike"],
  options: { about: ABOUT, style: STYLE, config: taking("-f --config-file"), version: flags("-V") },
  table: verbs(
    ["build,serve,new,get-deps,list", runsCode("project")],
    ["help", readOnlyVerb(STYLE)],
    // It commits the site and pushes it where the pages are shown.
    [
      "gh-deploy,deploy,delete,alias,retitle,set-default",
      both(runsCode("project"), publishes("git", undefined)),
    ],
  ),
});
