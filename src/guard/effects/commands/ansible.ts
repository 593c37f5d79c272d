// ansible: plays of the project and single commands that change other machines, or only say what they would do.
import { literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { published } from "../projects/releases.ts";
import { flags, maybeTaking, optionValues, taking } from "../model/option-list.ts";
import { runsFetched } from "../network/package-source.ts";
import { runsRecipe } from "../projects/recipes.ts";
import { effect, namedFiles, toAccount } from "../model/verbs.ts";

export const ansible: CommandModel = command({
  names: [
    "ansible",
    "ansible-playbook",
    "ansible-inventory",
    "ansible-galaxy",
    "ansible-vault",
    "ansible-doc",
    "ansible-config",
    "ansible-lint",
    "ansible-pull",
    "ansible-console",
  ],
  options: {
    about: flags("--version --help"),
    module: taking("m", "--module-name"),
    // Their values: the plays that only look ask for nothing to be changed.
    trial: flags("--syntax-check --list-tasks --list-hosts --list-tags"),
    check: flags("C", "--check"),
    secrets: taking(
      "--vault-password-file --vault-id --private-key --key-file --become-password-file --connection-password-file",
    ),
    output: taking("--output --export"),
    named: taking(
      "aiefMtTlucosBPp",
      "--args --inventory --extra-vars --forks --module-path --tags --skip-tags --limit --user --connection --timeout --background --poll --start-at-task --type --roles-path --collections-path --role-file --requirements-file --playbook-dir --become-user --become-method --encrypt-vault-id --name --profile --format --ssh-common-args --ssh-extra-args",
    ),
    style: flags(
      "DhjKkqvrnLAFU",
      "--diff --list --graph --vars --yaml --json --force --force-with-deps --no-deps --verbose --quiet --offline --ask-become-pass --ask-pass --ask-vault-pass --one-line --flush-cache --force-handlers --step --parseable --fix --strict --snippet --only-changed --tree",
    ),
    become: flags("b", "--become"),
    optional: maybeTaking("--toml --metadata-dump"),
  },
  effects: ({ name, args, operands, has, values: valuesOf }, context) => {
    if (has("about")) return [];
    const found: Consequence[] = [
      ...namedFiles(args, context),
      ...valuesOf("secrets").flatMap((path) =>
        /^[\w-]+@prompt$|^prompt$/.test(textOf(path) ?? "") ? [] : [reads(path)],
      ),
      ...valuesOf("output").map((path) => writes(path, "create")),
      prints(madeOf([[]])),
    ];
    const verb = textOf(operands[0] ?? []) ?? "?";
    // Inventories, plug-ins and settings of the project are code.
    const code = effect<"execute">({
      kind: "execute",
      program: name,
      origin: "project",
      reach: "unbounded",
    });
    const changes = effect<"deploy">({ kind: "deploy", system: "machines", operation: name });
    switch (name) {
      case "ansible-doc":
      case "ansible-config":
        return found;
      case "ansible-inventory":
      case "ansible-lint":
        return [...found, code];
      case "ansible-vault":
        return /^(?:view|decrypt|edit|rekey)$/.test(verb)
          ? [
              ...found,
              reads(literal(`${context.home}/.ansible/vault`)),
              ...operands.slice(1).map((path) => writes(path)),
              changes,
            ]
          : [...found, ...operands.slice(1).map((path) => writes(path))];
      case "ansible-galaxy":
        return /^(?:install|download)$/.test(textOf(operands[1] ?? []) ?? verb) ||
          verb === "install"
          ? [
              ...found,
              effect<"install">({
                kind: "install",
                manager: name,
                packages: [],
                runsScripts: true,
              }),
              toAccount(),
            ]
          : /^(?:publish|import)$/.test(textOf(operands[1] ?? []) ?? verb)
            ? [...found, published(), toAccount()]
            : /^(?:list|info|search|verify)$/.test(textOf(operands[1] ?? []) ?? verb)
              ? [...found, toAccount()]
              : verb === "init" || textOf(operands[1] ?? []) === "init"
                ? [
                    ...found,
                    ...[...operands.slice(1), ...optionValues(args, "--init-path")].map((path) =>
                      writes(path, "create", { reach: "tree" }),
                    ),
                  ]
                : [...found, changes];
      default:
        if (has("trial")) return [...found, code];
        if (name === "ansible-pull")
          found.push(...runsFetched(name, optionValues(args, "-U", "--url")));
        if (isHere(operands, args)) found.push(...onThisMachine(args, has("become")));
        return has("check")
          ? [...found, code, toAccount()]
          : [...found, code, changes, toAccount()];
    }
  },
});

/** Whether the machine that changes is this one. */
function isHere(hosts: readonly Text[], args: readonly Text[]): boolean {
  const isLocal = (word: Text): boolean =>
    /^(?:localhost|127\.0\.0\.1)?,?$/.test(textOf(word) ?? "?");
  const connections = optionValues(args, "-c", "--connection").map((word) => textOf(word));
  return (
    connections.includes("local") ||
    (hosts[0] !== undefined && isLocal(hosts[0])) ||
    optionValues(args, "-i", "--inventory").some(isLocal)
  );
}

/** A module with a command runs it here, with the rights that are asked for. */
function onThisMachine(args: readonly Text[], isRoot: boolean): readonly Consequence[] {
  const modules = optionValues(args, "-m", "--module-name").map((word) => textOf(word));
  const isCommand =
    modules.length === 0 ||
    modules.some((one) => /(?:^|\.)(?:command|shell|raw|script)$/.test(one ?? ""));
  return [
    ...(isRoot ? [effect<"privilege">({ kind: "privilege", means: "ansible", user: "root" })] : []),
    ...(isCommand
      ? optionValues(args, "-a", "--args").map((text) => runsRecipe(textOf(text) ?? "", undefined))
      : []),
  ];
}
