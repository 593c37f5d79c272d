// Programs that read the files they are given and write those they are told to, declared by what their words mean.
import {
  append,
  EMPTY,
  hole,
  knownPrefix,
  literal,
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
  type OptionSpec,
} from "../model/command-model.ts";
import { prints, reads, readsTree, writes } from "../model/consequences.ts";
import type { ExcludePatterns } from "../../vocabulary/effect.ts";
import { cannotTell, isFile, madeOf } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";
import { runsFrom } from "./project-scripts.ts";
import { sourcesBelow } from "../paths/source-trees.ts";

/** Lists of options are lines of spellings. What no list has is `unknown`, as for every program. */
export type FileProgram = {
  readonly names: readonly string[];
  /** Options without a value, with one, and with a glued one or none. */
  readonly flags?: string;
  readonly choices?: string;
  readonly glued?: string;
  /** Options whose value is a file that is read, a tree that is read, or a file that is written. */
  readonly inputs?: string;
  readonly trees?: string;
  readonly outputs?: string;
  /** Options that make it run code that the call names, or that a file of the project holds. */
  readonly runs?: string;
  /** Files of the working directory whose code it runs when they are there, and flags after which it does not. */
  readonly codeFiles?: string;
  readonly isolated?: string;
  /** Flags that make it change the files it is given. */
  readonly inPlace?: string;
  /** It changes the files it is given unless one of these flags stands there. */
  readonly keeping?: string;
  /** Endings (`py pyi`) of the files that it looks for in a tree; any file without them. */
  readonly sources?: string;
  /** Settings files (`pyproject.toml`) that it looks for in the working directory, above it, and in trees. */
  readonly settings?: string;
  /** What such a file says to have files changed that are only looked at else. */
  readonly changing?: RegExp;
  /** Folder of its cache: below the user's own, or, with a leading `./`, below the working directory. */
  readonly cache?: string;
  /**
   * What the operands are. `inputs`: files that are read. `after-first`: the first one is data, then inputs. `trees`:
   * files and directories, the working directory without any. `given-trees`: the input without any. `after-first-trees`:
   * both. `last-written`: the last of several is written. `changed`: files that are rewritten. `words`: no files.
   */
  readonly operands:
    | "inputs"
    | "after-first"
    | "trees"
    | "given-trees"
    | "after-first-trees"
    | "last-written"
    | "changed"
    | "words";
  /** Options that give what is else the first operand. */
  readonly first?: string;
  /** Words without one of which nothing of a file in a tree is shown. */
  readonly words?: (invocation: Invocation) => readonly string[] | undefined;
  /** Names that it leaves out of trees by itself. */
  readonly leaves?: (invocation: Invocation, context: ModelContext) => ExcludePatterns | undefined;
  /** What it prints that is known to be other than what it reads. */
  readonly printed?: (invocation: Invocation, context: ModelContext) => TextSet | undefined;
  /** What else follows. */
  readonly more?: (invocation: Invocation, context: ModelContext) => readonly Consequence[];
};

/** The model of such a program; what it prints is made of what it reads. */
export function fileProgram(spec: FileProgram): CommandModel {
  const lists: Readonly<Record<string, OptionSpec | undefined>> = {
    flags: listed(spec.flags, flags),
    choices: listed(spec.choices, taking),
    glued: listed(spec.glued, maybeTaking),
    inputs: listed(spec.inputs, taking),
    trees: listed(spec.trees, taking),
    outputs: listed(spec.outputs, taking),
    runs: listed(spec.runs, taking),
    inPlace: listed(spec.inPlace, flags),
    keeping: listed(spec.keeping, flags),
    isolated: listed(spec.isolated, flags),
    first: listed(spec.first, taking),
    about: ABOUT,
  };
  const options = Object.fromEntries(
    Object.entries(lists).flatMap(([key, option]) =>
      option === undefined ? [] : [[key, option] as const],
    ),
  );
  return command({
    names: spec.names,
    options,
    effects: (invocation, context) => {
      const { has, values, stdin } = invocation;
      const { read, written } = filesOf(spec, invocation);
      const trees = spec.operands.endsWith("trees");
      const content = [...read.flatMap((path) => context.contentOf(path)), ...(stdin ?? EMPTY)];
      const isInPlace =
        has("inPlace") ||
        spec.operands === "changed" ||
        (spec.keeping !== undefined && !has("keeping")) ||
        (!has("isolated") && settingsSay(spec, context));
      // Made once for all files: going through what many files hold takes its time.
      const made = madeOf(content);
      return [
        ...read.flatMap((path) =>
          trees
            ? opensTree(path, spec, {
                words: spec.words?.(invocation),
                leaves: spec.leaves?.(invocation, context),
              })
            : opens(path, "entry"),
        ),
        ...values("inputs")
          .filter(isFile)
          .flatMap((path) => opens(path, trees ? "tree" : "entry")),
        ...values("trees").flatMap((path) => opens(path, "tree")),
        ...settingsOf(spec, context).map((path) => reads(path)),
        ...keepsCache(spec, context),
        ...(has("isolated") ? [] : runsCodeOf(spec, context)),
        ...[...written, ...values("outputs")]
          .filter(isWritten)
          .map((path) => writes(path, "create", { content: made })),
        ...(isInPlace
          ? read.flatMap((path) => {
              // What one file holds goes into no other.
              const own = madeOf([...context.contentOf(path), ...(stdin ?? EMPTY)]);
              return changedBelow(path, trees ? spec : undefined, context).map((file) =>
                writes(file.path, "change", { content: own, reach: file.reach }),
              );
            })
          : []),
        ...(has("runs")
          ? [cannotTell("dynamic-code", `code that an option makes \`${invocation.name}\` run`)]
          : []),
        ...(spec.more?.(invocation, context) ?? []),
        prints([[], ...(spec.printed?.(invocation, context) ?? made)]),
      ];
    },
  });
}

function listed(
  line: string | undefined,
  make: (spellings: string) => OptionSpec,
): OptionSpec | undefined {
  return line === undefined ? undefined : make(line);
}

function filesOf(
  { operands: kind }: FileProgram,
  { operands, has, stdin }: Invocation,
): { readonly read: readonly Text[]; readonly written: readonly Text[] } {
  switch (kind) {
    case "inputs":
    case "changed":
      return { read: operands.filter(isFile), written: [] };
    case "after-first":
      return { read: (has("first") ? operands : operands.slice(1)).filter(isFile), written: [] };
    case "trees":
      return { read: operands.length > 0 ? operands.filter(isFile) : [HERE], written: [] };
    case "given-trees":
      return { read: operands.filter(isFile), written: [] };
    case "after-first-trees": {
      const named = has("first") ? operands : operands.slice(1);
      return { read: named.length > 0 || stdin !== undefined ? named : [HERE], written: [] };
    }
    case "last-written":
      return operands.length < 2
        ? { read: operands.filter(isFile), written: [] }
        : { read: operands.slice(0, -1).filter(isFile), written: operands.slice(-1) };
    case "words":
      return { read: [], written: [] };
    default:
      return kind satisfies never;
  }
}

const HERE: Text = [{ kind: "text", text: "." }];

/** How far above the working directory settings are looked for. */
const LEVELS_MAX = 4;

/** A file, or what is looked for below a directory. */
function opensTree(
  path: Text,
  { sources, settings }: FileProgram,
  { words, leaves }: Pick<Parameters<typeof readsTree>[1], "words" | "leaves">,
): readonly Consequence[] {
  if (sources === undefined)
    return words === undefined && leaves === undefined
      ? opens(path, "tree")
      : [readsTree(path, { words, leaves })];
  const patterns = [
    ...wordsOf(sources).map((ending) => `*.${ending}`),
    ...wordsOf(settings).filter((name) => !name.includes("/")),
  ];
  return patterns.map((pattern) => reads(path, "tree", pattern));
}

/** The files that are rewritten where `path` is given. */
function changedBelow(
  path: Text,
  spec: FileProgram | undefined,
  context: ModelContext,
): readonly { readonly path: Text; readonly reach: "entry" | "tree" }[] {
  if (spec === undefined || context.isFile(path)) return [{ path, reach: "entry" }];
  if (spec.sources === undefined) return [{ path, reach: "tree" }];
  return wordsOf(spec.sources)
    .flatMap((ending) => sourcesBelow(path, ending, context))
    .map((file) => ({ path: file, reach: "entry" }));
}

/** Settings that are there, in the working directory and above. */
function settingsOf({ settings }: FileProgram, context: ModelContext): readonly Text[] {
  const names = wordsOf(settings);
  const levels = names.length === 0 ? 0 : LEVELS_MAX;
  return Array.from({ length: levels }, (_, level) => "../".repeat(level)).flatMap((above) =>
    names
      .map((name) => literal(`${above}${name}`))
      .filter((path) => context.codeAt(path) !== undefined),
  );
}

/** Whether settings ask for changes, or may: what cannot be read may say so. */
function settingsSay(spec: FileProgram, context: ModelContext): boolean {
  const { changing } = spec;
  if (changing === undefined) return false;
  return settingsOf(spec, context).some((path) => {
    const texts = context.codeAt(path)?.texts ?? [];
    return texts.length === 0 || texts.some((text) => changing.test(text));
  });
}

function keepsCache({ cache }: FileProgram, context: ModelContext): readonly Consequence[] {
  if (cache === undefined) return [];
  // What a program works out itself is no code of anybody.
  const kept = { reach: "tree", content: [[hole("unmodelled")]] } as const;
  if (cache.startsWith("./")) return [writes(literal(cache.slice(2)), "cache", kept)];
  const { home } = context;
  const own = home.startsWith("/Users/") ? `${home}/Library/Caches` : `${home}/.cache`;
  const named = (context.variable("XDG_CACHE_HOME") ?? []).filter((path) => path.length > 0);
  return [
    writes(literal(`${own}/${cache}`), "cache", kept),
    ...named.map((path) => writes(append(path, literal(`/${cache}`)), "create", kept)),
  ];
}

/** Code of the project runs where one of the files with it is there. */
function runsCodeOf(spec: FileProgram, context: ModelContext): readonly Consequence[] {
  const files = wordsOf(spec.codeFiles).map((name) => context.codeAt(literal(name)));
  const found = files.find((code) => code !== undefined);
  return found === undefined ? [] : [runsFrom(spec.names[0] ?? "", found.origin)];
}

function wordsOf(line: string | undefined): readonly string[] {
  return line === undefined || line === "" ? [] : line.split(" ");
}

/** A word that stands for the output is no file. */
function isWritten(path: Text): boolean {
  return !/^(?:-|stdout|\/dev\/stdout)$/.test(textOf(path) ?? "");
}

/** Reads a file, or gets it from a host where the word is an address. */
export function opens(path: Text, reach: "entry" | "tree"): readonly Consequence[] {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(knownPrefix(path))
    ? [{ kind: "contacts", url: path, carries: [{ kind: "argument" }] }]
    : [reads(path, reach)];
}
