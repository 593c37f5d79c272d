// jira, linear and tea: trackers and forges of a team, which are asked and changed.
import { flags, taking } from "../option-list.ts";
import { asksAccount, both, deploys, looks, toAccount, verbModel, verbs } from "../verbs.ts";

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
    ["version,help,completion,man", looks()],
  ),
  otherwise: both(deploys("tracker"), { effects: () => [toAccount()] }),
});
