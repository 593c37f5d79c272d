// gh and glab: pull requests, releases, repositories, secrets and tokens at a forge.
import { literal, textOf } from "../../shell/text.ts";
import { reads, writes } from "../command-model.ts";
import { flags } from "../option-lists.ts";
import {
  both,
  deploys,
  effect,
  egress,
  installs,
  looks,
  persists,
  publishes,
  runsCode,
  talksTo,
  type Verb,
  verbModel,
  verbs,
} from "../verbs.ts";

/** Without a method or fields it asks; with them it changes. */
const api: Verb = {
  effects: (call, context) => {
    const words = call.words.map((word) => textOf(word) ?? "?");
    const method =
      words.find((word, at) => /^(-X|--method)$/.test(words[at - 1] ?? "")) ??
      words
        .map((word) => /^(?:-X|--method=)(.+)$/.exec(word)?.[1])
        .find((word) => word !== undefined);
    const sends =
      words.some((word) => /^(-f|-F|--field|--raw-field|--input)/.test(word)) ||
      words.some((word) => /graphql|\?/.test(word) && word.includes("mutation"));
    const asks = method === undefined ? !sends : /^(get|head)$/i.test(method);
    return [
      ...talksTo("github.com").effects(call, context),
      ...(asks
        ? []
        : [
            effect<"deploy">({
              kind: "deploy",
              system: "forge",
              operation: `api ${method ?? "post"}`.toLowerCase(),
            }),
          ]),
    ];
  },
};

/** Prints a token that opens everything. */
const token: Verb = {
  effects: (call, context) => [
    ...(call.verb === "auth token" || call.has("-t", "--show-token")
      ? [reads(literal(`${context.home}/.config/gh/hosts.yml`))]
      : []),
    egress("github.com"),
  ],
};

export const gh = verbModel({
  names: ["gh", "glab", "hub"],
  options: { about: flags("h", "--version --help") },
  table: verbs(
    [
      "pr view,pr list,pr diff,pr checks,pr status,issue view,issue list,issue status,run list,run view,run watch,repo view,repo list,release view,release list,search,search code,search issues,search prs,search repos,search commits,status,label list,workflow list,workflow view,gist list,gist view,cache list,ruleset list,ruleset view,ruleset check,project list,project view,org list,secret list,variable list,variable get,ssh-key list,gpg-key list,mr view,mr list,mr diff,ci status,ci view,ci list,browse,attestation verify",
      talksTo("github.com"),
    ],
    ["auth status,auth token", token],
    [
      "version,help,completion,config get,config list,alias list,extension list",
      looks(flags("h", "--help")),
    ],
    [
      "pr create,pr edit,pr comment,pr review,pr close,pr reopen,pr ready,pr lock,pr unlock,pr update-branch,issue create,issue edit,issue comment,issue close,issue reopen,issue delete,issue transfer,issue lock,issue pin,issue develop,gist create,gist edit,gist delete,gist rename,release create,release upload,release edit,label create,label edit,label delete,mr create,mr note,mr update,mr close,mr approve,project create,project edit,project item-add,project item-edit",
      publishes("release", "github.com"),
    ],
    [
      "pr merge,mr merge,repo sync,repo create,repo fork,pr revert",
      both(publishes("git", "github.com"), deploys("forge")),
    ],
    [
      "repo delete,repo archive,repo unarchive,repo rename,repo edit,repo set-default,repo deploy-key add,repo deploy-key delete,release delete,release delete-asset,secret set,secret delete,variable set,variable delete,workflow run,workflow enable,workflow disable,run rerun,run cancel,run delete,cache delete,ssh-key add,ssh-key delete,gpg-key add,gpg-key delete,codespace create,codespace delete,codespace ssh,cs,codespace,project delete,ci run,ci retry,variable",
      both(deploys("forge"), talksTo("github.com")),
    ],
    [
      "auth login,auth logout,auth refresh,auth switch,auth setup-git",
      both(deploys("forge"), persists("git-execution")),
    ],
    [
      "pr checkout,repo clone,mr checkout,run download,release download,gist clone",
      {
        effects: (call, context) => [
          ...talksTo("github.com").effects(call, context),
          writes(literal("."), "change", { reach: "tree" }),
        ],
      },
    ],
    ["api", api],
    [
      "alias set,alias import,config set",
      {
        effects: (_call, { home }) => [writes(literal(`${home}/.config/gh/config.yml`), "change")],
      },
    ],
    ["extension install,extension upgrade,extension create", installs()],
    ["extension exec,copilot,ext exec", runsCode("unknown")],
  ),
});
