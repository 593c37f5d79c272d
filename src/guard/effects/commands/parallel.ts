// GNU parallel and sem: run a command for each word, through a shell.
import {
  append,
  baseOf,
  EMPTY,
  hole,
  listedIn,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type ModelContext,
} from "../model/command-model.ts";
import { reads } from "../model/consequences.ts";
import { compresses } from "../bytes/archive.ts";
import { cannotTell, isFile } from "../model/filter.ts";
import { linesOf } from "../bytes/lines.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { egress } from "../model/verbs.ts";

/** Runs that are followed one by one; more are taken as one with unknown words. */
const RUNS_MAX = 32;
/** Where the sources of words begin: after `:::` words of the call, after `::::` files of words. */
const SOURCE = /^:::(:?)\+?$/;

/** Programs that it asks about the machine and its shell before the first run. */
const HELPERS = "sh bash perl hostname echo false lscpu sleep rm".split(" ");

export const parallel: CommandModel = command({
  names: ["parallel", "sem", "env_parallel"],
  optionsEnd: "first-operand",
  options: {
    list: taking("-a --arg-file"),
    written: role("output tree", taking("--joblog --results --res --tmpdir --tempdir")),
    remote: taking(
      "-S --sshlogin --sshloginfile --slf --transferfile --tf --return --basefile --bf --trc",
    ),
    code: taking("--rpl --profile -J --filter --limit --tagstring --sshdelay --ssh"),
    directory: taking("--workdir --wd"),
    placeholder: taking("-I"),
    separator: taking("-C --colsep -d --delimiter --arg-sep --arg-file-sep"),
    choice: taking(
      "-j --jobs -P --max-procs -n --max-args -N --max-replace-args -L --max-lines -s --max-chars --halt --halt-on-error --delay --timeout --retries --load --memfree --memsuspend --nice --env --block --block-size --recstart --recend --id --semaphorename --semaphoretimeout --st -E --minversion --seqreplace --trim --process-slot-var --shard --bin --groupby",
    ),
    glued: maybeTaking("-i --replace -l -e --eof --header --sqlmaster --sql"),
    dry: flags("--dry-run --dryrun"),
    pipe: flags("--pipe --spreadstdin --pipepart --pipe-part --tee --cat --fifo"),
    semaphore: flags("--semaphore"),
    shape: flags("--transfer -X -m --xargs -q --quote -0 --null --link --xapply"),
    style: flags(
      "-k --keep-order -u --ungroup --group --lb --line-buffer --linebuffer --tag --bar --progress --eta -r --no-run-if-empty -v --verbose -vv --will-cite --citation --shuf --silent -t -x --exit --resume --resume-failed --files --noswap --cleanup --controlmaster -M --bg --fg --wait --tmux --tmuxpane --color --colour --ctag --plain --gnu --number-of-cpus --number-of-cores --max-line-length-allowed --show-limits --embed --latest-line --ll -D -z -h -V --bibtex --nn --compress --open-tty -o -p --interactive",
    ),
    about: ABOUT,
  },
  effects: ({ name, operands, values, has, stdin }, context) => {
    if (has("about")) return [];
    // It waits for its turn and runs the command once.
    if (name === "sem" || has("semaphore"))
      return [
        { kind: "script", texts: [joined(operands)], positional: [], stdin: stdin ?? EMPTY },
        ...elsewhere(values("directory"), undefined),
      ];
    const start = operands.findIndex((word) => SOURCE.test(textOf(word) ?? ""));
    const words = start < 0 ? operands : operands.slice(0, start);
    const template = startedIn(values("directory"), words);
    const sources = [
      ...values("list").map((path) => fromFile(path, stdin, context)),
      ...(start < 0 ? [] : sourcesIn(operands.slice(start), stdin, context)),
    ];
    const inputs = sources.length === 0 ? [fromInput(stdin ?? EMPTY)] : sources;
    const found: Consequence[] = [
      ...compresses(HELPERS),
      ...inputs.flatMap(({ opened }) => opened),
      ...(has("remote")
        ? [
            egress(undefined, [{ kind: "argument" }, ...sourcesOf(operands)]),
            cannotTell("unmodelled", "jobs of `parallel` on other machines"),
          ]
        : []),
      ...elsewhere(values("directory"), template === words ? undefined : template),
      ...(has("code")
        ? [cannotTell("dynamic-code", "expressions that `parallel` makes words by")]
        : []),
    ];
    if (has("dry")) return found;
    if (has("pipe"))
      return [
        ...found,
        {
          kind: "script",
          texts: numbered(joined(template)),
          positional: [],
          stdin: stdin ?? EMPTY,
        },
      ];
    const placeholder = textOf(values("placeholder").at(-1) ?? literal("{}"));
    if (placeholder === undefined || has("separator"))
      return [...found, cannotTell("dynamic-code", "words that `parallel` takes apart")];
    return [
      ...found,
      ...jobs(
        joined(template),
        placeholder,
        combined(
          inputs.map(({ words }) => words),
          has("shape"),
        ),
      ),
    ];
  },
});

/** A template whose commands run where `--workdir` says, where that is plain; else the words as they are. */
function startedIn(directories: readonly Text[], words: readonly Text[]): readonly Text[] {
  const [directory] = directories.slice(-1);
  const isPlain = /^[\w./-]+$/.test(textOf(directory ?? []) ?? "");
  return directory !== undefined && isPlain && words.length > 0
    ? [literal("cd"), directory, literal("&&"), ...words]
    : words;
}

/** What is told where commands run in a directory that no template names. */
function elsewhere(
  directories: readonly Text[],
  template: readonly Text[] | undefined,
): readonly Consequence[] {
  return directories.length > 0 && template === undefined
    ? [cannotTell("dynamic-path", "commands of `parallel` that run in another directory")]
    : [];
}

/** The commands of a template for each run, where the numbers of runs stand in it. */
function numbered(template: Text): TextSet {
  const text = textOf(template);
  if (text === undefined || !/\{[#%]\}/.test(text)) return [template];
  return Array.from({ length: RUNS_MAX }, (_, at) =>
    literal(text.replaceAll(/\{[#%]\}/g, String(at + 1))),
  );
}

type Source = {
  readonly opened: readonly Consequence[];
  /** Undefined: not known, and made of these. */
  readonly words: readonly Text[] | TextSet;
};

function joined(words: readonly Text[]): Text {
  return words.reduce<Text>(
    (sum, word, at) => append(at === 0 ? sum : append(sum, literal(" ")), word),
    [],
  );
}

function sourcesIn(
  words: readonly Text[],
  stdin: TextSet | undefined,
  context: ModelContext,
): readonly Source[] {
  const found: { isFiles: boolean; words: Text[] }[] = [];
  for (const word of words) {
    const kind = SOURCE.exec(textOf(word) ?? "");
    if (kind !== null) found.push({ isFiles: kind[1] === ":", words: [] });
    else found.at(-1)?.words.push(word);
  }
  return found.flatMap(({ isFiles, words: given }) =>
    isFiles ? given.map((path) => fromFile(path, stdin, context)) : [{ opened: [], words: given }],
  );
}

function fromFile(path: Text, stdin: TextSet | undefined, context: ModelContext): Source {
  if (!isFile(path)) return fromInput(stdin ?? EMPTY);
  return { ...fromInput(context.textAt(path)), opened: [reads(path)] };
}

/** Each line of the input is a word. */
function fromInput(texts: TextSet): Source {
  const [only] = texts;
  const text = texts.length === 1 && only !== undefined ? textOf(only) : undefined;
  return {
    opened: [],
    words:
      text === undefined
        ? [
            [
              hole("dynamic-code", {
                sources: sourcesOf(texts),
                splits: false,
                ...likeOfAll(texts),
                listed: only === undefined || texts.length > 1 ? undefined : listedIn(only),
              }),
            ],
          ]
        : linesOf(text).map(literal),
  };
}

function likeOfAll(texts: TextSet): { readonly like?: string } {
  const likes = texts.map(([piece, ...more]) =>
    piece?.kind === "hole" && more.length === 0 ? piece.like : undefined,
  );
  const [like, ...others] = [...new Set(likes)];
  return like === undefined || others.length > 0 ? {} : { like };
}

/** The words of each run: one of every source, or all together where a run takes several. */
function combined(
  sources: readonly (readonly Text[])[],
  isMany: boolean,
): readonly (readonly Text[])[] {
  if (isMany) return [sources.flat()];
  return sources.reduce<readonly (readonly Text[])[]>(
    (rows, words) =>
      rows
        .flatMap((row) => words.slice(0, RUNS_MAX + 1).map((word) => [...row, word]))
        .slice(0, RUNS_MAX + 1),
    [[]],
  );
}

/** What stands for a word, or a part of it. */
const PART = /\{(\d*)(\/\/|\/\.|\.|\/|#|%|)\}/g;

function jobs(
  template: Text,
  placeholder: string,
  rows: readonly (readonly Text[])[],
): readonly Consequence[] {
  if (rows.length > RUNS_MAX) return [cannotTell("dynamic-code", "more runs than are followed")];
  const text = textOf(template);
  if (text === undefined)
    return [cannotTell("dynamic-code", "a command of `parallel` that is not known")];
  return rows.flatMap((row): readonly Consequence[] => {
    // Without a command the words are commands.
    if (text === "") return [{ kind: "script", texts: [joined(row)], positional: [] }];
    if (/\{=/.test(text))
      return [cannotTell("dynamic-code", "expressions that `parallel` makes words by")];
    const whole = placeholder === "{}" ? text : text.replaceAll(placeholder, "{}");
    const filled = whole.search(PART) >= 0 ? whole : `${whole} {}`;
    const known = row.map((word) => textOf(word));
    if (known.every((word) => word !== undefined))
      return [
        {
          kind: "script",
          texts: [
            literal(
              filled.replace(PART, (_, at: string, part: string) => filledIn(known, at, part)),
            ),
          ],
          positional: [],
        },
      ];
    // A word that is not known is handed over by its place; inside quotes that would be another text.
    if (/["'`\\]/.test(filled))
      return [
        cannotTell("dynamic-code", "a command of `parallel` with words that are not known in it"),
      ];
    return [withReferences(filled, row)];
  });
}

/** The command with a positional parameter for each word, or part of one, that stands in it. */
function withReferences(filled: string, row: readonly Text[]): Consequence {
  const positional: Text[] = [];
  const text = filled.replace(PART, (_, at: string, part: string) => {
    if (part === "#" || part === "%") return "1";
    const words = at === "" ? row : row.slice(Number(at) - 1, Number(at));
    return words
      .map((word) => {
        positional.push(pieceOf(word, part));
        return `"\${${positional.length}}"`;
      })
      .join(" ");
  });
  return { kind: "script", texts: [literal(text)], positional };
}

/** The word, its part, or all words where no number says which. */
function filledIn(words: readonly string[], at: string, part: string): string {
  return at === ""
    ? words.map((word) => quoted(piece([word], "1", part))).join(" ")
    : quoted(piece(words, at, part));
}

/** The known word or its part, as `{.}` and its like say. */
function piece(words: readonly string[], at: string, part: string): string {
  const word = words[Number(at) - 1] ?? "";
  const base = word.replace(/^.*\//s, "");
  switch (part) {
    case ".":
      return word.replace(/\.[^./]*$/, "");
    case "/":
      return base;
    case "//":
      return word.includes("/") ? word.replace(/\/[^/]*$/, "") : ".";
    case "/.":
      return base.replace(/\.[^.]*$/, "");
    case "#":
    case "%":
      return "1";
    default:
      return word;
  }
}

function quoted(word: string): string {
  return /^[\w./:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The same part of a word of which only the likeness may be known. */
function pieceOf(word: Text, part: string): Text {
  const known = textOf(word);
  if (known !== undefined) return literal(piece([known], "1", part));
  const [only, ...more] = part.startsWith("/") && part !== "//" ? baseOf(word) : word;
  if (part === "" || part === "/") return only === undefined ? [] : [only, ...more];
  if (only?.kind !== "hole" || only.like === undefined || more.length > 0)
    return [hole("dynamic-path", { sources: sourcesOf([word]) })];
  // What a pattern says of the end or the beginning of names is taken away with it.
  const like = only.like.replace(part === "//" ? /\/[^/]*$/ : /\.[^./*?[\]]*$/, "");
  const { listed: _, ...changed } = only;
  return [{ ...changed, like: like === only.like ? "**" : like }];
}
