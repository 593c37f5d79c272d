// git-filter-repo and bfg: all commits of a repository are written again, with less in them.
import { type CommandModel, command } from "../model/command-model.ts";
import { unbounded } from "../languages/interpret.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { effect, namedFiles } from "../model/verbs.ts";

export const gitFilterRepo: CommandModel = command({
  names: ["git-filter-repo", "bfg", "git-filter-branch"],
  // The history is written again, whatever the other options say.
  hasOtherOptions: true,
  options: {
    // Code of Python for each commit, blob or name.
    code: taking(
      "--filename-callback --message-callback --name-callback --email-callback --refname-callback --blob-callback --commit-callback --tag-callback --reset-callback --file-info-callback",
    ),
    filters: role(
      "shell code",
      taking(
        "--setup --env-filter --tree-filter --index-filter --parent-filter --msg-filter --commit-filter --tag-name-filter",
      ),
    ),
    lists: role(
      "input",
      taking(
        "--replace-text -rt --replace-message --mailmap --use-mailmap --paths-from-file --strip-blobs-with-ids -bi",
      ),
    ),
    choice: taking(
      "--path --path-glob --path-regex --path-rename --path-match --subdirectory-filter --to-subdirectory-filter --tag-rename --strip-blobs-bigger-than -b --refs --source --target --delete-files --delete-folders -D -fi -fe --protect-blobs-from -p",
    ),
    pruned: maybeTaking("--prune-empty --prune-degenerate"),
    report: flags("--analyze"),
    about: flags("--version --help -h"),
  },
  effects: ({ args, has, uncertain }, context) => {
    if ((has("about") || has("report")) && !uncertain) return [];
    return [
      ...namedFiles(args, context),
      effect<"history">({ kind: "history", operation: "rewrite", remote: undefined }),
      ...(uncertain || has("code") || has("filters") ? unbounded("inline", "git-filter-repo") : []),
    ];
  },
});
