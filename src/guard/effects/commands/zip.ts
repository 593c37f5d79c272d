// zip: packs files, may delete them afterwards, and may be told the program that tests the result.
import type { ExcludePatterns } from "../../vocabulary/effect.ts";
import { excludePatterns } from "../arguments/exclude-patterns.ts";
import {
  knownPrefix,
  append,
  EMPTY,
  hole,
  literal,
  type Text,
  textOf,
} from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type ModelContext,
} from "../model/command-model.ts";
import { deletes, prints, reads, writes, readsTree } from "../model/consequences.ts";
import { compresses } from "../bytes/archive.ts";
import { isFile, listedFiles, madeOf, runsInShell } from "../model/filter.ts";
import { flags, taking, takingWords } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

export const zip: CommandModel = command({
  names: ["zip"],
  options: {
    excluded: takingWords("to-option", "-x --exclude"),
    included: takingWords("to-option", "-i --include"),
    output: taking("-O -out --out --output-file"),
    log: role("log", taking("-lf --logfile-path")),
    temporary: taking("-b --temp-path"),
    tester: taking("-TT --unzip-command"),
    choice: taking(
      "-n --suffixes -P --password -t --from-date -tt --before-date -Z --compression-method -s --split-size -ds --dot-size -UN --unicode",
    ),
    tests: flags("-T --test"),
    moves: flags("-m --move"),
    recursive: flags("-r --recurse-paths"),
    patterns: flags("-R --recurse-patterns"),
    listed: flags("-@ --names-stdin"),
    style: flags(
      "0123456789",
      "quUfFjJlyeDXkogAczdLSwCVpaHv",
      "-la -li -ll -db -dc -dd -dg -du -dv -DF -FF -FI -FS -fd -fz -ic -sb -sc -sf -so -sp -su -sU -sv -ws -nw -RE -MM -AC -AS -h2",
      "--quiet --verbose --update --freshen --junk-paths --symlinks --encrypt --no-dir-entries --no-extra --delete --filesync --grow --to-crlf --from-crlf --adjust-sfx --junk-sfx --copy-entries --difference-archive --fix --fixfix --latest-time --strip-extra --show-files --show-command --show-options --display-bytes --display-counts --display-dots --display-globaldots --display-usize --display-volume --fifo --force-zip64 --no-wild --no-image --fast --best --compress-0 --compress-1 --compress-2 --compress-3 --compress-4 --compress-5 --compress-6 --compress-7 --compress-8 --compress-9 --log-append --log-info --ignore-case --must-match --archive-set --archive-clear --wild-stop-dirs --split-pause --split-bell --split-verbose --show-unicode --entry-comments --archive-comment --DOS-names --system-hidden --store",
    ),
    about: flags("h?", "--help --version --license -hh"),
  },
  effects: (invocation, context) => {
    const { operands, values, has, stdin } = invocation;
    const found: Consequence[] = [];
    const [archive = [], ...given] = operands.filter((word) => textOf(word) !== "@");
    const listed = has("listed") ? namesOnInput(stdin, context, found) : [];
    // Of -R the words are patterns, which are looked for from here on.
    const members = has("patterns") ? [literal(".")] : given;
    if (has("tests")) found.push(...compresses(["sh", "unzip"]));
    return [
      ...values("tester").map((text) => runsInShell(text)),
      ...values("temporary").map((path) =>
        writes(
          append(path, [...literal("/zi"), hole("unmodelled", { splits: false, like: "*" })]),
          "create",
        ),
      ),
      ...found,
      ...packs(
        operands.length === 0 ? [] : [archive, ...members, ...listed],
        values("output"),
        {
          moves: has("moves"),
          recursive: has("recursive") || has("patterns"),
          leaves: leftByPatterns(values("excluded")),
        },
        context,
      ),
    ];
  },
});

/** A pattern is held against the whole path, so it leaves a name out everywhere only if it starts with a star. */
function leftByPatterns(patterns: readonly Text[]): ExcludePatterns | undefined {
  return excludePatterns(
    patterns.filter((pattern) => knownPrefix(pattern).startsWith("*")),
    [],
  );
}

function namesOnInput(
  stdin: Parameters<typeof listedFiles>[2]["stdin"],
  context: ModelContext,
  found: Consequence[],
): readonly Text[] {
  const { names, consequences } = listedFiles(literal("-"), "\n", { stdin }, context);
  found.push(...consequences);
  return names;
}

function packs(
  operands: readonly Text[],
  outputs: readonly Text[],
  how: {
    readonly moves: boolean;
    readonly recursive: boolean;
    readonly leaves: ExcludePatterns | undefined;
  },
  context: ModelContext,
): readonly Consequence[] {
  const [archive, ...members] = operands;
  if (archive === undefined) return [];
  const content = madeOf(members.flatMap((path) => context.contentOf(path)));
  const files = members.filter(isFile);
  const reach = how.recursive ? "tree" : "entry";
  const value = textOf(archive);
  const names =
    value === undefined
      ? [archive, append(archive, [hole("unmodelled", { splits: false, like: "*" })])]
      : /\.[^/]*$/.test(value)
        ? [archive]
        : [archive, literal(`${value}.zip`)];
  const targets = [...names.filter(isFile), ...outputs];
  return [
    ...names.filter(isFile).map((path) => reads(path)),
    ...files.map((path) => (how.recursive ? readsTree(path, how) : reads(path))),
    ...targets.map((path) => writes(path, "change", { content })),
    ...(how.moves ? files.map((path) => deletes(path, reach)) : []),
    prints(isFile(archive) ? EMPTY : content),
  ];
}
