// promtool, amtool and logcli: rules and settings of monitoring, which are checked here, and questions to its servers.
import { literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { operandsOf } from "../projects/project-program.ts";
import { optionValues } from "../model/option-list.ts";
import { asksAccount, deploys, namedFiles } from "../model/verbs.ts";

const LOCAL =
  /^(?:check (?:rules|config|web-config|metrics|service-discovery)|test rules|tsdb (?:list|analyze|dump)|config routes(?: test| show)?|template render|check-config|fmt|version|help|promql (?:format|label-matchers)|completion)$/;
const CHANGES =
  /^(?:silence (?:add|expire|import|update)|alert add|push metrics|tsdb create-blocks-from|rules (?:load|sync|delete)|alertmanager (?:load|delete)|cluster)/;

export const promtool: CommandModel = command({
  names: ["promtool", "amtool", "logcli", "mimirtool", "lokitool", "cortextool"],
  own: "six programs of their own verbs and options",
  options: {},
  effects: ({ name, args, stdin }, context) => {
    const words = args.map((word) => textOf(word));
    const opened = [...namedFiles(args, context), prints(madeOf([]))];
    if (words.every((word) => /^(?:--version|--help|-h|version|help)$/.test(word ?? "?")))
      return opened;
    const [first = "", second = ""] = operandsOf(words);
    const isLocal = LOCAL.test(`${first} ${second}`) || LOCAL.test(first);
    // Checks of settings look at what is named, and ask nobody.
    if (isLocal && optionValues(args, "--alertmanager.url", "--address", "--url").length === 0)
      return opened;
    const call = {
      name,
      verb: first,
      words: args,
      operands: [literal(first)],
      stdin,
      has: () => false,
      values: () => [],
    };
    const urls = [
      ...optionValues(args, "--alertmanager.url", "--addr", "--address", "--url"),
      ...args.filter((word) => /^https?:\/\//.test(textOf(word) ?? "")),
    ];
    return [
      ...opened,
      ...urls.map((url) => ({ kind: "contacts", url, carries: [{ kind: "argument" }] }) as const),
      ...(urls.length > 0 ? [] : asksAccount().effects(call, context)),
      ...(CHANGES.test(`${first} ${second}`.trim()) || words.includes(undefined)
        ? deploys("monitoring").effects(call, context)
        : []),
    ];
  },
});
