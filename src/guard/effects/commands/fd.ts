// fd: finds names in trees, and may run a program on what it finds.
import { type Text, hole, likeOf, literal, textOf } from "../../shell/values/text.ts";
import { replaceIn } from "../../shell/values/text-changes.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { cannotTell } from "../model/filter.ts";
import { flags, maybeTaking, taking, takingWords } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

/** What stands for a found path, or a part of it, in the words of the program. */
const PLACES = ["{}", "{/}", "{//}", "{.}", "{/.}"];

const OPTIONS = {
  exec: takingWords("to-semicolon", "-x --exec -X --exec-batch"),
  bases: taking("--base-directory --search-path"),
  file: role("input", taking("--ignore-file")),
  choice: taking(
    "-d --max-depth --maxdepth --min-depth --exact-depth -E --exclude -t --type -S --size --changed-within --change-newer-than --newer --changed-before --change-older-than --older -o --owner --format --max-results -c --color -j --threads --and --path-separator --batch-size --max-buffer-time --gen-completions",
  ),
  extension: taking("-e --extension"),
  wholePath: flags("-p --full-path"),
  fixed: flags("-F --fixed-strings --literal"),
  glob: flags("-g --glob"),
  glued: maybeTaking("--strip-cwd-prefix --hyperlink"),
  style: flags(
    "-H --hidden -I --no-ignore -u --unrestricted --no-ignore-vcs --no-ignore-parent --no-require-git --no-global-ignore-file -s --case-sensitive -i --ignore-case --regex -a --absolute-path --relative-path -l --list-details -L --follow -0 --print0 --prune -1 -q --quiet --has-results --show-errors --one-file-system --mount --xdev -h --help -V --version",
  ),
};

export const fd: CommandModel = command({
  names: ["fd", "fdfind"],
  options: OPTIONS,
  effects: ({ operands, has, values }) => {
    const programs = splitAt(values("exec"));
    const bases = values("bases");
    const named = operands.slice(1);
    const roots = bases.length > 0 ? bases : named.length > 0 ? named : [HERE];
    const given = textOf(operands[0] ?? []);
    const isOther = has("wholePath") || (has("fixed") && /[\\^$]/.test(given ?? ""));
    const pattern = isOther ? undefined : given;
    const name = has("glob") ? globLike(pattern) : nameLike(pattern);
    const likes = roots.flatMap((root) =>
      namesLike(name, values("extension")).map(
        (one) => `${likeOf(root).replace(/\/+$/, "")}/**/${one}`,
      ),
    );
    const found = likes.map((like): Text => [hole("dynamic-path", { splits: false, like })]);
    // Where both are given, or the program runs elsewhere, the paths are not these.
    const isElsewhere = bases.length > 0 && (named.length > 0 || programs.length > 0);
    return [
      ...(isElsewhere
        ? [cannotTell("unknown-option", "a program that `fd` may run on what it finds")]
        : []),
      ...programs.flatMap((argv) => runsOf(argv, found)),
      prints(likes.map((like): Text => [hole("dynamic-path", { like })])),
    ];
  },
});

/** The programs of `-x` and `-X`, each of which ends with `;`. */
function splitAt(words: readonly Text[]): readonly (readonly Text[])[] {
  const ends = words.flatMap((word, at) => (textOf(word) === ";" ? [at] : []));
  return ends.map((end, at) => words.slice(at === 0 ? 0 : (ends[at - 1] ?? 0) + 1, end));
}

/** The names that a plain word as pattern finds, or an ending, in either case; any name for other patterns. */
function nameLike(pattern: string | undefined): string {
  const [, start = "", word = "", end = ""] =
    /^(\^?)((?:[\w.-]|\\\.){1,64})(\$?)$/.exec(pattern ?? "") ?? [];
  if (word === "") return "*";
  // A dot is any character, unless it is escaped.
  const letters = eitherCase(word.replace(/\\?\./g, (dot) => (dot === "." ? "?" : ".")));
  return `${start === "" ? "*" : ""}${letters}${end === "" ? "*" : ""}`;
}

/** The names that a glob finds, in either case; any name for one that speaks of more than plain characters. */
function globLike(glob: string | undefined): string {
  return /^[\w.*?-]{1,64}$/.test(glob ?? "") ? eitherCase(glob ?? "") : "*";
}

function eitherCase(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`);
}

/** The same names with one of these endings, where any are asked for and all are plain. */
function namesLike(name: string, extensions: readonly Text[]): readonly string[] {
  const endings = extensions.map((word) => textOf(word)?.replace(/^\./, "") ?? "?");
  if (endings.length === 0 || !endings.every((one) => /^\w[\w.-]{0,15}$/.test(one))) return [name];
  // WHY not both at once: what the pattern finds may be a part of the ending.
  return endings.map((ending) => `*.${eitherCase(ending)}`);
}

const HERE: Text = literal(".");

/** Runs of the program with the paths in place of what stands for them, or at the end. */
function runsOf(argv: readonly Text[], found: readonly Text[]): readonly Consequence[] {
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
