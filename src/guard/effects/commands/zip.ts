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
  deletes,
  type ModelContext,
  prints,
  reads,
  writes,
  readsTree,
} from "../model/command-model.ts";
import { compresses } from "../bytes/archive.ts";
import {
  cannotTell,
  isFile,
  listedFiles,
  madeOf,
  possibleOptions,
  runsInShell,
} from "../model/filter.ts";

/** Options that take the next word. */
const TAKING =
  /^-{1,2}(?:b|n|P|t|tt|Z|s|ws|temp-path|suffixes|password|from-date|before-date|compression-method|split-size|lf|la|li|logfile-path|O|out|output-file|TT|unzip-command)$/;
const FLAGS =
  /^(?:-[0-9rqvuUfFjJlTyeDXkogAczmdhLSwCVpiaHN@-]+|--(?:recurse-paths|recurse-patterns|quiet|verbose|update|freshen|junk-paths|symlinks|encrypt|no-dir-entries|no-extra|test|move|delete|filesync|grow|to-crlf|from-crlf|adjust-sfx|names-stdin|copy-entries|difference-archive|fix|fixfix|latest-time|strip-extra|help|version|license|show-files|display-.*|fifo|force-zip64|no-wild|no-image|fast|best|compress-\d))$/;

export const zip: CommandModel = command({
  names: ["zip"],
  optionsEnd: "own",
  options: {},
  effects: ({ args, stdin }, context) => {
    const found: Consequence[] = [];
    const operands: Text[] = [];
    const listed: Text[] = [];
    const outputs: Text[] = [];
    const excluded: Text[] = [];
    let moves = false;
    let recursive = false;
    for (let at = 0; at < args.length; at += 1) {
      const word = args[at] ?? [];
      const text = textOf(word);
      const next = args[at + 1] ?? [];
      if (text === "@") continue;
      if (text === undefined || !text.startsWith("-") || text === "-") {
        operands.push(word);
        continue;
      }
      if (/^(?:-[xi]|--exclude|--include|-R)$/.test(text) || /^-[xi]./.test(text)) {
        // Patterns up to the next option; of -R they are what is packed.
        if (text === "-R") operands.push(...args.slice(at + 1, at + 2), literal("."));
        while (at + 1 < args.length && !endsList(args[at + 1] ?? [])) {
          if (operands.length === 0) operands.push(args[at + 1] ?? []);
          else if (/^(?:-x|--exclude)$/.test(text)) excluded.push(args[at + 1] ?? []);
          at += 1;
        }
        if (text === "-R") recursive = true;
        continue;
      }
      if (TAKING.test(text)) {
        at += 1;
        if (/^(?:-TT|--unzip-command)$/.test(text)) found.push(runsInShell(next));
        if (/^-{1,2}(?:O|out|output-file|lf|logfile-path)$/.test(text)) outputs.push(next);
        if (/^-(?:b|-temp-path)$/.test(text))
          found.push(
            writes(
              append(next, [...literal("/zi"), hole("unmodelled", { splits: false, like: "*" })]),
              "create",
            ),
          );
        continue;
      }
      // The last letter of a cluster may take a value too.
      if (/^-[a-zA-Z0-9]+[bnPtsOZ]$/.test(text)) {
        if (text.endsWith("O")) outputs.push(next);
        at += 1;
      }
      if (/^-[^-]*T|^--test/.test(text)) found.push(...compresses(["sh", "unzip"]));
      if (!FLAGS.test(text))
        found.push(
          cannotTell(
            "unknown-option",
            `\`zip\` has an option that sallyport does not know: \`${text}\``,
          ),
        );
      if (/^-[^-]*m|^--move/.test(text)) moves = true;
      if (/^-[^-]*r|^--recurse/.test(text)) recursive = true;
      if (/^-[^-]*@|^--names-stdin/.test(text)) listed.push(...namesOnInput(stdin, context, found));
    }
    found.push(...possibleOptions("zip", operands));
    return [
      ...found,
      ...packs(
        [...operands, ...listed],
        outputs,
        { moves, recursive, leaves: leftByPatterns(excluded) },
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

/** A list of patterns goes on to the next option or a lone `@`. */
function endsList(word: Text): boolean {
  const text = textOf(word);
  return text !== undefined && (text.startsWith("-") || text === "@");
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
