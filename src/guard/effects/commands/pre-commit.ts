// pre-commit and lefthook: hooks that a file of the project names, and those that they set up in the repository.
import { literal } from "../../shell/values/text.ts";
import type { CommandModel } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import {
  entriesOf,
  itemsOf,
  type Outline,
  readYaml,
  textsIn,
  valueAt,
} from "../languages/formats/yaml.ts";
import { recipeProgram } from "../projects/recipes.ts";
import { classifiedBySubcommand } from "../model/classify-by-subcommand.ts";
import { effect } from "../model/verbs.ts";

export const preCommit = recipeProgram({
  names: ["pre-commit", "prek", "lefthook"],
  flags:
    "-a --all-files -v --verbose -f --force -q --quiet --show-diff-on-failure --install-hooks --overwrite --no-auto-install --fail-fast --no-tty",
  choices:
    "--files --from-ref --to-ref --hook-stage -t --hook-type --color --hook-dir --remote-branch --local-branch --commands --jobs -j --repo --freeze",
  file: "-c --config",
  files: [
    ".pre-commit-config.yaml",
    ".pre-commit-config.yml",
    "lefthook.yml",
    "lefthook.yaml",
    ".lefthook.yml",
  ],
  isReadOnly: ({ words }) =>
    /^(?:validate-config|validate-manifest|sample-config|help|version|dump|check-install|list)$/.test(
      words[0] ?? "",
    ),
  recipes: (text, { words, name }) => hooksOf(readYaml(text), name, words),
  more: ({ words, name }) => {
    const [verb = ""] = words;
    const brings =
      /^(?:autoupdate|install-hooks|try-repo|update|auto-update)$/.test(verb) &&
      name !== "lefthook";
    return [
      ...(/^(?:install|init-templatedir|add)$/.test(verb)
        ? [writes(literal(".git/hooks/pre-commit"), "create")]
        : []),
      // What was looked at before each commit is no longer.
      ...(verb === "uninstall" ? [writes(literal(".git/hooks/pre-commit"), "change")] : []),
      ...(brings
        ? [
            effect<"install">({
              kind: "install",
              manager: name,
              packages: words.slice(1),
              runsScripts: true,
            }),
          ]
        : []),
    ];
  },
});

/** Other programs that put hooks of their own into the repository. */
export const hookManagers: CommandModel = classifiedBySubcommand({
  readOnly: {
    "simple-git-hooks": /^--(?:help|version)$/,
    overcommit: /^(?:-l|--list-hooks)$/,
    captainhook: /^(?:info|config:info)(?: |$)/,
    githooks: /^(?:list|--version)(?: |$)/,
    hk: /^(?:validate|util|usage|version|builtins)(?: |$)/,
    "git-hooks": /^(?:list|--version)?$/,
  },
  otherwise: ({ name, line }) => [
    effect<"execute">({ kind: "execute", program: name, origin: "project", reach: "unbounded" }),
    ...(/^(?:$|-\w*[ifu]\w*(?: |$)|--(?:install|force|uninstall)|install|uninstall|add|init|enable|disable)/.test(
      line,
    )
      ? [writes(literal(".git/hooks/pre-commit"), "create")]
      : []),
  ],
});

/** Commands of the hooks that are named, of all without any. */
function hooksOf(file: Outline, name: string, words: readonly string[]): readonly string[] {
  const [verb = "", ...named] = words;
  if (!/^(?:run|)$/.test(verb)) return [];
  if (name === "lefthook")
    return named.flatMap((hook) =>
      ["commands", "scripts", "jobs"].flatMap((key) => {
        const section = valueAt(file, hook, key);
        const all = [...entriesOf(section).map(([, one]) => one), ...itemsOf(section)];
        return all
          .flatMap((one) => valueAt(one, "run") ?? [])
          .filter((one) => typeof one === "string");
      }),
    );
  return itemsOf(valueAt(file, "repos"))
    .filter((one) => valueAt(one, "repo") === "local")
    .flatMap((one) => itemsOf(valueAt(one, "hooks")))
    .filter((hook) => {
      const id = valueAt(hook, "id");
      return named.length === 0 || (typeof id === "string" && named.includes(id));
    })
    .flatMap((hook) => {
      const entry = valueAt(hook, "entry");
      const [language = ""] = textsIn(valueAt(hook, "language"));
      const isText = /^(?:system|script|unsupported|unsupported_script)$/.test(language);
      return typeof entry === "string" && isText ? [entry] : [];
    });
}
