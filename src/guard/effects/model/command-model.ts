// What we know of a program: its options and operands, and the effects that follow from them. One declarative object each.
import type { TextSet, Text } from "../../shell/values/text.ts";
import { dropKnown, knownPrefix, mayStartWithDash, textOf } from "../../shell/values/text.ts";
import type { Continuation } from "../../shell/values/host.ts";
import type { GitFacts, LockFacts, LockFormat } from "../../facts/facts.ts";
import type {
  CodeOrigin,
  DataSource,
  Effect,
  ExcludePatterns,
  Reach,
  Skips,
  UnknownReason,
  WriteMode,
} from "../../vocabulary/effect.ts";

/** An option: its spellings, and whether it takes a value (in the next word, after `=`, or glued to a short letter). */
export type OptionSpec = {
  readonly names: readonly string[];
  readonly value: "none" | "required" | "optional";
};

/** A flag: an option without a value. */
export function flag(...names: string[]): OptionSpec {
  return { names, value: "none" };
}

/** An option that needs a value. */
export function valued(...names: string[]): OptionSpec {
  return { names, value: "required" };
}

/** An option whose value, if any, is glued to it (`--color=auto`, `-i.bak`). */
export function optional(...names: string[]): OptionSpec {
  return { names, value: "optional" };
}

/** The parsed arguments of one call. */
export type Invocation = {
  /** The name it was called by, without its directory. */
  readonly name: string;
  /** Words after the name, as given. */
  readonly args: readonly Text[];
  readonly operands: readonly Text[];
  /** Options that no spec names: the model may not describe the call. */
  readonly unknownOptions: readonly string[];
  /** Whether a word that is not known stands where it could be an option. */
  readonly uncertain: boolean;
  /** Whether an option stands behind such a word, which may take it for its value or, as `--`, make it an operand. */
  readonly isShifted: boolean;
  /** Whether an option stands behind an operand, where `POSIXLY_CORRECT` makes it an operand too. */
  readonly isMixed: boolean;
  readonly stdin: TextSet | undefined;
  has(option: string): boolean;
  values(option: string): readonly Text[];
};

/** What follows from a call. File paths are still words here; derive.ts makes targets of them. */
export type Consequence =
  | {
      readonly kind: "reads";
      readonly path: Text;
      readonly reach: Reach;
      readonly filter?: string;
      readonly isPublic?: true;
      readonly isKey?: true;
      readonly skips?: Skips;
      readonly leaves?: ExcludePatterns;
      readonly words?: readonly string[];
    }
  | {
      readonly kind: "writes";
      readonly reach?: Reach;
      readonly path: Text;
      readonly mode: WriteMode;
      readonly content?: TextSet;
      /** Afterwards the path is a further name of this one: a link, or the new name of what was one. */
      readonly sameAs?: Text;
      /** What is there afterwards is a file, if no directory was there before. */
      readonly isFile?: true;
      /** A new file takes the name: where that is a link, what it leads to stays as it was. */
      readonly replaces?: true;
      /** The content stays as it was: only permissions, owner or times change. */
      readonly keepsContent?: true;
      /** A further working tree, in a place of its own that nothing was in. */
      readonly worktree?: true;
      /** It is a copy of this file and of nothing else; `keepsOld`: what is there already stays. */
      readonly copyOf?: Text;
      readonly keepsOld?: true;
    }
  | {
      readonly kind: "deletes";
      readonly path: Text;
      readonly reach: Reach;
      readonly filter?: string;
    }
  /** Sends to (and may receive from) a URL or host. */
  | {
      readonly kind: "contacts";
      readonly url: Text;
      readonly scheme?: string;
      readonly carries: readonly DataSource[];
      readonly asks?: true;
      /** Given where the URL is a path on this machine. */
      readonly path?: string;
    }
  | { readonly kind: "effect"; readonly effect: EffectBody }
  | { readonly kind: "unknown"; readonly reason: UnknownReason; readonly detail: string }
  | Continuation;

/** An effect without its place. */
export type EffectBody = Effect extends infer One
  ? One extends Effect
    ? Omit<One, "via" | "at">
    : never
  : never;

/** What a model may ask about the world. */
export type ModelContext = {
  /** The content of a path as a stream, for what is printed; its read is a consequence of its own. */
  contentOf(path: Text): TextSet;
  /** The text of a path as `contentOf`, with that of a file on disk looked up; its read is a consequence of its own. */
  textAt(path: Text): TextSet;
  /** Whether a file was written earlier in the session. */
  wasWritten(path: Text): boolean;
  /**
   * A file that says what a program of the project runs (`package.json`, a makefile): the texts that it may hold, as far
   * as they are known, and where they come from. Undefined when there is no such file.
   */
  codeAt(
    path: Text,
  ): { readonly texts: readonly string[]; readonly origin: CodeOrigin } | undefined;
  git(directory: Text | undefined): GitFacts | undefined | "unanswered";
  /**
   * What a program is told by a variable. One that the call leaves as the session began with it has the value that was reported: a
   * start-up file may have replaced it, as it may have set one that nobody reported, and that is the person's own will.
   */
  variable(name: string): TextSet | undefined;
  /** All that the value of a variable may be, for programs that do something with the value itself. */
  valuesOf(name: string): TextSet | undefined;
  /** Directories and files that are sallyport's own, absolute. */
  readonly ownPaths: readonly string[];
  /**
   * Whether an absolute path stands in the value of a variable that the client's commands inherit, and lies where only the
   * person who started the client puts things.
   */
  isUserControlled(variable: string, path: string): boolean;
  /** A path relative to the working directory with a slash at its end, nothing for that itself; undefined elsewhere. */
  below(path: string): string | undefined;
  /** Whether a path is known to be a plain file, so that nothing can be below it. */
  isFile(path: Text): boolean;
  /** Whether a path is known to be a directory, so that what is moved there goes inside. */
  isDirectory(path: Text): boolean;
  /** Whether certainly no directory is at a path, so that what is moved there takes its name. */
  isNoDirectory(path: Text): boolean;
  /** Whether certainly nothing is at a path, and nothing in the call may have put something there. */
  isMissing(path: Text): boolean;
  /** Whether version control, or what the call itself unpacked, may have changed a directory or something in it. */
  mayMove(path: Text): boolean;
  /** Names of what the call itself filled in an absolute directory: files that it wrote, directories that it copied. */
  madeIn(directory: string): readonly string[];
  /** What git brought in this call from hosts that the person did not configure. */
  brought(): readonly DataSource[];
  /** Whether a path is a symlink, or may lead elsewhere than it says in any other way. */
  isLink(path: Text): boolean;
  /** Paths below the working directory that match a glob, relative to it; undefined when they cannot be told. */
  matches(glob: string): readonly string[] | undefined;
  /** Where one known path really led before the call; undefined when it is not one. */
  placeOf(path: Text): string | undefined;
  /** Where one known path really leads; undefined when that is not certain. */
  realOf(path: Text): string | undefined;
  /**
   * The first of absolute directories with an entry of this name; `nowhere` when certainly none has one, undefined when
   * that cannot be told.
   */
  find(program: string, directories: readonly string[]): string | undefined;
  /** Where programs are looked for; undefined when that is not known. */
  readonly searchPath: readonly string[] | undefined;
  /** The words of the one program that gets all that is printed; undefined where that is not plain from the text. */
  readonly consumer: readonly string[] | undefined;
  /** The home directory, absolute. */
  readonly home: string;
  /** The working directory, absolute; undefined where it is not one that is known. */
  readonly directory: string | undefined;
  /**
   * The text of a file at an absolute path, or that there is none, where no link leads there and neither the session nor
   * this call wrote it; undefined where any of that cannot be told.
   */
  untouched(path: string): { readonly text: string } | "missing" | undefined;
  /** What a lock file names that is there in the same way. */
  lockAt(path: string, format: LockFormat): LockFacts | undefined;
  readonly projectFiles: ProjectFiles;
  /** Whether commands of an agent in this project started the process of this number. */
  isOfSession(number: number): boolean;
  /** Whether the session or this call wrote a file of this name below an absolute directory, or may have. */
  mayHaveWritten(name: string, directory: string): boolean;
  /**
   * Names of variables that are set, or may be: for this one program, by the shell of the call, or by what that was started
   * with.
   */
  variableNames(by: "program" | "shell" | "start"): Iterable<string>;
  /** Notes that code of another language was read and proven to do no more than is said of it. */
  provedByReading(): void;
  /** The program that starts this one, by its name; undefined where a shell does that may know a function of this name. */
  readonly startedBy: string | undefined;
};

/**
 * Files of the project that say which packages it needs, by absolute paths. Code of the project that ran in the call before is
 * not taken to have changed them, as it is not where it ran in a call before.
 */
export type ProjectFiles = {
  /** The directory of the project. */
  readonly root: string;
  /** What lies at a path, where no link leads there and neither the session nor this call wrote it. */
  place(path: string): "file" | "missing" | undefined;
  /** The text that lies there in the same way. */
  read(path: string): { readonly text: string } | "missing" | undefined;
  /** Paths that match an absolute pattern, as they were before the call; undefined where they cannot be told. */
  matching(pattern: string): readonly string[] | undefined;
  /** Whether the session or this call wrote a file at a path, or may have. */
  mayBeWritten(path: string): boolean;
  /** The same of a file whose path matches, in a directory or around it; `isDeep`: below it too. */
  mayHaveWritten(name: RegExp, directory: string, isDeep: boolean): boolean;
};

export type CommandModel = {
  readonly names: readonly string[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  /**
   * `first-operand`: options end there (env, xargs). `expression`: the model reads its words itself, and one that is not
   * known may be an option (find). `own`: the model reads its words itself, and says so of each that it does not know.
   */
  readonly optionsEnd: "anywhere" | "first-operand" | "expression" | "own";
  /** No option does anything but print: a word that is not known need not be taken for one. */
  readonly hasHarmlessOptions?: true;
  /**
   * No option does more than print, or change how the operands are read or written: the same, where no option stands
   * behind such a word. What is printed says so itself.
   */
  readonly hasPlainOptions?: true;
  /** Words that may stand first among the operands and say what to do; they are names, not data. */
  readonly subcommands?: ReadonlySet<string>;
  /** Whether words joined by spaces are one of its verbs or the beginning of one, which takes options of its own. */
  readonly isVerb?: (words: string) => boolean;
  readonly effects: (invocation: Invocation, context: ModelContext) => readonly Consequence[];
};

/** Makes a model; options may stand anywhere unless said otherwise. */
export function command(
  model: Omit<CommandModel, "optionsEnd"> & Partial<Pick<CommandModel, "optionsEnd">>,
): CommandModel {
  return { optionsEnd: "anywhere", ...model };
}

/** Splits the words of a call into options and operands, as GNU getopt_long does: clusters, glued values, abbreviations, `--`. */
export function parseInvocation(
  model: Pick<CommandModel, "options" | "optionsEnd">,
  name: string,
  args: readonly Text[],
  stdin: TextSet | undefined,
): Invocation {
  const found = new Map<string, Text[]>();
  const operands: Text[] = [];
  const strange: string[] = [];
  let uncertain = false;
  let isShifted = false;
  let isMixed = false;
  const add = (key: string, value: Text | undefined): void => {
    found.set(key, [...(found.get(key) ?? []), ...(value === undefined ? [] : [value])]);
  };
  const byName = spellingsOf(model.options);
  const expression = model.optionsEnd === "expression" || model.optionsEnd === "own";
  for (let at = 0; at < args.length && !expression; at += 1) {
    const word = args[at] ?? [];
    const text = textOf(word);
    const start = text ?? knownPrefix(word);
    if (text === "--") {
      operands.push(...args.slice(at + 1));
      break;
    }
    if (text === undefined && mayStartWithDash(word)) uncertain = true;
    if (!start.startsWith("-") || start === "-") {
      if (model.optionsEnd === "first-operand") {
        operands.push(...args.slice(at));
        break;
      }
      operands.push(word);
      continue;
    }
    isMixed ||= operands.length > 0;
    isShifted ||= uncertain;
    if (start.startsWith("--")) {
      const equals = start.indexOf("=");
      const long = equals < 0 ? start : start.slice(0, equals);
      const match = byName.get(long) ?? abbreviation(long, byName);
      if (match === undefined || (text === undefined && equals < 0)) {
        strange.push(long);
        continue;
      }
      if (equals >= 0) add(match.key, dropKnown(word, equals + 1));
      else if (match.spec.value === "required") {
        at += 1;
        add(match.key, args[at] ?? []);
      } else add(match.key, undefined);
      continue;
    }
    at += parseCluster(word, start, args[at + 1], byName, add, strange);
  }
  return {
    name,
    args,
    operands: expression ? args : operands,
    unknownOptions: strange,
    isMixed,
    isShifted,
    uncertain:
      uncertain ||
      (model.optionsEnd === "expression" &&
        args.some((word) => textOf(word) === undefined && mayStartWithDash(word))),
    stdin,
    has: (option) => found.has(option),
    values: (option) => found.get(option) ?? [],
  };
}

type Spellings = ReadonlyMap<string, { readonly key: string; readonly spec: OptionSpec }>;

/** The options of a model by their spellings, which never change: made once for each model. */
function spellingsOf(options: CommandModel["options"]): Spellings {
  const known = spellings.get(options);
  if (known !== undefined) return known;
  const found = new Map<string, { key: string; spec: OptionSpec }>();
  for (const [key, spec] of Object.entries(options))
    for (const spelling of spec.names) found.set(spelling, { key, spec });
  spellings.set(options, found);
  return found;
}

const spellings = new WeakMap<CommandModel["options"], Spellings>();

/** `-abc`, `-n5`, `-n 5`, and old-style long options with one dash, with `=` or without. Returns how many further words were taken. */
function parseCluster(
  word: Text,
  start: string,
  next: Text | undefined,
  byName: Spellings,
  add: (key: string, value: Text | undefined) => void,
  strange: string[],
): number {
  const whole = byName.get(start);
  if (whole !== undefined && start.length > 2) {
    add(whole.key, whole.spec.value === "required" ? (next ?? []) : undefined);
    return whole.spec.value === "required" ? 1 : 0;
  }
  // Programs in Go write `-chdir=infra`.
  const equals = start.indexOf("=");
  const named = equals > 2 ? byName.get(start.slice(0, equals)) : undefined;
  if (named !== undefined && named.spec.value !== "none") {
    add(named.key, dropKnown(word, equals + 1));
    return 0;
  }
  for (let at = 1; at < start.length; at += 1) {
    const match = byName.get(`-${start[at]}`);
    if (match === undefined) {
      strange.push(`-${start[at]}`);
      continue;
    }
    if (match.spec.value === "none") {
      add(match.key, undefined);
      continue;
    }
    const rest = dropKnown(word, at + 1);
    if (rest.length > 0 || match.spec.value === "optional") {
      add(match.key, rest.length > 0 ? rest : undefined);
      if (match.spec.value === "optional") addCluster(start.slice(at + 1), next, byName, add);
      return 0;
    }
    add(match.key, next ?? []);
    return 1;
  }
  if (textOf(word) === undefined) strange.push(`${start}?`);
  return 0;
}

/**
 * What stands behind a letter that may have a value of its own can be letters as well: `-vw FILE` is `-v -w FILE` for one
 * program and `-v` with the value `w` for another. Where all of it reads as options, they count too; the next word stays
 * what it is besides.
 */
function addCluster(
  letters: string,
  next: Text | undefined,
  byName: Spellings,
  add: (key: string, value: Text | undefined) => void,
): void {
  const found: (readonly [string, Text | undefined])[] = [];
  for (const [at, letter] of [...letters].entries()) {
    const match = byName.get(`-${letter}`);
    if (match === undefined) return;
    if (match.spec.value === "required") {
      const glued = letters.slice(at + 1);
      if (glued !== "" || next !== undefined)
        found.push([match.key, glued === "" ? next : [{ kind: "text", text: glued }]]);
      break;
    }
    found.push([match.key, undefined]);
  }
  for (const [key, value] of found) add(key, value);
}

function abbreviation(
  long: string,
  byName: Spellings,
): { key: string; spec: OptionSpec } | undefined {
  if (long.length < 3) return undefined;
  const keys = new Map(
    [...byName]
      .filter(([spelling]) => spelling.startsWith(long))
      .map(([, match]) => [match.key, match]),
  );
  return keys.size === 1 ? [...keys.values()][0] : undefined;
}

/** Consequence: the content of a path may be read. */
export function reads(path: Text, reach: Reach = "entry", filter?: string): Consequence {
  return filter === undefined
    ? { kind: "reads", path, reach }
    : { kind: "reads", path, reach, filter };
}

/** Consequence: a path is read and only counted; what it holds is not shown. */
export function counts(path: Text, reach: Reach = "entry"): Consequence {
  return { kind: "reads", path, reach, words: [] };
}

/** Consequence: a file is read by a program that passes over all of it but certificates and public keys. */
export function readsPublic(path: Text): Consequence {
  return { kind: "reads", path, reach: "entry", isPublic: true };
}

/** Names that keys of people and machines have, and the directory where people keep theirs. */
const KEY_NAME = /(?:^|\/)\.ssh\/[^/]+$|(?:^|\/)(?:id_\w+|[\w.-]*_key|[\w-][\w.-]*\.(?:pem|key))$/;

/**
 * Consequence: a file is used as the key of whoever calls; nothing of what it holds is shown or sent. WHY by its name: what
 * else is handed in as a key is handed in for what it holds.
 */
export function usesKey(path: Text): Consequence {
  const name = textOf(path);
  return name !== undefined && KEY_NAME.test(name)
    ? { kind: "reads", path, reach: "entry", isKey: true }
    : reads(path);
}

/** Consequence: a path and everything below it is read, but what the program leaves out. */
export function readsTree(
  path: Text,
  without: {
    readonly skips?: Skips | undefined;
    readonly leaves?: ExcludePatterns | undefined;
    readonly words?: readonly string[] | undefined;
    readonly reach?: Reach;
  },
): Consequence {
  const { skips, leaves, words, reach = "tree" } = without;
  return {
    ...{ kind: "reads", path, reach },
    ...(skips === undefined ? {} : { skips }),
    ...(leaves === undefined ? {} : { leaves }),
    ...(words === undefined ? {} : { words }),
  };
}

/** Consequence: a path may be created or changed; with `reach: "tree"` everything below it too. */
export function writes(
  path: Text,
  mode: WriteMode = "change",
  more: {
    readonly content?: TextSet;
    readonly reach?: Reach;
    readonly sameAs?: Text;
    readonly replaces?: true;
    readonly keepsContent?: true;
    readonly worktree?: true;
    readonly copyOf?: Text;
    readonly keepsOld?: true;
  } = {},
): Consequence {
  return { kind: "writes", path, mode, ...more };
}

/** Consequence: a path may be deleted. */
export function deletes(path: Text, reach: Reach, filter?: string): Consequence {
  return filter === undefined
    ? { kind: "deletes", path, reach }
    : { kind: "deletes", path, reach, filter };
}

/** Consequence: text on standard output. */
export function prints(texts: TextSet): Consequence {
  return { kind: "output", texts };
}
