// mlr (Miller): works on tables by a chain of verbs; its small language may open files and run commands.
import { knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type ModelContext,
} from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { opens } from "../projects/file-program.ts";
import { cannotTell, isFile, madeOf, rewrites, writesUnknown } from "../model/filter.ts";
import { shellRuns } from "../model/shell-code.ts";
import { flags, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { runsFrom } from "../projects/project-scripts.ts";

const FORMATS =
  "asv asvlite csv csvlite dkvp gen json jsonl nidx pprint tsv tsvlite usv usvlite xtab";
/** `--icsv`, `--ojson`, `--c2p` and their like. */
const FORMAT_FLAGS = FORMATS.split(" ")
  .flatMap((format) => [`--${format}`, `--i${format}`, `--o${format}`])
  .concat("cdjlntxp".split("").flatMap((from) => [..."bcdjlmntxp"].map((to) => `--${from}2${to}`)))
  .join(" ");

/** Verbs that only look at records and hand them on. */
const PLAIN = new Set(
  "altkv bar bootstrap bottom-up cat check clean-whitespace count-distinct count count-similar cut decimate fill-down fill-empty flatten format-values fraction gap grep group-by group-like gsub having-fields head histogram json-parse json-stringify label latin1-to-utf8 least-frequent merge-fields most-frequent nest nothing regularize rename reorder repeat reshape sample sec2gmtdate sec2gmt sec2str seqgen shuffle skip-trivial-records sort sort-within-records sort-within-records-values sparsify split-ax split-join split-lines splitax ssub stats1 stats2 step strptime sub summary tac tail top unflatten uniq unspace unsparsify utf8-to-latin1".split(
    " ",
  ),
);

export const mlr: CommandModel = command({
  names: ["mlr"],
  optionsEnd: "first-operand",
  options: {
    from: taking("--from --mfrom"),
    code: taking("--load --mload"),
    settings: taking("-s"),
    decoder: taking("--prepipe --prepipex"),
    profile: role("output", taking("--cpuprofile")),
    inPlace: flags("-I"),
    noInput: flags("-n"),
    choice: taking(
      "--pass-comments-with --skip-comments-with --gen-field-name --gen-start --gen-step --gen-stop --io -i -o --flatsep --jflatsep --oflatsep --iflatsep --jvflatsep --nr-progress-mod --ofmt --fflatsep --records-per-batch --seed --tz --fail-color --help-color --key-color --pass-color --value-color --fs --ifs --ifs-regex --ips --ips-regex --irs --ofs --ops --ors --ps --rs --files --idkvp-ps",
    ),
    formats: flags(FORMAT_FLAGS),
    style: flags(
      "--pass-comments --skip-comments --bz2in --gzin --zin --zstdin --prepipe-bz2 --prepipe-gunzip --prepipe-zcat --prepipe-zstdcat --allow-ragged-csv-input --ragged --allow-ragged-tsv-input --headerless-csv-output --ho --headerless-tsv-output --implicit-csv-header --headerless-csv-input --hi --implicit-tsv-header --implicit-pprint-header --headerless-pprint-output --lazy-quotes --no-implicit-csv-header --no-implicit-tsv-header --quote-all --quote-original --quote-minimal --quote-none --quote-numeric --csvlite-allow-ragged -N -c -t -j -p -T --omd --imd --ixvright --xvright --right --barred --barred-input --barred-output --no-auto-flatten --no-auto-unflatten --jlistwrap --jl --jvquoteall --jvstack --no-jlistwrap --no-jvstack --jsonx --ojsonx --ijsonx --jknquoteint --fflush --no-fflush --hash-records --no-hash-records --infer-int-as-float -A --infer-none -S --infer-octal -O --infer-all --no-dedupe-field-names --dedupe-field-names --no-color -M --always-color -C --repifs --time --version --norc-processing -x -h --help --usage",
    ),
  },
  effects: (invocation, context) => {
    const { operands, values, has, stdin } = invocation;
    const chain = chainOf(operands);
    const given = filesOf(chain.at(-1) ?? [], context);
    const files = [...given, ...values("from")].filter(isFile);
    const texts = [...files.flatMap((path) => context.contentOf(path)), ...(stdin ?? [])];
    const opened = has("noInput") ? [] : files.flatMap((path) => opens(path, "entry"));
    return [
      ...opened,
      ...settingsOf(context),
      ...(has("inPlace") ? rewrites(files, texts) : []),
      ...values("code").flatMap((path) => [reads(path), runsFrom("mlr")]),
      ...(has("settings") ? [cannotTell("dynamic-code", "options of `mlr` from a file")] : []),
      // The command gets the file as its input, or as its last word.
      ...values("decoder").flatMap((text) => shellRuns([text])),
      ...chain.flatMap((verb) => oneVerb(verb)),
      prints(madeOf(texts)),
    ];
  },
});

/** Settings of the person and of the directory, which may load code. */
function settingsOf(context: ModelContext): readonly Consequence[] {
  return [literal(`${context.home}/.mlrrc`), literal("./.mlrrc")].flatMap((path) => {
    const code = context.codeAt(path);
    if (code === undefined) return [];
    const isPlain = code.texts.length > 0 && !code.texts.some((text) => /load/.test(text));
    return [reads(path), ...(isPlain ? [] : [runsFrom("mlr", code.origin)])];
  });
}

/** The verbs with their words; the files stand after those of the last one. */
function chainOf(operands: readonly Text[]): readonly (readonly Text[])[] {
  return operands.reduce<readonly (readonly Text[])[]>(
    (chain, word) =>
      textOf(word) === "then"
        ? [...chain, []]
        : [...chain.slice(0, -1), [...(chain.at(-1) ?? []), word]],
    [[]],
  );
}

/**
 * Words of the last verb that may be files. WHY no more is made of them: options of verbs take values, and a word that is
 * taken for a file without being one costs nothing.
 */
function filesOf(words: readonly Text[], context: ModelContext): readonly Text[] {
  return words.slice(1).filter((word, at) => {
    if (knownPrefix(word).startsWith("-")) return false;
    const before = knownPrefix(words[at] ?? []);
    return !before.startsWith("-") || context.isFile(word) || textOf(word) === undefined;
  });
}

function oneVerb([first = [], ...words]: readonly Text[]): readonly Consequence[] {
  const name = textOf(first);
  const texts = words.map((word) => textOf(word));
  const after = (option: RegExp): readonly Text[] =>
    words.filter((_, at) => option.test(texts[at - 1] ?? ""));
  switch (name) {
    case "put":
    case "filter":
      return [
        ...after(/^-f$/).flatMap((path) => [reads(path), runsFrom("mlr")]),
        ...(texts.includes("-f") ? [] : texts.flatMap((text) => expression(text))),
      ];
    case "tee": {
      const target = words.find((word) => !knownPrefix(word).startsWith("-"));
      if (target === undefined) return [];
      return texts.includes("-p") ? shellRuns([target]) : [writes(target, "create")];
    }
    case "split":
    case "case":
      return name === "case" ? [] : writesUnknown("files that are named by what is in the table");
    case "join":
    case "template":
      return [
        ...after(/^-[ft]$/).map((path) => reads(path)),
        ...after(/^--prepipex?$/).flatMap((text) => shellRuns([text])),
      ];
    default:
      return name !== undefined && (PLAIN.has(name) || name === "")
        ? []
        : [cannotTell("unmodelled", "a verb of `mlr` that sallyport does not know")];
  }
}

const CALL = /\b(?:system|exec)\s*\(/;
const PLAIN_CALL = /\bsystem\s*\(\s*"([^"\\]*)"\s*\)/g;
/** Statements whose output may go to a file or a command, as far as a string stands there. */
const REDIRECTED =
  /\b(?:tee|emit[1fp]?|print|printn|dump)\b[^;}]*?(>>?|\|)\s*(?:"((?:[^"\\]|\\.)*)"\s*(?=[;,}]|$)|(?!\s*(?:stderr|stdout)\b))/g;

/** What an expression of the language opens and runs. */
function expression(text: string | undefined): readonly Consequence[] {
  if (text === undefined)
    return [cannotTell("dynamic-code", "an expression of `mlr` that is not known")];
  const found: Consequence[] = [];
  for (const [, command_ = ""] of text.matchAll(PLAIN_CALL)) found.push(...shellRuns(command_));
  if (CALL.test(text.replace(PLAIN_CALL, ""))) found.push(runsFrom("mlr", "inline"));
  for (const [, how, target] of text.matchAll(REDIRECTED)) {
    if (target === undefined) found.push(...writesUnknown("output that `mlr` sends elsewhere"));
    else found.push(...(how === "|" ? shellRuns(target) : [writes(literal(target), "create")]));
  }
  return found;
}
