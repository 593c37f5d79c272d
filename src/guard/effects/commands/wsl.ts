// wsl: runs a Linux command from Windows, through the distribution's shell or without it, and keeps the distributions.
import { hole, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { deletes, prints, reads, writes } from "../model/consequences.ts";
import { shellRuns } from "../model/shell-code.ts";
import { flags, taking } from "../model/option-list.ts";
import { effect } from "../model/verbs.ts";
import { windowsForms } from "../paths/windows-paths.ts";

/** Options and what they do: https://learn.microsoft.com/windows/wsl/basic-commands */
export const wsl: CommandModel = command({
  names: ["wsl", "wsl.exe"],
  optionsEnd: "first-operand",
  options: {
    plain: flags("-e", "--exec"),
    user: taking("-u", "--user"),
    directory: taking("--cd"),
    distribution: taking("-d", "--distribution", "--distribution-id"),
    shellType: taking("--shell-type"),
    asRoot: flags("--system --debug-shell"),
    looks: flags("-l --list --status --help -v --version"),
    listed: flags("--all --running -q --quiet --verbose -o --online"),
    brings: flags("--install --update"),
    mounts: flags("--mount --unmount"),
    stops: flags("--shutdown -t --terminate"),
    settles: flags("--manage -s --set-default --set-version --set-default-version"),
    unregisters: flags("--unregister --uninstall"),
    exports: flags("--export"),
    imports: flags("--import --import-in-place"),
  },
  effects: ({ operands, has, values }) => {
    if (has("looks")) return [];
    return (
      keeping(operands, has) ?? [
        ...(has("asRoot") || values("user").some((name) => (textOf(name) ?? "root") === "root")
          ? [privilege(has("asRoot") ? "root" : textOf(values("user")[0] ?? []))]
          : []),
        ...runs(operands, has("plain"), values("directory")[0]),
      ]
    );
  },
});

/** The words are joined and read again by the distribution's shell, unless that is left out. */
function runs(
  words: readonly Text[],
  isPlain: boolean,
  directory: Text | undefined,
): readonly Consequence[] {
  if (words.length === 0) return [];
  const where = directory === undefined || textOf(directory) === "~" ? {} : { directory };
  if (isPlain) return [{ kind: "run", argv: words, ...where }];
  const line = words.flatMap((word, at): Text => (at === 0 ? word : [...literal(" "), ...word]));
  return shellRuns([line]).map((one) => (one.kind === "script" ? { ...one, ...where } : one));
}

/** What is done to a distribution as a whole; undefined where a command runs in one. */
function keeping(
  operands: readonly Text[],
  has: (option: string) => boolean,
): readonly Consequence[] | undefined {
  const [name = literal("?"), first, second] = operands;
  if (has("brings"))
    return [
      effect<"install">({
        kind: "install",
        manager: "wsl",
        packages: operands.slice(0, 1).map((word) => textOf(word) ?? "?"),
        runsScripts: true,
      }),
    ];
  if (has("mounts")) return [privilege(undefined)];
  if (has("stops")) return [deploy("power-off")];
  if (has("settles")) return [deploy("settings")];
  // All files of the distribution go with it, wherever Windows keeps them.
  if (has("unregisters")) return [deletes(literal("/"), "tree"), deploy("unregister")];
  if (has("exports"))
    return [reads(literal("/"), "tree"), ...(first === undefined ? [] : [writes(first, "create")])];
  if (has("imports"))
    return [
      deploy("import"),
      ...(first === undefined
        ? []
        : [second === undefined ? reads(first) : writes(first, "create", { reach: "tree" })]),
      ...(second === undefined ? [] : [reads(second)]),
      ...(textOf(name) === undefined
        ? [
            {
              kind: "unknown",
              reason: "dynamic-path",
              detail: "a distribution that is not known",
            } as const,
          ]
        : []),
    ];
  return undefined;
}

function privilege(user: string | undefined): Consequence {
  return effect<"privilege">({ kind: "privilege", means: "wsl", user });
}

function deploy(operation: string): Consequence {
  return effect<"deploy">({ kind: "deploy", system: "wsl", operation });
}

/** Tells how a path is written on the other side; nothing is opened. */
export const wslpath: CommandModel = command({
  names: ["wslpath", "cygpath"],
  options: {
    toWindows: flags("-w -m -d --windows --mixed"),
    others: flags("-a -u -l -s -p -i --unix --absolute --help --version --path --long-name"),
  },
  effects: ({ operands, has }) => {
    const paths = operands.map((word) => textOf(word));
    const converted = paths.map((path) => (path === undefined ? [] : windowsForms(path)));
    // Where the mounted disks lie on this machine is not known; usually below `/mnt`.
    return [
      prints(
        has("toWindows") || converted.some(([first]) => first === undefined)
          ? [[hole("unmodelled", { splits: false })]]
          : converted.map(([first = ""]) => literal(`${first}\n`)),
      ),
    ];
  },
});
