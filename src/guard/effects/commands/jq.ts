// jq: asks questions of JSON; its language opens no files and runs nothing, its options and modules do.
import { escapeGlob } from "#base/glob.ts";
import {
  ENVIRONMENT,
  append,
  EMPTY,
  hole,
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
  prints,
  reads,
} from "../model/command-model.ts";
import { cannotTell, codeFrom, possibleOptions } from "../model/filter.ts";
import { jqOutput } from "../languages/filters/jq-values.ts";
import { readJqFilter } from "../languages/filters/jq.ts";
import { manifestValue } from "../packages/manifest-values.ts";

/** Options by how many words follow them. */
const FLAGS =
  /^(?:-[cnesrRjaCMSbhV]+|--(?:compact-output|null-input|exit-status|slurp|raw-input|raw-output|raw-output0|join-output|ascii-output|color-output|monochrome-output|sort-keys|tab|unbuffered|stream|stream-errors|seq|binary|help|version|build-configuration))$/;
const NAMED_FILE = new Set(["--slurpfile", "--rawfile", "--argfile"]);
const NAMED_VALUE = new Set(["--arg", "--argjson"]);

/** Options that change only how values are printed, or what jq ends with. */
const PRINTING =
  /^(?:-[nrcjeM]+|--(?:null-input|raw-output|join-output|compact-output|exit-status|monochrome-output))$/;

/** A filter whose last step counts. WHY no `#`: it would begin a comment. */
const LENGTH = /^(?:[^#]*\|)?\s*length\s*$/;
const NUMBER = hole("unmodelled", { like: "[0-9]*" });

type Words = {
  filter: Text | undefined;
  readonly files: Text[];
  readonly read: Text[];
  readonly values: Text[];
  readonly unknownOptions: string[];
  fromFile: boolean;
  modules: boolean;
};

export const jq: CommandModel = command({
  names: ["jq", "gojq", "jaq"],
  optionsEnd: "own",
  options: {},
  effects: ({ args, stdin }, context) => {
    const words = sortWords(args);
    const [first] = words.files;
    // With -f the filter is the file that stands first.
    const scripts =
      words.fromFile && first !== undefined
        ? codeFrom(first, stdin, context)
        : [words.filter ?? []];
    const inputs = words.fromFile ? words.files.slice(1) : words.files;
    const found: Consequence[] = [...words.files, ...words.read].map((path) => reads(path));
    for (const option of words.unknownOptions)
      found.push(
        cannotTell(
          "unknown-option",
          `\`jq\` has an option that sallyport does not know: \`${option}\``,
        ),
      );
    found.push(
      ...possibleOptions("jq", [
        ...words.files,
        ...(words.filter === undefined ? [] : [words.filter]),
      ]),
    );
    const environment = followFilter(scripts, words.modules, found);
    const texts = [...words.files, ...words.read].flatMap((path) => context.contentOf(path));
    const input: TextSet = inputs.length === 0 ? (stdin ?? EMPTY) : EMPTY;
    const sources = sourcesOf([...texts, ...input, ...words.values, ...environment]);
    const isNumber = !words.fromFile && LENGTH.test(textOf(words.filter ?? []) ?? "");
    const ofManifest = packageValue(args, context);
    if (ofManifest !== undefined) return [...found, prints(ofManifest)];
    const ofInput = valuesOf(args, words, input, context);
    if (ofInput !== undefined) return [...found, prints(ofInput)];
    const names = namesOf(args, words, context);
    if (names !== undefined) return [...found, prints(names)];
    const fixed = words.fromFile ? undefined : constantOf(textOf(words.filter ?? []));
    return [
      ...found,
      prints([
        [isNumber ? NUMBER : hole("unmodelled", { sources })],
        ...(fixed === undefined ? [] : [literal(`${fixed}\n`)]),
      ]),
    ];
  },
});

/** What `jq -r .version package.json` prints; undefined for any other call. */
function packageValue(args: readonly Text[], context: ModelContext): TextSet | undefined {
  const words = args.map((word) => textOf(word) ?? "");
  const raw = words.filter((word) => /^(?:-r|-er|-re|--raw-output)$/.test(word));
  const [filter = [], path, ...more] = args.filter((_, at) => !raw.includes(words[at] ?? ""));
  const key = /^\.(\w+)$/.exec(textOf(filter) ?? "")?.[1];
  if (raw.length !== 1 || key === undefined || path === undefined || more.length > 0)
    return undefined;
  return manifestValue(path, key, context)?.map((text) => append(text, literal("\n")));
}

/** What paths name in one document that is known; undefined for any other call. */
function valuesOf(
  args: readonly Text[],
  { filter, files, values, read, fromFile }: Words,
  input: TextSet,
  context: Pick<ModelContext, "contentOf">,
): TextSet | undefined {
  const options = args.flatMap((word) => /^-.+/.exec(textOf(word) ?? "") ?? []);
  const isPlain = options.every((word) => PRINTING.test(word));
  if (!isPlain || fromFile || values.length > 0 || read.length > 0 || files.length > 1)
    return undefined;
  const paths = textOf(filter ?? []);
  const isAlone = options.some((word) => /^-[a-z]*n|^--null-input$/i.test(word));
  const given = files[0] === undefined ? input : context.contentOf(files[0]);
  const texts = isAlone ? [literal("null")] : given;
  const isJoined = options.some((word) => /^-[a-z]*j|^--join-output$/.test(word));
  const isRaw = isJoined || options.some((word) => /^-[a-z]*r|^--raw-output$/.test(word));
  const printed = texts.map((text) => {
    const document = textOf(text);
    return document === undefined || paths === undefined
      ? undefined
      : jqOutput(paths, document, { isRaw, isJoined });
  });
  const known = printed.filter((one) => one !== undefined);
  return known.length < printed.length ? undefined : known.map(literal);
}

/** A file whose keys and texts are looked up, to see what kind of names they are. */
const DOCUMENT = /^[\w./@-]+\.json$/;
/** So many names are told apart. */
const NAMES_MAX = 12;
/** A name without a slash or with one, of which no part begins with a dash or a dot. */
const NAME = /^(?![.-])[\w@+:.-]+(?<rest>\/(?!\.)[\w@+:.-]+)?$/;

/**
 * Names that keys and texts of a document on disk are (`.dependencies | keys[]` of a manifest), of whatever kinds: what is
 * in the file stays its content. Undefined where one is anything else, or begins with a dash.
 */
function namesOf(args: readonly Text[], words: Words, context: ModelContext): TextSet | undefined {
  const [path, ...others] = words.files;
  if (path === undefined || others.length > 0 || !DOCUMENT.test(textOf(path) ?? ""))
    return undefined;
  const printed = valuesOf(args, words, EMPTY, { contentOf: (file) => context.textAt(file) });
  if (printed === undefined) return undefined;
  const lines = printed.flatMap((text) => (textOf(text) ?? "-").split("\n")).filter(Boolean);
  const found = lines.map((line) => NAME.exec(line));
  if (found.length === 0 || found.includes(null)) return undefined;
  const likes = new Set(
    found.map((one) =>
      lines.length <= NAMES_MAX
        ? escapeGlob(one?.[0] ?? "")
        : one?.groups?.["rest"] === undefined
          ? "[!.-]*"
          : "[!.-]*/[!.]*",
    ),
  );
  const sources = sourcesOf(context.contentOf(path));
  return [[], ...[...likes].map((like): Text => [hole("unmodelled", { like, sources })])];
}

/** The text of a filter that is one, or a list of texts put together, whatever comes in. */
function constantOf(filter: string | undefined): string | undefined {
  const [, list = "", between] =
    /^\s*(\[\s*(?:"[^"\\]*"\s*(?:,\s*)?)*\]|"[^"\\]*")\s*(?:\|\s*join\("([^"\\]*)"\)\s*)?$/.exec(
      filter ?? "",
    ) ?? [];
  if (list === "") return sumOf(filter ?? "");
  const texts = [...list.matchAll(/"([^"\\]*)"/g)].map(([, text = ""]) => text);
  if (texts.length === 0 || list.startsWith("[") !== (between !== undefined)) return undefined;
  return texts.join(between ?? "");
}

/** Texts that are added up, and the characters of a list of numbers. */
function sumOf(filter: string): string | undefined {
  if (/^\s*"[^"\\]*"(?:\s*\+\s*"[^"\\]*")+\s*$/.test(filter))
    return [...filter.matchAll(/"([^"\\]*)"/g)].map(([, text = ""]) => text).join("");
  const [, numbers] =
    /^\s*\[\s*(\d{1,7}(?:\s*,\s*\d{1,7}){0,255})\s*\]\s*\|\s*implode\s*$/.exec(filter) ?? [];
  const points = numbers?.split(",").map(Number);
  return points?.every((point) => point < 0x110000) === true
    ? String.fromCodePoint(...points)
    : undefined;
}

/** What the filter asks for besides its input; gives what may get into the output from there. */
function followFilter(scripts: TextSet, modules: boolean, found: Consequence[]): TextSet {
  const added: Text[] = [];
  for (const script of scripts) {
    const source = textOf(script);
    const use = source === undefined ? { environment: true, modules: true } : readJqFilter(source);
    if (use.environment) {
      found.push(reads(literal("/proc/self/environ")));
      added.push([hole("missing-fact", { sources: [ENVIRONMENT] })]);
    }
    if (use.modules || modules)
      found.push(cannotTell("dynamic-path", "modules or data that the filter of jq loads"));
  }
  return added;
}

function sortWords(args: readonly Text[]): Words {
  const words: Words = {
    filter: undefined,
    files: [],
    read: [],
    values: [],
    unknownOptions: [],
    fromFile: false,
    modules: false,
  };
  let positional = false;
  let optionsOver = false;
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? [];
    const text = textOf(word);
    if (!optionsOver && text !== undefined && text.startsWith("-") && text !== "-") {
      at += takeOption(text, args.slice(at + 1, at + 3), words);
      if (text === "--args" || text === "--jsonargs") positional = true;
      if (text === "--") optionsOver = true;
    } else if (words.filter === undefined && !words.fromFile) words.filter = word;
    else if (positional) words.values.push(word);
    else words.files.push(word);
  }
  // -f may also stand after what looked like the filter.
  if (words.fromFile && words.filter !== undefined) words.files.unshift(words.filter);
  return words;
}

/** Reads one option; gives how many of the following words belong to it. */
function takeOption(text: string, next: readonly Text[], words: Words): number {
  const [first = [], second = []] = next;
  if (NAMED_FILE.has(text)) {
    words.read.push(second);
    return 2;
  }
  if (NAMED_VALUE.has(text)) {
    words.values.push(second);
    return 2;
  }
  if (text === "--indent") return 1;
  if (text === "-L" || text === "--library-path") {
    words.modules = textOf(first) === undefined;
    return 1;
  }
  if (text === "--from-file" || /^-[cnesrRjaCMSb]*f[cnesrRjaCMSb]*$/.test(text))
    words.fromFile = true;
  else if (
    !FLAGS.test(text) &&
    !["--", "--args", "--jsonargs"].includes(text) &&
    !/^-L./.test(text)
  )
    words.unknownOptions.push(text);
  return 0;
}
