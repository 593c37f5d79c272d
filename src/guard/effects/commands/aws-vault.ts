// aws-vault, chamber, doppler, infisical and others: secrets of a team, which are shown or given to a program.
import { literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { reads } from "../model/consequences.ts";
import { flags, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { effect, namedFiles, toAccount } from "../model/verbs.ts";

const LOOKS =
  /^(?:version|help|list|ls|me|configure|projects|environments|configs|completion|settings|update|user|list-services|tree)$/;
/** By program, the file that opens the rest. */
const KEYS: Readonly<Record<string, string>> = {
  "aws-vault": ".aws/credentials",
  chamber: ".aws/credentials",
  saml2aws: ".aws/credentials",
  granted: ".aws/credentials",
  doppler: ".doppler/.doppler.yaml",
  infisical: ".infisical/infisical-config.json",
  teller: ".teller.yml",
};

export const awsVault: CommandModel = command({
  names: Object.keys(KEYS),
  // An account is asked, and what keeps its secrets is taken to be read, whatever is said besides.
  hasOtherOptions: true,
  options: {
    code: role("shell code", taking("--command")),
    output: role("output", taking("-o --output-file")),
    choice: taking(
      "-d --duration --region --profile -a --idp-account -p --project -c --config --env --projectId --path -t --token --backend -b --mfa-token --prompt",
    ),
    style: flags("-n --no-session -j --json --debug --silent --preserve-env --watch -s --server"),
    about: flags("--version --help -h -v"),
  },
  effects: ({ name, args, operands, behindDashes, has }, context): readonly Consequence[] => {
    const ahead = operands.slice(0, operands.length - (behindDashes?.length ?? 0));
    const words = ahead.map((word) => textOf(word));
    const [verb = ""] = words;
    const isKnown = args.length === 1 || args.every((word) => textOf(word) !== undefined);
    if (isKnown && (LOOKS.test(verb) || (verb === "" && has("about")))) return [toAccount()];
    const opened = namedFiles(args, context);
    if (/^(?:exec|run)$/.test(verb)) {
      const first = name === "chamber" ? undefined : ahead[PLACES[name] ?? 1];
      const argv = first === undefined ? (behindDashes ?? []) : args.slice(args.indexOf(first));
      return [
        ...opened,
        toAccount(),
        ...(argv.length === 0 ? [] : [{ kind: "run", argv } as const]),
      ];
    }
    const key = reads(literal(`${context.home}/${KEYS[name] ?? ""}`));
    const isChange =
      /^(?:write|set|delete|add|remove|rotate|import|upload|login|logout|setup|init|create|clear|console|activity)$/.test(
        verb,
      ) || words.some((word) => /^(?:set|delete|upload|import)$/.test(word ?? ""));
    return [
      ...opened,
      toAccount(),
      isChange
        ? effect<"deploy">({ kind: "deploy", system: "secrets", operation: `${name} ${verb}` })
        : key,
    ];
  },
});

/** How many operands stand in front of the program where no `--` does: the verb, and maybe a profile. */
const PLACES: Readonly<Record<string, number>> = { "aws-vault": 2, granted: 2 };

/** A program with the secrets of a name space of macOS's keychain; other options keep some or show names. */
export const envchain: CommandModel = command({
  names: ["envchain"],
  optionsEnd: "first-operand",
  hasOtherOptions: true,
  options: {
    kept: flags(
      "-s --set -n --noecho -p --require-passphrase -P --no-require-passphrase --unset -l --list -v --show-value",
    ),
    about: flags("--version --help -h"),
  },
  effects: ({ args, operands, has }, context): readonly Consequence[] => {
    if (args.length === 1 && has("about")) return [toAccount()];
    const opened = namedFiles(args, context);
    const argv = operands.slice(1);
    if (args.length === operands.length)
      return [
        ...opened,
        toAccount(),
        ...(argv.length === 0 ? [] : [{ kind: "run", argv } as const]),
      ];
    return [
      ...opened,
      toAccount(),
      reads(literal(`${context.home}/Library/Keychains/login.keychain-db`)),
    ];
  },
});
