// What the shell evaluator needs from outside: someone who knows programs and files, and the facts.
import type { UnknownReason } from "../../vocabulary/effect.ts";
import type { FactAnswer, FactQuery } from "../../facts/facts.ts";
import type { Alias } from "./aliases.ts";
import type { Scope } from "./scope.ts";
import type { CommandNode, FunctionNode, Script, WordPart } from "../syntax/syntax.ts";
import type { Text, TextSet } from "./text.ts";

/** A piece of the judged command text, in UTF-16 units. */
export type Span = { readonly start: number; readonly end: number };

/** Where in the evaluation something happens. */
export type CallSite = {
  readonly via: readonly string[];
  readonly at: Span | undefined;
  readonly directories: readonly (string | undefined)[];
  /** What cannot be told here is covered by an effect of unbounded reach that is noted beside. */
  readonly isCovered?: true;
  /** What is read here becomes settings of what runs: the words of `export` and `env`, the text of `source`. */
  readonly isLoading?: true;
  /** Words of the call that name such files. */
  readonly loaded?: ReadonlySet<string>;
  /** What is read here is followed: it is in what is printed, kept or handed on, and nowhere else. */
  readonly isFollowed?: true;
};

/** Places at which a list of commands may be left before its end. */
export class Ends {
  #count = 0;
  /** The states of the shell that are left behind where it goes on. */
  readonly states: Scope[] = [];
  readonly #outer: readonly Ends[];

  constructor(...outer: readonly (Ends | undefined)[]) {
    this.#outer = outer.filter((one) => one !== undefined);
  }

  /** Notes that what follows may not run. */
  add(): void {
    this.#count += 1;
    for (const one of this.#outer) one.add();
  }

  get count(): number {
    return this.#count;
  }
}

/** What flows into a command, and where it stands. `at` is set inside text that is not the judged command itself. */
export type Io = {
  /** Standard input; undefined is /dev/null, which is what the client gives. */
  readonly stdin: TextSet | undefined;
  readonly via: readonly string[];
  readonly at: Span | undefined;
  readonly depth: number;
  /** The text that positions in the tree refer to. */
  readonly source: string;
  /** As in `CallSite`. */
  readonly isCovered?: true;
  readonly isLoading?: true;
  /** Where the lists that are running may end early: by `exit`, `return`, `break`, or an error. */
  readonly ends?: Ends;
  /** Where `return` goes on. */
  readonly returns?: Ends;
  /** Where `break` and `continue` go on, of every loop around. */
  readonly breaks?: readonly Ends[];
  /** Whether the code is that of a function: what is declared there is its own. */
  readonly inFunction?: true;
  /** Aliases in force where the code was read, when that is not here: inside a function. */
  readonly aliases?: ReadonlyMap<string, Alias>;
  /** What the processes behind `>(...)` of a command print: they go on beside it, with the same output. */
  readonly asides?: TextSet[];
};

/** What came out: standard output, and the exit status where it is certain. */
export type Result = {
  readonly output: TextSet;
  readonly status: "success" | "failure" | "either";
  /** Working directories in the case of success, when failure would leave others. */
  readonly successDirectories?: readonly (string | undefined)[];
  /** Variables whose values are fewer in the case of success: `read` found a line. */
  readonly successValues?: ReadonlyMap<string, TextSet>;
};

/** A program is about to run: neither builtin nor function. `argv[0]` is its name; each text is one field or more (holes that split). */
export type ProgramCall = {
  readonly name: string;
  readonly argv: readonly Text[];
  /** Assignments in front of the command, and those that `env` made. */
  readonly environment: ReadonlyMap<string, TextSet>;
  readonly stdin: TextSet | undefined;
  readonly scope: Scope;
  readonly place: CallSite;
  /** The words of the one program that gets all that this one prints, where they are known from the text. */
  readonly consumer?: readonly string[];
};

/** What a program does that only the shell evaluator can follow. */
export type Continuation =
  | {
      readonly kind: "run";
      readonly argv: readonly Text[];
      readonly environment?: ReadonlyMap<string, TextSet>;
      /** Whether nothing else of the environment reaches it. */
      readonly isCleared?: true;
      /** Variables that do not reach it. */
      readonly without?: readonly string[];
      readonly stdin?: TextSet | undefined;
      /** Where it runs, when not here. */
      readonly directory?: Text;
      /** An effect of unbounded reach stands beside it: only what is found matters, not what cannot be told. */
      readonly isCovered?: true;
    }
  | {
      readonly kind: "script";
      readonly texts: TextSet;
      readonly positional: readonly Text[];
      readonly name?: Text;
      /** Options that the shell which runs it is started with; those in `maybe` only may be on. */
      readonly options?: { readonly on: readonly string[]; readonly maybe: readonly string[] };
      readonly stdin?: TextSet | undefined;
      /** Where it runs, when not here. */
      readonly directory?: Text;
      readonly isCovered?: true;
    }
  | { readonly kind: "output"; readonly texts: TextSet };

/** Knows programs, files and facts; collects effects. */
export type ShellHost = {
  program(call: ProgramCall): readonly Continuation[];
  /** A builtin of the shell runs: rules about command lines speak of it too. */
  builtin(call: Pick<ProgramCall, "name" | "argv" | "place">): void;
  /** A program runs that does what the builtin of its name does. */
  ran(name: string, place: CallSite): void;
  /** A file is opened by the shell. For reading, gives its content. */
  open(access: "read" | "write" | "append", target: Text, place: CallSite): TextSet;
  /** What a file that was opened for writing holds afterwards. */
  wrote(target: Text, content: TextSet, place: CallSite): void;
  /** Text that is about to run as shell code: gives what can be read of it, having noted the execution of the rest. */
  code(texts: TextSet, place: CallSite): TextSet;
  /** The shell prints all that is in its environment, into the program with these words where they are known. */
  environment(consumer: readonly string[] | undefined, place: CallSite): TextSet;
  /** A new name under which `content` can be opened, as `<(...)` makes one. */
  pipePath(content: TextSet): string;
  unknown(reason: UnknownReason, detail: string, place: CallSite): void;
  /**
   * A variable got a value: some make programs run code. `isOfProgram`: it holds for one program alone, and is told again
   * when that starts.
   */
  assigned(name: string, values: TextSet, place: CallSite, isOfProgram?: boolean): void;
  ask(query: FactQuery): FactAnswer | undefined;
  /**
   * Whether files may have changed in ways that facts gathered before the call do not show. `by` is what counts: what the
   * call itself writes (`name`), or what code may have done as well that may do anything.
   */
  filesChanged(pattern: string, by?: "name" | "anything"): boolean;
  /** Counts steps, by default one; false when the budget is used up. Work on long texts is charged by `weightOf`. */
  spend(steps?: number): boolean;
};

/** The evaluator as its parts see it: words call commands, commands call words. */
export type Shell = {
  readonly host: ShellHost;
  /** Dialects to be right in; two when it is not known which shell runs. */
  readonly dialects: readonly ("bash" | "zsh")[];
  run(script: Script, scope: Scope, io: Io): Result;
  /** The same evaluator for a shell of other dialects: what `bash -c` runs in a session of zsh. */
  as(dialects: Shell["dialects"]): Shell;
  /** The value of a part of a word as one text, as inside double quotes. */
  expandPart(part: WordPart, scope: Scope, io: Io): TextSet;
  /** Runs the body of a function or coprocess. */
  runBody(body: FunctionNode["body"] | CommandNode, scope: Scope, io: Io): Result;
  /** Runs text as shell code in `scope`. */
  runText(texts: TextSet, scope: Scope, io: Io): Result;
  /**
   * Runs an argument vector: function, builtin or program. `plain` leaves functions out, `external` builtins too; `outside`
   * is what `command` says, which only bash looks for among its builtins.
   */
  dispatch(
    argv: readonly Text[],
    scope: Scope,
    io: Io,
    options?: {
      readonly plain?: boolean;
      readonly outside?: boolean;
      readonly external?: boolean;
      readonly environment?: ReadonlyMap<string, TextSet>;
      readonly consumer?: readonly string[];
    },
  ): Result;
};

/**
 * For what stands in a substitution: both shells read it when they get there, not with the line around it, so aliases made
 * earlier on that line are in force. INVARIANT: what was read at another time has another `source`.
 */
export function readLater(io: Io): Io {
  const { aliases: _, ends: __, ...rest } = io;
  // An alias is looked up again there, inside its own text too.
  const via = io.via.filter((name) => !name.startsWith("alias "));
  return { ...rest, via, depth: io.depth + 1, source: `${io.source}\n` };
}

/** The place of something that happens in `scope`. */
export function callSiteOf(scope: Scope, io: Io, at?: Span): CallSite {
  const place = { via: io.via, at: io.at ?? at, directories: scope.directories };
  return {
    ...place,
    ...(io.isCovered === undefined ? {} : { isCovered: io.isCovered }),
    ...(io.isLoading === undefined ? {} : { isLoading: io.isLoading }),
  };
}
