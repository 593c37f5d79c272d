// rg: searches trees; may run a program on each file and take options from a file that a variable names.
import { excludePatterns } from "../arguments/exclude-patterns.ts";
import {
  dropKnown,
  EMPTY,
  knownPrefix,
  likeOf,
  type Listed,
  literal,
  type Text,
  type TextSet,
  textOf,
  hole,
} from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type Invocation,
  type ModelContext,
} from "../model/command-model.ts";
import { prints, reads, readsTree } from "../model/consequences.ts";
import type { ExcludePatterns, Skips } from "../../vocabulary/effect.ts";
import { cannotTell, isFile, madeOf } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";
import { requiredWords } from "../arguments/required-words.ts";

/** Suffixes of the types of files that people ask for most. */
const TYPES: ReadonlyMap<string, readonly string[]> = new Map([
  ["ts", ["*.ts", "*.tsx", "*.cts", "*.mts"]],
  ["js", ["*.js", "*.jsx", "*.vue", "*.cjs", "*.mjs"]],
  ["py", ["*.py", "*.pyi"]],
  ["rust", ["*.rs"]],
  ["go", ["*.go"]],
  ["css", ["*.css", "*.scss"]],
  ["ruby", ["Gemfile", "*.gemspec", ".irbrc", "Rakefile", "*.rb", "config.ru"]],
  ["php", ["*.php", "*.php[345678]", "*.pht", "*.phtml"]],
  ["kotlin", ["*.kt", "*.kts"]],
  ["scala", ["*.scala", "*.sbt"]],
  ["swift", ["*.swift"]],
  ["html", ["*.htm", "*.html", "*.ejs"]],
  ["md", ["*.markdown", "*.md", "*.mdown", "*.mdwn", "*.mkd", "*.mkdn", "*.mdx"]],
  ["c", ["*.[chH]", "*.[chH].in", "*.cats"]],
]);

export const rg: CommandModel = command({
  names: ["rg", "ripgrep"],
  options: {
    pattern: taking("-e --regexp"),
    patternFile: taking("-f --file"),
    ignoreFile: taking("--ignore-file"),
    program: taking("--pre"),
    hostname: taking("--hostname-bin"),
    globs: taking("-g --glob"),
    anyCase: taking("--iglob"),
    ignoresCase: flags("--glob-case-insensitive"),
    types: taking("-t --type"),
    listing: flags("--files"),
    typeList: flags("--type-list"),
    fileNames: flags("-l --files-with-matches"),
    otherNames: flags("--files-without-match"),
    hidden: flags("-. --hidden -L --follow"),
    unrestricted: flags("-u --unrestricted"),
    unignored: flags(
      "--no-ignore --no-ignore-dot --no-ignore-exclude --no-ignore-files --no-ignore-global --no-ignore-parent --no-ignore-vcs",
    ),
    unzips: flags("-z --search-zip"),
    fixed: flags("-F --fixed-strings"),
    shown: flags("-v --invert-match --passthru --passthrough --null-data"),
    encoding: taking("-E --encoding"),
    choice: taking(
      "-A --after-context -B --before-context --color --colors -C --context --context-separator --dfa-size-limit --engine --field-context-separator --field-match-separator -M --max-columns -m --max-count -d --max-depth --maxdepth --max-filesize --path-separator --pre-glob --regex-size-limit -r --replace --sort --sortr -j --threads --type-add --type-clear -T --type-not --generate --hyperlink-format",
    ),
    glued: maybeTaking("--stop-on-nonmatch"),
    style: flags(
      "--no-context-separator --unicode --auto-hybrid-regex --binary --block-buffered -b --byte-offset -s --case-sensitive --column -c --count --count-matches --crlf --debug --trace -h --heading -i --ignore-case --ignore-file-case-insensitive --include-zero --json --line-buffered -n --line-number -x --line-regexp --max-columns-preview --mmap -U --multiline --multiline-dotall -I --no-filename --no-heading --no-ignore-messages -N --no-line-number --no-messages --no-mmap --no-pcre2-unicode --no-require-git --no-unicode -0 --null --one-file-system -o --only-matching -P --pcre2 --pcre2-version -p --pretty -q --quiet -S --smart-case --stats -a --text --trim -V --vimgrep -H --with-filename -w --word-regexp --no-pre --no-hidden --no-follow",
    ),
    unconfigured: flags("--no-config"),
    about: ABOUT,
  },
  effects: ({ operands, has, values, stdin }, context) => {
    const given = ["pattern", "patternFile", "listing", "typeList"].some((one) => has(one));
    const named = given ? operands : operands.slice(1);
    // Without a path the input is searched when it is a file or a pipe, else the working directory.
    const maybeTree =
      named.length === 0 && (stdin === undefined || stdin.some((one) => one.length === 0));
    const roots: readonly Text[] = maybeTree ? [literal(".")] : named.filter(isFile);
    const found: Consequence[] = [...values("patternFile"), ...values("ignoreFile")]
      .filter(isFile)
      .map((path) => reads(path));
    const globs = globsOf({ has, values });
    const leaves = leftByGlobs(globs);
    const configured = has("unconfigured") ? "plain" : configuration(context);
    if (configured !== "none")
      for (const path of context.variable(CONFIG) ?? [])
        if (!context.isUserControlled(CONFIG, textOf(path) ?? "")) found.push(reads(path));
    const skips =
      configured === "none" || configured === "plain"
        ? skipped({ has, values }, context)
        : undefined;
    const isAsked = configured === "none" || configured === "plain";
    const words = isAsked ? wordsOf({ operands, has, values }) : undefined;
    if (!has("listing") && !has("typeList"))
      for (const root of roots)
        for (const filter of filters(globs, values("types"), has("choice")))
          found.push(
            filter === undefined
              ? readsTree(root, { skips, leaves, words })
              : reads(root, "tree", filter),
          );
    for (const program of [...values("program"), ...values("hostname")])
      if (textOf(program) !== "") found.push(...roots.map((root) => ranOn(program, root)));
    if (has("unzips"))
      for (const program of ["gzip", "bzip2", "xz", "lz4", "lzma", "brotli", "zstd", "uncompress"])
        found.push({
          kind: "effect",
          effect: { kind: "execute", program, origin: "system", reach: "modelled" },
        });
    if (configured === "unknown")
      found.push(cannotTell("unknown-option", "options of rg that come from a file"));
    const texts =
      has("listing") || has("typeList")
        ? EMPTY
        : [...roots.flatMap((root) => context.contentOf(root)), ...(stdin ?? EMPTY)];
    const among = listedHere(skips, has("fileNames") ? words : undefined, context);
    const listed = namesAmong(roots, { has, values }, { context, among });
    return [...found, prints([[], ...(listed ?? madeOf(texts))])];
  },
});

/** Names of files of which more kinds are not told apart. */
const KINDS_MAX = 16;
/** What is printed besides names, or in their place. */
const BESIDE_NAMES = ["listing", "fileNames", "otherNames"];

/** What `--files` and `-l` may name: the files that are searched, and what lies below those that are directories. */
function namesAmong(
  roots: readonly Text[],
  { has, values }: Pick<Invocation, "has" | "values">,
  { context, among }: { readonly context: ModelContext; readonly among: Listed | undefined },
): TextSet | undefined {
  if (!BESIDE_NAMES.some((one) => has(one)) || has("typeList") || has("program")) return undefined;
  const names = filters(globsOf({ has, values }), values("types"), has("choice")).map(
    (filter) => filter ?? "*",
  );
  const isTold = (path: Text): boolean =>
    path.every((piece) => piece.kind !== "hole" || piece.like !== undefined);
  // Which of all files of a project are named depends on what they hold.
  if (names.includes("*") && roots.every((root) => /^\.?\/*$/.test(likeOf(root))))
    return [[hole("unmodelled", { within: "./**", listed: isHere(roots) ? among : undefined })]];
  if (!roots.every(isTold) || roots.length * names.length > KINDS_MAX) return undefined;
  const likes = roots.flatMap((root) => {
    const below = names.map((name) => `${likeOf(root).replace(/\/+$/, "")}/**/${name}`);
    if (context.isFile(root)) return [likeOf(root)];
    return context.isDirectory(root) ? below : [likeOf(root), ...below];
  });
  return likes.map((like) => [hole("dynamic-path", { like })]);
}

/** Whether nothing but the working directory is searched. */
function isHere(roots: readonly Text[]): boolean {
  return roots.length === 1 && /^\.\/?$/.test(textOf(roots[0] ?? []) ?? "");
}

/** What is known of all files that a search of the working directory names: what it leaves out, words that each holds. */
function listedHere(
  skips: Skips | undefined,
  words: readonly string[] | undefined,
  context: ModelContext,
): Listed | undefined {
  const place = context.directory;
  if (skips === undefined || place === undefined || context.mayMove(literal("."))) return undefined;
  // A name with a dash before it would be an option.
  if (context.matches("-*")?.length !== 0) return undefined;
  return { place, skips, ...(words === undefined ? {} : { words }) };
}

/** The variable that names the file of the person's own options, one in a line. */
const CONFIG = "RIPGREP_CONFIG_PATH";
/** Options of that file that change only how matches look, or leave more out. */
const PLAIN_LINE =
  /^\s*(?:#.*|--(?:smart-case|ignore-case|case-sensitive|line-number|no-line-number|column|heading|no-heading|with-filename|trim|max-columns-preview|pretty|no-messages|no-ignore-messages|word-regexp|one-file-system|sort-files)|-[SinNHpsw]|--(?:colors?|max-columns|context|after-context|before-context|type-add|max-count|max-depth|max-filesize|sort|sortr|threads|context-separator|path-separator|hyperlink-format|engine|type-not)(?:=.*)?|(?:--(?:glob|iglob)=|-g)['"]?!.*|(?:always|never|auto|\d+\S*))?\s*$/;
/** Options by which more files are searched, none run. */
const WIDE_LINE =
  /^\s*(?:--(?:hidden|follow|unrestricted|no-ignore(?:-\w+)*|text|binary|search-zip)|-[.Luaz]+|(?:--(?:glob|iglob|type|ignore-file)=|-[gt]).*)\s*$/;

/** What the person's own file of options does to a search; `none` where there is no such file. */
function configuration(context: ModelContext): "none" | "plain" | "wide" | "unknown" {
  const paths = context.variable(CONFIG);
  const [path, ...others] = paths ?? [];
  if (paths === undefined || (path !== undefined && textOf(path) === "" && others.length === 0))
    return "none";
  const [text, ...more] = path === undefined || others.length > 0 ? [] : context.textAt(path);
  const lines = text === undefined || more.length > 0 ? undefined : textOf(text)?.split("\n");
  if (lines === undefined) return "unknown";
  if (lines.every((line) => PLAIN_LINE.test(line))) return "plain";
  return lines.every((line) => PLAIN_LINE.test(line) || WIDE_LINE.test(line)) ? "wide" : "unknown";
}

/** What is left out of trees. WHY not with a glob or a type: what one of them names is searched although it is hidden. */
function skipped(
  { has, values }: Pick<Invocation, "has" | "values">,
  context: ModelContext,
): Skips | undefined {
  const isExcluding = (glob: Text): boolean => knownPrefix(glob).startsWith("!");
  if (has("hidden") || has("unrestricted") || has("ignoreFile") || has("types")) return undefined;
  if (!globsOf({ has, values }).every(isExcluding)) return undefined;
  // Where ripgrep looks for git's own list of what to ignore.
  const home = context.variable("HOME");
  if (home !== undefined && (home.length !== 1 || textOf(home[0] ?? []) !== context.home)) return;
  const settings = context.variable("XDG_CONFIG_HOME");
  const usual = settings?.every((one) => textOf(one) === `${context.home}/.config`);
  if (settings !== undefined && usual !== true) return undefined;
  return has("unignored") ? "hidden" : "hidden-and-ignored";
}

/** Words without which nothing of a file is shown, where it is searched as the text that it is. */
function wordsOf({
  operands,
  has,
  values,
}: Pick<Invocation, "operands" | "has" | "values">): readonly string[] | undefined {
  const isOther = ["patternFile", "shown", "encoding", "unzips", "program"].some((one) => has(one));
  if (isOther) return undefined;
  const patterns = has("pattern") ? values("pattern") : operands.slice(0, 1);
  return requiredWords(patterns, has("fixed"));
}

/** The globs of names, those for which case does not matter spelt with both. */
function globsOf({ has, values }: Pick<Invocation, "has" | "values">): readonly Text[] {
  const caseless = (glob: Text): Text => {
    const text = textOf(glob);
    if (text === undefined || text.includes("[")) return [hole("dynamic-path", { splits: false })];
    return literal(
      text.replace(/\p{L}/gu, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`),
    );
  };
  const plain = values("globs");
  return [
    ...(has("ignoresCase") ? plain.map(caseless) : plain),
    ...values("anyCase").map(caseless),
  ];
}

/** What `-g !name` leaves out, where every glob does: of several that match, the last one wins. */
function leftByGlobs(globs: readonly Text[]): ExcludePatterns | undefined {
  if (!globs.every((glob) => knownPrefix(glob).startsWith("!"))) return undefined;
  const names = globs.map((glob) => dropKnown(glob, 1));
  return excludePatterns(names, names);
}

/** The names that can be searched. WHY: files that start with a dot count, because an ignore file can let them in. */
function filters(
  globs: readonly Text[],
  types: readonly Text[],
  addsTypes: boolean,
): readonly (string | undefined)[] {
  const positive = globs
    .map((glob) => textOf(glob))
    .filter((glob) => glob?.startsWith("!") !== true);
  const plain = positive.filter((glob) => glob !== undefined && !/[/{}]/.test(glob));
  if (positive.length > 0) return plain.length === positive.length ? plain : [undefined];
  if (types.length === 0 || addsTypes) return [undefined];
  const suffixes = types.map((type) => TYPES.get(textOf(type) ?? ""));
  return suffixes.includes(undefined) ? [undefined] : suffixes.flatMap((list) => list ?? []);
}

/** A program that gets the path of each file as its argument. */
function ranOn(program: Text, root: Text): Consequence {
  return { kind: "run", argv: [program, root] };
}
