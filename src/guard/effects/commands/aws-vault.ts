// aws-vault, chamber, doppler, infisical and others: secrets of a team, which are shown or given to a program.
import { literal, textOf, type Text } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";
import { shellRuns } from "../model/shell-code.ts";
import { optionValues } from "../model/option-list.ts";
import { operandsOf } from "../projects/project-program.ts";
import { effect, namedFiles, toAccount } from "../model/verbs.ts";

const LOOKS =
  /^(?:version|help|--version|--help|-h|-v|list|ls|me|configure|projects|environments|configs|completion|settings|update|user|list-services|tree)$/;
/** By program, the file that opens the rest. */
const KEYS: Readonly<Record<string, string>> = {
  "aws-vault": ".aws/credentials",
  chamber: ".aws/credentials",
  saml2aws: ".aws/credentials",
  granted: ".aws/credentials",
  doppler: ".doppler/.doppler.yaml",
  infisical: ".infisical/infisical-config.json",
  teller: ".teller.yml",
  envchain: "Library/Keychains/login.keychain-db",
};

export const awsVault: CommandModel = command({
  names: Object.keys(KEYS),
  own: "words behind its options are another program",
  options: {},
  effects: ({ name, args }, context): readonly Consequence[] => {
    const words = args.map((word) => textOf(word));
    const [verb = ""] = operandsOf(words);
    if ((words.length === 1 || !words.includes(undefined)) && LOOKS.test(words[0] ?? ""))
      return [toAccount()];
    const opened = namedFiles(args, context);
    const runs =
      /^(?:exec|run)$/.test(verb) || (name === "envchain" && words[0]?.startsWith("-") !== true);
    if (runs)
      return [
        ...opened,
        toAccount(),
        ...optionValues(args, "--command").flatMap((text) => shellRuns([text])),
        ...inside(name, args),
      ];
    const key = reads(literal(`${context.home}/${KEYS[name] ?? ""}`));
    const isChange =
      /^(?:write|set|delete|add|remove|rotate|import|upload|login|logout|setup|init|create|clear|console|activity)$/.test(
        verb,
      ) || operandsOf(words).some((word) => /^(?:set|delete|upload|import)$/.test(word));
    return [
      ...opened,
      toAccount(),
      ...optionValues(args, "--output-file", "-o").map((path) => writes(path, "create")),
      isChange
        ? effect<"deploy">({ kind: "deploy", system: "secrets", operation: `${name} ${verb}` })
        : key,
    ];
  },
});

/** The program behind `--`, or after the name of the place of the secrets. */
function inside(name: string, args: readonly Text[]): readonly Consequence[] {
  const words = args.map((word) => textOf(word));
  const end = words.indexOf("--");
  const argv = end >= 0 ? args.slice(end + 1) : name === "envchain" ? args.slice(1) : [];
  return argv.length === 0 ? [] : [{ kind: "run", argv }];
}
