// fd: finds names in trees, and may run a program on what it finds.
import { hole, literal, likeOf, replaceIn, type Text, textOf } from "../../shell/text.ts";
import { type CommandModel, type Consequence, command, prints, reads } from "../command-model.ts";
import { flags, maybeTaking, taking } from "../option-list.ts";

const EXEC = /^(-x|--exec|-X|--exec-batch)$/;
/** What stands for a found path, or a part of it, in the words of the program. */
const PLACES = ["{}", "{/}", "{//}", "{.}", "{/.}"];

export const fd: CommandModel = command({
  names: ["fd", "fdfind"],
  options: {
    exec: taking("-x --exec -X --exec-batch"),
    bases: taking("--base-directory --search-path"),
    file: taking("--ignore-file"),
    choice: taking(
      "-d --max-depth --maxdepth --min-depth --exact-depth -E --exclude -t --type -e --extension -S --size --changed-within --change-newer-than --newer --changed-before --change-older-than --older -o --owner --format --max-results -c --color -j --threads --and --path-separator --batch-size --max-buffer-time --gen-completions",
    ),
    wholePath: flags("-p --full-path -g --glob"),
    glued: maybeTaking("--strip-cwd-prefix --hyperlink"),
    style: flags(
      "-H --hidden -I --no-ignore -u --unrestricted --no-ignore-vcs --no-ignore-parent --no-require-git --no-global-ignore-file -s --case-sensitive -i --ignore-case --regex -F --fixed-strings --literal -a --absolute-path --relative-path -l --list-details -L --follow -0 --print0 --prune -1 -q --quiet --has-results --show-errors --one-file-system --mount --xdev -h --help -V --version",
    ),
  },
  effects: ({ operands, args, has, values }) => {
    const bases = values("bases");
    const roots = bases.length > 0 ? bases : operands.length > 1 ? operands.slice(1) : [HERE];
    const name = has("wholePath") ? "*" : nameLike(textOf(operands[0] ?? []));
    const likes = roots.map((root) => `${likeOf(root).replace(/\/+$/, "")}/**/${name}`);
    const found = likes.map((like): Text => [hole("dynamic-path", { splits: false, like })]);
    return [
      ...values("file").map((path) => reads(path)),
      ...(has("exec") ? runsOf(args, found) : []),
      prints(likes.map((like): Text => [hole("dynamic-path", { like })])),
    ];
  },
});

/** The names that a plain word as pattern finds, in either case; any name for other patterns. */
function nameLike(pattern: string | undefined): string {
  if (pattern === undefined || !/^[\w-]{1,64}$/.test(pattern)) return "*";
  const letters = [...pattern].map((letter) =>
    /[a-z]/i.test(letter) ? `[${letter.toLowerCase()}${letter.toUpperCase()}]` : letter,
  );
  return `*${letters.join("")}*`;
}

const HERE: Text = literal(".");

/** All words after `-x` up to `;` are the program, with the paths in place of what stands for them, or at the end. */
function runsOf(args: readonly Text[], found: readonly Text[]): readonly Consequence[] {
  const at = args.findIndex((word) => EXEC.test(textOf(word) ?? ""));
  if (at < 0) return [];
  const end = args.findIndex((word, index) => index > at && textOf(word) === ";");
  const argv = args.slice(at + 1, end < 0 ? args.length : end);
  const isPlaced = argv.some((word) =>
    word.some((piece) => piece.kind === "text" && PLACES.some((one) => piece.text.includes(one))),
  );
  return found.map((path) => ({
    kind: "run",
    argv: isPlaced
      ? argv.map((word) => PLACES.reduce((text, place) => replaceIn(text, place, path), word))
      : [...argv, path],
    stdin: undefined,
  }));
}
