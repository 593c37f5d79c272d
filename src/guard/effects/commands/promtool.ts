// promtool, amtool and logcli: rules and settings of monitoring, which are checked here, and questions to its servers.
import { literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { flags, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { asksAccount, deploys, namedFiles } from "../model/verbs.ts";

const LOCAL =
  /^(?:check (?:rules|config|web-config|metrics|service-discovery)|test rules|tsdb (?:list|analyze|dump)|config routes(?: test| show)?|template render|check-config|fmt|version|help|promql (?:format|label-matchers)|completion)$/;
const CHANGES =
  /^(?:silence (?:add|expire|import|update)|alert add|push metrics|tsdb create-blocks-from|rules (?:load|sync|delete)|alertmanager (?:load|delete)|cluster)/;

export const promtool: CommandModel = command({
  names: ["promtool", "amtool", "logcli", "mimirtool", "lokitool", "cortextool"],
  // Servers of monitoring are asked, whatever the other options say.
  hasOtherOptions: true,
  options: {
    server: role("url", taking("--alertmanager.url --addr --address --url")),
    output: role(
      "output tree",
      taking("--output-dir --output-file --yaml-out --notices-out --part-path-prefix"),
    ),
    settings: role("input", taking("--http.config.file --config.file")),
    key: role("key", taking("--key-path --cert-path --key --cert --tls-key-path --tls-cert-path")),
    choice: taking(
      "-o --output --username --password --bearer-token --org-id --id --user --namespace --from --to --since --limit --step --timezone --timeout --log.level",
    ),
    about: flags("--version --help -h"),
  },
  effects: ({ name, args, operands: given, has, values, stdin }, context) => {
    const words = given.map((word) => textOf(word));
    const opened = [...namedFiles(args, context), prints(madeOf([]))];
    if (words.length === 0 && (args.length === 0 || has("about"))) return opened;
    const [first = "", second = ""] = words;
    // Checks of settings look at what is named, and ask nobody.
    if (LOCAL.test(`${first} ${second}`) || LOCAL.test(first)) return opened;
    const call = {
      name,
      verb: first,
      words: args,
      operands: [literal(first)],
      stdin,
      has: () => false,
      values: () => [],
    };
    const urls = args.filter((word) => /^https?:\/\//.test(textOf(word) ?? ""));
    return [
      ...opened,
      ...urls.map((url) => ({ kind: "contacts", url, carries: [{ kind: "argument" }] }) as const),
      ...(urls.length + values("server").length > 0 ? [] : asksAccount().effects(call, context)),
      ...(CHANGES.test(`${first} ${second}`.trim()) || words.includes(undefined)
        ? deploys("monitoring").effects(call, context)
        : []),
    ];
  },
});
