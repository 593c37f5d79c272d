// sentry-cli, codecov, datadog-ci, sonar-scanner and others: results, sources and maps of a build go to a service.
import { textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { optionValues } from "../model/option-list.ts";
import { operandsOf } from "../projects/project-program.ts";
import { effect, namedFiles, talksTo, toAccount } from "../model/verbs.ts";

const ASKS =
  /^(?:info|list|ls|help|version|explain|bash-hook|completions|projects|organizations|repos|monitors)$/;

export const sentryCli: CommandModel = command({
  names: [
    "sentry-cli",
    "codecov",
    "codecovcli",
    "coveralls",
    "datadog-ci",
    "sonar-scanner",
    "fossa",
    "newrelic",
    "bugsnag-cli",
    "honeymarker",
    "cc-test-reporter",
  ],
  optionsEnd: "own",
  options: {},
  effects: ({ name, args, stdin }, context): readonly Consequence[] => {
    const words = args.map((word) => textOf(word));
    if (
      words.length > 0 &&
      words.every((word) => /^(?:--version|-v|-V|--help|-h|version|help)$/.test(word ?? "?"))
    )
      return [];
    const operands = operandsOf(words);
    const opened = namedFiles(args, context);
    if (!words.includes(undefined) && operands.slice(0, 2).some((word) => ASKS.test(word)))
      return [...opened, toAccount()];
    const call = {
      name,
      verb: operands[0] ?? "",
      words: args,
      operands: args,
      stdin,
      has: () => false,
    };
    const isDry = words.some((word) => /^--dry-run$|^-d$/.test(word ?? ""));
    return [
      ...opened,
      ...optionValues(args, "-f", "--file").map(
        (path): Consequence => ({ kind: "reads", path, reach: "entry" }),
      ),
      ...(isDry ? [] : talksTo(undefined).effects(call, context)),
      ...(operands[0] === "releases" || operands[0] === "deploys"
        ? [
            effect<"deploy">({
              kind: "deploy",
              system: name,
              operation: operands.slice(0, 2).join(" "),
            }),
          ]
        : []),
    ];
  },
});
