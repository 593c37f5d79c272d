// git-filter-repo and bfg: all commits of a repository are written again, with less in them.
import { textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { unbounded } from "../languages/interpret.ts";
import { effect, namedFiles } from "../model/verbs.ts";

export const gitFilterRepo: CommandModel = command({
  names: ["git-filter-repo", "bfg", "git-filter-branch"],
  own: "rewrites the history whatever its words say",
  options: {},
  effects: ({ args }, context) => {
    const words = args.map((word) => textOf(word));
    if (
      words.some((word) => /^(?:--version|--help|-h|--analyze)$/.test(word ?? "")) &&
      !words.includes(undefined)
    )
      return [];
    return [
      ...namedFiles(args, context),
      effect<"history">({ kind: "history", operation: "rewrite", remote: undefined }),
      // Code for each commit, blob or name may stand in an option.
      ...(words.some((word) => /^--(?:\w+-callback|\w+-filter)(?:=|$)/.test(word ?? "--x-callback"))
        ? unbounded("inline", "git-filter-repo")
        : []),
    ];
  },
});
