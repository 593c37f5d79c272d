// What we know of a program: its options and operands, and the effects that follow from them. One declarative object each.
import type { TextSet, Text } from "../../shell/values/text.ts";
import type { Continuation } from "../../shell/values/host.ts";
import type {
  GitAct,
  GitCopies,
  GitFacts,
  LockFacts,
  LockFormat,
  LostWork,
} from "../../facts/facts.ts";
import type {
  CodeOrigin,
  DataSource,
  Effect,
  ExcludePatterns,
  Reach,
  Skips,
  UnknownReason,
  WorktreeChange,
  WriteMode,
} from "../../vocabulary/effect.ts";
import type { GitSettings } from "../../vocabulary/git-settings.ts";
import type { SignatureUse } from "../../vocabulary/signature-use.ts";
import type { RemoteUse } from "../../vocabulary/remote-use.ts";

/**
 * What the value of an option stands for: a file or tree that is read or made, one behind a name (`key=file`), a file that grows, a key of whoever calls, text
 * that a shell runs, a program that is started, an address that is asked.
 */
export type ValueRole =
  | "input"
  | "input tree"
  | "named input tree"
  | "output"
  | "output tree"
  | "log"
  | "key"
  | "shell code"
  | "program"
  | "url";

/** An option: its spellings, and whether it takes a value (in the next word, after `=`, or glued to a short letter). */
export type OptionSpec = {
  readonly names: readonly string[];
  readonly value: "none" | "required" | "optional";
  /**
   * Which words behind an option that needs values are its own, where that is not one: so many, those up to the next option
   * or `@`, those up to `;` or `--`, which stands behind them among the values, or all that are left. For those it may be
   * spelled without a dash, as a verb.
   */
  readonly words?: number | "to-option" | "to-semicolon" | "to-dashes" | "to-end";
  /** What its value stands for, where effects follow from that alone; `role` of option-roles.ts declares it. */
  readonly role?: ValueRole;
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
  /** Those of the operands that stand behind `--`, where many programs take another one to run; undefined without it. */
  readonly behindDashes: readonly Text[] | undefined;
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
      readonly usedTo?: string;
      readonly isLoaded?: true;
      readonly isServed?: true;
      readonly skips?: Skips;
      readonly leaves?: ExcludePatterns;
      readonly words?: readonly string[];
      /** Of a file no lines are shown but those with one of `words`. */
      readonly isPicked?: true;
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
      readonly worktree?: WorktreeChange;
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
      /** The method, where it may change something. */
      readonly method?: string;
      /** Given where the URL is a path on this machine. */
      readonly path?: string;
    }
  | { readonly kind: "effect"; readonly effect: EffectBody }
  /** No effect of its own: what it makes may be signed, or it looks at signatures. */
  | { readonly kind: "signs"; readonly use: SignatureUse }
  /** No effect of its own: whose settings git may write. */
  | { readonly kind: "settles"; readonly whose: GitSettings }
  /** No effect of its own: which remote is reached over ssh or http, and what may change there. */
  | { readonly kind: "remote"; readonly use: RemoteUse }
  /** No effect of its own: git is on this branch from here on. */
  | { readonly kind: "takes-branch"; readonly branch: string }
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
  /** Branches that git was put on in this call. */
  branches(): readonly string[];
  /** Whether a path is a symlink, or may lead elsewhere than it says in any other way. */
  isLink(path: Text): boolean;
  /** Paths below the working directory that match a glob, relative to it; undefined when they cannot be told. */
  matches(glob: string): readonly string[] | undefined;
  /** Where one known path really led before the call; undefined when it is not one. */
  placeOf(path: Text): string | undefined;
  /**
   * What lies in a working tree (absolute) that git neither follows nor ignores, or with `followed` all that it does not follow, a
   * directory for all that is in it, if the call changed nothing before; undefined where that is not known. `isOthers`: without what the
   * call itself made there before.
   */
  unkept(
    root: string,
    skips: "kept" | "followed",
    isOthers?: boolean,
  ): readonly string[] | undefined;
  /** What of a repository git could not give back if it did this now; undefined where that is not known. */
  lost(repository: Pick<GitCopies, "gitDirectory" | "workTree">, act: GitAct): LostWork | undefined;
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
  /** Whether all that answers at a port of the session's own loopback still is a database that the session made and started. */
  isOwnServer(port: number): boolean;
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
  /**
   * Texts of the files at or below a directory that the session wrote, and whose paths match; undefined where others may be, or this
   * call writes one, or one cannot be read whole.
   */
  textsWritten(name: RegExp, directory: string): readonly string[] | undefined;
};

export type CommandModel = {
  readonly names: readonly string[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  /**
   * `first-operand`: options end there (env, xargs). `expression`: the model reads its words itself, and one that is not
   * known may be an option (find).
   */
  readonly optionsEnd: "anywhere" | "first-operand" | "expression";
  /**
   * Why its words cannot be taken apart by a list of options: the model reads all of them itself, and says so of each that it
   * does not know. Every such model is one more way to read a command line, so test/guard/effects/own-reading.test.ts counts them.
   */
  readonly own?: string;
  /**
   * The list has the options that something follows from. The effects restrict a call whatever others say, so that an
   * option which is not listed, or a word that may be one, needs no question.
   */
  readonly hasOtherOptions?: true;
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
