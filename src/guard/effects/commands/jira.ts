// jira, linear and tea: trackers and forges of a team, which are asked and changed.
import { flags, taking } from "../model/option-list.ts";
import {
  asksAccount,
  both,
  deploys,
  readOnlyVerb,
  publishes,
  toAccount,
  verbModel,
  verbs,
} from "../model/verbs.ts";

export const jira = verbModel({
  names: ["jira", "linear", "tea", "acli"],
  options: {
    about: flags("-h -v --help --version"),
    named: taking("-c -p --config --project --login --repo -r -R --remote -l -o --output"),
    style: flags("--debug"),
  },
  table: verbs(
    [
      "issue list,issue view,epic list,sprint list,board list,project list,release list,me,serverinfo,open,issues,issues list,pulls,pulls list,releases,releases list,repos,repos list,whoami,notifications,milestones,labels,organizations,branches,times",
      asksAccount(),
    ],
    [
      "releases create,releases edit,releases delete,release create,pulls create,pulls merge,pulls close,pulls reopen,pulls approve,pulls reject,pulls review,milestones create,milestones close,milestones delete,labels create,labels delete,labels update,organizations create,organizations delete,repos create,repos delete,repos fork,repos migrate,repos edit,branches protect,branches unprotect,branches rename,notifications read,times add,times delete,sprint add,sprint close,epic create,epic add",
      publishes("release", undefined),
    ],
    ["version,help,completion,man", readOnlyVerb()],
  ),
  otherwise: both(deploys("tracker"), { effects: () => [toAccount()] }),
});
