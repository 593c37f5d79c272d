// zellij: terminals that stay when nobody looks, and commands that are started and typed in them.
import { textOf } from "../../shell/values/text.ts";
import { type CommandModel, command, prints } from "../model/command-model.ts";
import { cannotTell, madeOf } from "../model/filter.ts";
import { shellRuns } from "../languages/evaluation/shell-code.ts";
import { effect } from "../model/verbs.ts";

export const zellij: CommandModel = command({
  names: ["zellij"],
  optionsEnd: "own",
  options: {},
  effects: ({ args }) => {
    const words = args.map((word) => textOf(word));
    const line = words.map((word) => word ?? "?").join(" ");
    if (
      /^(?:--version|-V|--help|-h|list-sessions|ls|list-aliases|setup --(?:check|dump-[\w-]+(?: \w+)?)|convert-[\w-]+|attach(?: [\w-]+)?|a(?: [\w-]+)?|)$/.test(
        line,
      )
    )
      return [prints(madeOf([]))];
    if (/^(?:kill|delete)-(?:all-)?sessions?\b|^[kd]a?\b|^ka\b|^da\b/.test(line))
      return [effect<"deploy">({ kind: "deploy", system: "processes", operation: "end" })];
    const dashes = words.indexOf("--");
    if (/^(?:run|r|action new-pane|ac new-pane)\b/.test(line) && dashes >= 0)
      return [{ kind: "run", argv: args.slice(dashes + 1) }];
    const typed = /^(?:action|ac) write-chars (.*)$/s.exec(line)?.[1];
    if (typed !== undefined && !words.includes(undefined)) return shellRuns(typed);
    return [cannotTell("dynamic-code", "a call of `zellij` that sallyport does not know")];
  },
});
