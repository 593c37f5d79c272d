// shfmt: formats shell scripts; in a tree it knows them by their names or their first line.
import { escapeGlob } from "#base/glob.ts";
import { baseName } from "#base/path.ts";
import { EMPTY, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command, type ModelContext } from "../model/command-model.ts";
import { prints, reads } from "../model/consequences.ts";
import { cannotTell, isFile, madeOf, rewrites } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";
import { sourcesBelow } from "../paths/source-trees.ts";

const ENDINGS = ["sh", "bash", "mksh", "bats", "zsh"];

export const shfmt: CommandModel = command({
  names: ["shfmt"],
  options: {
    write: flags("-w --write"),
    choice: taking("-ln --language-dialect -i --indent --filename"),
    listing: maybeTaking("-l --list"),
    style: flags(
      "-d --diff -s --simplify -mn --minify -p --posix -bn --binary-next-line -ci --case-indent -sr --space-redirects -kp --keep-padding -fn --func-next-line -f --find --to-json --from-json --apply-ignore -0 -h",
    ),
    about: ABOUT,
  },
  effects: ({ operands, stdin, has }, context) => {
    const roots = operands.filter(isFile);
    const texts = [...roots.flatMap((root) => context.contentOf(root)), ...(stdin ?? EMPTY)];
    const found = roots.map((root) => scriptsBelow(root, context));
    const unnamed = found.some(({ isComplete }) => !isComplete);
    const scripts = found.flatMap(({ files }) => files);
    return [
      ...scripts.map((path) => reads(path)),
      ...(has("write") ? rewrites(scripts, texts) : []),
      ...(unnamed
        ? [cannotTell("dynamic-path", "files that may be scripts by their first line")]
        : []),
      prints(madeOf(texts)),
    ];
  },
});

/** The file itself, or the files below a directory that are scripts or have no ending and may be. */
function scriptsBelow(
  root: Text,
  context: ModelContext,
): { readonly files: readonly Text[]; readonly isComplete: boolean } {
  if (context.isFile(root)) return { files: [root], isComplete: true };
  const path = textOf(root)?.replace(/\/+$/, "");
  const isBelow = path !== undefined && !/^[/~]|(?:^|\/)\.\.(?:\/|$)/.test(path);
  const below = path === "." || path === "" ? "" : `${escapeGlob(path ?? "")}/`;
  const all = isBelow ? context.matches(`${below}**/*`) : undefined;
  // Links are not followed.
  const plain = (all ?? [])
    .filter((file) => !baseName(file).includes("."))
    .map(literal)
    .filter((file) => !context.isDirectory(file) && !context.isLink(file));
  return {
    files: [
      ...(context.isDirectory(root) ? [] : [root]),
      ...ENDINGS.flatMap((ending) => sourcesBelow(root, ending, context)),
      ...plain,
    ],
    isComplete: all !== undefined,
  };
}
