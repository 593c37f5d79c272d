// trivy, grype, syft and other programs that look through images and trees for known faults and for what is in them.
import { textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  reads,
  writes,
} from "../model/command-model.ts";
import { optionValues } from "../model/option-list.ts";
import { operandsOf } from "../projects/project-program.ts";
import { effect, namedFiles, talksTo } from "../model/verbs.ts";

const LOOKS = /^(?:version|help|--version|-v|--help|-h|completion)$/;

export const trivy: CommandModel = command({
  names: ["trivy", "grype", "syft", "dive", "snyk", "osv-scanner"],
  optionsEnd: "own",
  options: {},
  effects: ({ name, args, stdin }, context): readonly Consequence[] => {
    const words = args.map((word) => textOf(word));
    if (words.length > 0 && LOOKS.test(words[0] ?? "?")) return [];
    const [verb = "", second = ""] = operandsOf(words);
    const call = { name, verb, words: args, operands: args, stdin, has: () => false };
    const brings = /^plugin$/.test(verb) && /^(?:install|upgrade|run)$/.test(second);
    const sends = name === "snyk" && /^(?:monitor|auth|config)$/.test(verb);
    return [
      // It reads whatever is below, and asks for its lists of faults.
      effect<"execute">({
        kind: "execute",
        program: `${name} ${verb}`.trim(),
        origin: "system",
        reach: "unbounded",
      }),
      ...namedFiles(args, context),
      ...optionValues(args, "--ignorefile", "--config", "-c", "--secret-config", "--input").map(
        (path) => reads(path),
      ),
      ...optionValues(
        args,
        "-o",
        "--output",
        "--file",
        "--json-file-output",
        "--sarif-file-output",
      ).flatMap((path) =>
        /^[\w-]+(?:=|$)/.test(textOf(path) ?? "") && !/[./]/.test(textOf(path) ?? "")
          ? []
          : [writes(path, "create")],
      ),
      ...(brings
        ? [effect<"install">({ kind: "install", manager: name, packages: [], runsScripts: true })]
        : []),
      ...(sends || optionValues(args, "--server").length > 0
        ? talksTo(undefined).effects(call, context)
        : []),
    ];
  },
});
