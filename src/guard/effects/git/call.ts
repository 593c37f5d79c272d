// One call of a git subcommand with its words sorted, and the consequences that many subcommands share.
import { keptFor } from "#base/lazily.ts";
import type { GitFacts } from "../../facts/facts.ts";
import {
  append,
  hole,
  knownPrefix,
  literal,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/values/text.ts";
import type { Consequence, ModelContext } from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";
import { parseInvocation } from "../model/parse-invocation.ts";
import type { DataSource, Effect, Reach, UnknownReason } from "../../vocabulary/effect.ts";
import { cannotTell } from "../model/filter.ts";
import type { GitOptions } from "./options.ts";

/** What is known of the repository: undefined where there is none, `unanswered` where it cannot be told. */
export type Repository =
  | (GitFacts & {
      /** Where its books are kept, where the call itself names that place. */
      readonly books?: string;
    })
  | undefined
  | "unanswered";

/** One call of a subcommand. */
export type GitCall = {
  readonly name: string;
  /** All words after the subcommand. */
  readonly args: readonly Text[];
  /** Words that are no options, those after `--` included. */
  readonly operands: readonly Text[];
  /** Words after `--`: paths in most subcommands; undefined without one. */
  readonly afterDashes: readonly Text[] | undefined;
  readonly stdin: TextSet | undefined;
  readonly repository: Repository;
  /** Where the repository would be that the call names and that is not there, absolute: made meanwhile, it is written. */
  readonly named?: string | undefined;
  /** Where git was told to work, relative to the working directory. */
  readonly directory: Text | undefined;
  /** Whether options and variables leave git to keep, find and overwrite as it does by itself. */
  readonly isPlain: boolean;
  readonly context: ModelContext;
  has(...options: readonly string[]): boolean;
  values(option: string): readonly Text[];
};

/** What a subcommand does. An option that is not in its list is `unknown`; without a list its effects restrict enough. */
export type Subcommand = {
  readonly options?: GitOptions;
  readonly effects: (call: GitCall) => readonly Consequence[];
};

export type SubcommandTable = Readonly<Record<string, Subcommand>>;

/** Effects of a subcommand with these words, with what is strange about its options. */
export function runGit(
  { options, effects }: Required<Subcommand>,
  given: Pick<
    GitCall,
    "name" | "args" | "stdin" | "repository" | "directory" | "named" | "isPlain" | "context"
  >,
): readonly Consequence[] {
  const { name, args, stdin } = given;
  const parsed = parseInvocation({ options: options(), optionsEnd: "anywhere" }, name, args, stdin);
  const dashes = args.findIndex((word) => textOf(word) === "--");
  const call: GitCall = {
    ...given,
    operands: parsed.operands,
    afterDashes: dashes < 0 ? undefined : args.slice(dashes + 1),
    has: (...names) => names.some((one) => parsed.has(one)),
    values: (option) => parsed.values(option),
  };
  const strange = parsed.unknownOptions.map((option) =>
    cannotTell(
      "unknown-option",
      `\`git ${name}\` has an option that sallyport does not know: \`${option}\``,
    ),
  );
  const uncertain = parsed.uncertain
    ? [
        cannotTell(
          "unknown-option",
          `an argument of \`git ${name}\` that is not known may be an option`,
        ),
      ]
    : [];
  const found = effects(call);
  return [
    ...found,
    ...listsRead(options(), call),
    ...bringsCode(call, found),
    ...strange,
    ...uncertain,
  ];
}

/** Options whose value is a file of names, patterns or text; git tells of a line in it that it cannot use what it says. */
const TAKES_FILE =
  /^(?!--exclude$)--[\w-]*(?:file|from|exclude|contents|template|mailmap|order|revs)[\w-]*$|^-[FXO]$/;

/** Files that such options name are read, whatever the subcommand makes of them. */
function listsRead(options: OptionTable, call: GitCall): readonly Consequence[] {
  return fileOptions(options)
    .flatMap((key) => call.values(key))
    .filter((path) => call.context.isFile(fromDirectory(call, path)))
    .map((path) => readsFile(call, path));
}

type OptionTable = ReturnType<GitOptions>;
/** By table, which has some hundred options and stays the same. */
const fileOptions = keptFor((options: OptionTable): readonly string[] =>
  Object.entries(options).flatMap(([key, { names, value }]) =>
    value !== "none" && names.some((name) => TAKES_FILE.test(name)) ? [key] : [],
  ),
);

/** Files of the working tree that a host may have sent which the person did not configure: what runs of them is its code. */
function bringsCode(call: GitCall, found: readonly Consequence[]): readonly Consequence[] {
  const root = rootOf(call);
  if (root === undefined) return [];
  const sources = found.flatMap((one): readonly DataSource[] =>
    one.kind === "effect" &&
    one.effect.kind === "egress" &&
    one.effect.destination.known === undefined
      ? [{ kind: "network", destination: one.effect.destination }]
      : [],
  );
  const changes = found.some(
    (one) =>
      one.kind === "effect" &&
      one.effect.kind === "write" &&
      one.effect.target.kind === "path" &&
      one.effect.target.path === root,
  );
  const all = [...sources, ...call.context.brought()];
  if (!changes || all.length === 0) return [];
  const content = [[hole("unmodelled", { sources: all })]];
  return [writes(literal(root), "tracked", { reach: "tree", content })];
}

/** Several subcommands that do the same. */
export function all(names: string, subcommand: Subcommand): SubcommandTable {
  return Object.fromEntries(names.split(/[ ,\n]+/).map((name) => [name, subcommand]));
}

/** A word of a subcommand as seen from the directory git works in. */
export function fromDirectory({ directory }: Pick<GitCall, "directory">, path: Text): Text {
  if (directory === undefined || knownPrefix(path).startsWith("/")) return path;
  return append(append(directory, literal("/")), path);
}

/** Consequence: commits or unsaved work may be lost. */
export function history(
  operation: Extract<Effect, { kind: "history" }>["operation"],
  remote?: string,
): Consequence {
  return { kind: "effect", effect: { kind: "history", operation, remote } };
}

/** Consequence: files that git follows may appear, change or go anywhere in the working tree. */
export function changesTree(call: Pick<GitCall, "repository" | "directory">): Consequence {
  // Where there is no repository yet, only one that the call itself makes here can be meant.
  if (call.repository === undefined) return tracks(call, literal("."));
  return changesBelow(rootOf(call));
}

/**
 * Consequence: objects, references, the index and other books that git keeps may change; not its configuration and not
 * its hooks.
 */
export function keepsBooks(call: Pick<GitCall, "repository" | "directory" | "named">): Consequence {
  if (call.repository === undefined && call.named !== undefined) return changesBelow(call.named);
  if (call.repository === undefined) return tracks(call, literal("./.git/objects"));
  return changesBelow(booksOf(call));
}

function booksOf(call: Pick<GitCall, "repository" | "directory">): string | undefined {
  if (typeof call.repository === "object" && call.repository.books !== undefined)
    return call.repository.books;
  const root = rootOf(call);
  // WHY: of a linked working tree the books lie elsewhere, and belong to it all the same.
  return root === undefined ? undefined : `${root}/.git`;
}

/** Consequence: the index may hold whatever git does not ignore. */
export function addsToIndex(call: Pick<GitCall, "repository" | "directory">): Consequence {
  if (call.repository === undefined)
    return writes(fromDirectory(call, literal("./.git/index")), "tracked");
  const books = booksOf(call);
  return changesBelow(books === undefined ? undefined : `${books}/index`, "entry");
}

function changesBelow(path: string | undefined, reach: Reach = "tree"): Consequence {
  return {
    kind: "effect",
    effect: {
      kind: "write",
      mode: "tracked",
      target:
        path === undefined
          ? { kind: "unresolved", within: undefined, reach }
          : { kind: "path", path, real: path, reach },
    },
  };
}

/** The working tree, absolute; undefined when it is not known. */
export function rootOf({
  repository,
  directory,
}: Pick<GitCall, "repository" | "directory">): string | undefined {
  if (typeof repository === "object") return repository.root;
  const known = directory === undefined ? undefined : textOf(directory);
  return known?.startsWith("/") === true ? known.replace(/\/+$/, "") : undefined;
}

/** Consequence: git puts files that it follows below a place, or takes them away. */
export function tracks(call: Pick<GitCall, "directory">, path: Text): Consequence {
  return writes(fromDirectory(call, path), "tracked", { reach: "tree" });
}

/** Consequence: a file that a word of the call names is read. */
export function readsFile(call: Pick<GitCall, "directory">, path: Text): Consequence {
  return reads(fromDirectory(call, path));
}

/** Consequence: something of git's starts by itself later, or a later push goes elsewhere. */
export function persists(means: "git-execution" | "git-remote"): Consequence {
  return { kind: "effect", effect: { kind: "persist", means, target: undefined } };
}

/** Consequence: code of the project, or that the person configured, runs. */
export function executes(program: string, origin: "project" | "system" = "project"): Consequence {
  return { kind: "effect", effect: { kind: "execute", program, origin, reach: "unbounded" } };
}

/** Consequences: programs of the system that a subcommand which is itself a script is written with. */
export function scriptedWith(...programs: readonly string[]): readonly Consequence[] {
  return programs.map((program) => ({
    kind: "effect",
    effect: { kind: "execute", program, origin: "system", reach: "modelled" },
  }));
}

/** Consequence: text that git gives to a shell. */
export function shells(texts: TextSet): Consequence {
  return { kind: "script", texts, positional: [] };
}

/** Consequence: this use of git is not known well enough. */
export function notModelled(
  call: Pick<GitCall, "name">,
  what: string,
  reason: UnknownReason = "unmodelled",
): Consequence {
  return cannotTell(reason, `\`git ${call.name}\` ${what}`);
}

/** A subcommand that changes only git's own books. */
export function books(options: GitOptions): Subcommand {
  return { options, effects: (call) => [keepsBooks(call)] };
}
