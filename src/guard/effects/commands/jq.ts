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
  type Invocation,
  type ModelContext,
} from "../model/command-model.ts";
import { loads, prints, reads } from "../model/consequences.ts";
import { cannotTell, codeFrom } from "../model/filter.ts";
import { flags, taking, takingWords } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { jqOutput } from "../languages/filters/jq-values.ts";
import { readJqFilter } from "../languages/filters/jq.ts";
import { manifestValue } from "../packages/manifest-values.ts";

/** Options that change only how values are printed, or what jq ends with, by their keys. */
const PRINTING = ["alone", "raw", "joined", "layout"];

/** A filter whose last step counts. WHY no `#`: it would begin a comment. */
const LENGTH = /^(?:[^#]*\|)?\s*length\s*$/;
const NUMBER = hole("unmodelled", { like: "[0-9]*" });

type Words = {
  readonly filter: Text | undefined;
  /** What is read as input, the file of the filter first where `-f` names one. */
  readonly files: readonly Text[];
  readonly read: readonly Text[];
  readonly values: readonly Text[];
  readonly fromFile: boolean;
  readonly has: Invocation["has"];
};

const OPTIONS = {
  named: role("input", takingWords(2, "--slurpfile --rawfile --argfile")),
  value: takingWords(2, "--arg --argjson"),
  choice: taking("--indent"),
  modules: taking("-L --library-path"),
  fromFile: flags("f", "--from-file"),
  rest: flags("--args --jsonargs"),
  alone: flags("n", "--null-input"),
  raw: flags("r", "--raw-output"),
  joined: flags("j", "--join-output"),
  layout: flags("ceM", "--compact-output --exit-status --monochrome-output"),
  style: flags(
    "sRaCSb",
    "--slurp --raw-input --raw-output0 --ascii-output --color-output --sort-keys --tab --unbuffered --stream --stream-errors --seq --binary --build-configuration --yaml-input --yaml-output",
  ),
  about: flags("hV", "--help --version"),
};

/** What terraform knows of what it made: a document by programs for programs, of which a few values are secret. */
const STATE = /\.tfstate(?:\.backup)?$/;

export const jq: CommandModel = command({
  names: ["jq", "gojq", "jaq"],
  options: OPTIONS,
  effects: (invocation, context) => {
    const { args, stdin } = invocation;
    const words = sortWords(invocation);
    const [first] = words.files;
    // With -f the filter is the file that stands first.
    const scripts =
      words.fromFile && first !== undefined
        ? codeFrom(first, stdin, context)
        : [words.filter ?? []];
    const inputs = words.fromFile ? words.files.slice(1) : words.files;
    const found: Consequence[] = words.files.map((path) =>
      STATE.test(textOf(path) ?? "") ? loads(path) : reads(path),
    );
    const areOwn = invocation.values("modules").some((place) => textOf(place) === undefined);
    const environment = followFilter(scripts, areOwn, found);
    const texts = [...words.files, ...words.read].flatMap((path) => context.contentOf(path));
    const input: TextSet = inputs.length === 0 ? (stdin ?? EMPTY) : EMPTY;
    const sources = sourcesOf([...texts, ...input, ...words.values, ...environment]);
    const isNumber = !words.fromFile && LENGTH.test(textOf(words.filter ?? []) ?? "");
    const ofManifest = packageValue(args, context);
    if (ofManifest !== undefined) return [...found, prints(ofManifest)];
    const ofInput = valuesOf(words, input, context);
    if (ofInput !== undefined) return [...found, prints(ofInput)];
    const names = namesOf(words, context);
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
  { filter, files, values, read, fromFile, has }: Words,
  input: TextSet,
  context: Pick<ModelContext, "contentOf">,
): TextSet | undefined {
  const isPlain = Object.keys(OPTIONS).every((key) => PRINTING.includes(key) || !has(key));
  if (!isPlain || fromFile || values.length > 0 || read.length > 0 || files.length > 1)
    return undefined;
  const paths = textOf(filter ?? []);
  const given = files[0] === undefined ? input : context.contentOf(files[0]);
  const texts = has("alone") ? [literal("null")] : given;
  const isJoined = has("joined");
  const isRaw = isJoined || has("raw");
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
function namesOf(words: Words, context: ModelContext): TextSet | undefined {
  const [path, ...others] = words.files;
  if (path === undefined || others.length > 0 || !DOCUMENT.test(textOf(path) ?? ""))
    return undefined;
  const printed = valuesOf(words, EMPTY, { contentOf: (file) => context.textAt(file) });
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

function sortWords({ args, operands, values, has }: Invocation): Words {
  // Behind --args the words are values; whatever one may be, it stands behind that word.
  const rest = args.findIndex((word) => /^--(?:json)?args$/.test(textOf(word) ?? ""));
  const given = new Set(has("rest") ? args.slice(rest) : []);
  const fromFile = has("fromFile");
  const [filter, ...others] = operands;
  const files = fromFile ? operands : others;
  return {
    filter: fromFile ? undefined : filter,
    files: files.filter((word, at) => !given.has(word) || (fromFile && at === 0)),
    read: values("named").filter((_, at) => at % 2 === 1),
    values: [
      ...values("value").filter((_, at) => at % 2 === 1),
      ...files.filter((word) => given.has(word)),
    ],
    fromFile,
    has,
  };
}
