// Facts: what is true of the machine at decision time. The surface gathers them; the guard only reads them and asks for more.
import type { OwnedKey } from "./key-use.ts";
import type { McpFacts } from "./mcp-facts.ts";

/** Permission modes as the client names them. */
export const CLIENT_MODES = [
  "default",
  "acceptEdits",
  "plan",
  "auto",
  "dontAsk",
  "bypassPermissions",
] as const;
/** The client's permission modes; `unknown` is a value this version does not know. */
export const PERMISSION_MODES = [...CLIENT_MODES, "unknown"] as const;
export type PermissionMode = (typeof PERMISSION_MODES)[number];

/** What a call can end that began with other calls of its session (decision 0062). */
export const CHAIN_KINDS = ["fetched-code-runs", "secret-leaves", "told-then-acts"] as const;
export type ChainKind = (typeof CHAIN_KINDS)[number];

/** A chain that a call would end: `percent` how telling it is (0 to 100), `words` where its data came from, for a person. */
export type SessionChain = {
  readonly kind: ChainKind;
  readonly percent: number;
  readonly words: string;
};

/** Who and where. All paths absolute and lexically clean; `projectRoot` and `home` with symlinks resolved. */
export type SessionFacts = {
  readonly sessionId: string;
  readonly projectRoot: string;
  readonly home: string;
  /** Directories that count like the project's where rules say `<project>`: the person's settings of the client name them. */
  readonly additionalDirectories?: readonly string[];
  /** The directory that counts like `/tmp` where rules say that: the person's own for temporary files. */
  readonly temporary?: string;
  readonly user: string;
  readonly mode: PermissionMode;
  /** False when the profile or environment says that nobody can answer a question: ask becomes deny (M13.19). */
  readonly interactive: boolean;
  /** Directories and files that belong to sallyport's own controls: data directory, keys, sockets. */
  readonly ownPaths: readonly string[];
  /** Files that may be read and not changed: policies of the person that are in force. */
  readonly controlPaths?: readonly string[];
  /** Files that git's settings include, the project's and the person's, and hooks of a folder that they name: to change one is to change those. */
  readonly includedSettings?: readonly string[];
  /** Files that are the client's settings, because a link leads to them from where it looks for those. */
  readonly linkedSettings?: readonly string[];
  /** Files with made-up secrets that nobody has a reason to touch. */
  readonly decoys?: readonly string[];
  /** Whether this is a run of continuous integration; not told where nobody knows. */
  readonly ci?: boolean;
  /** What the session is marked with; not told where nobody looked or it cannot be told. */
  readonly labels?: readonly SessionLabel[];
  /** What the call would end of its session; not told where nobody followed the session. */
  readonly chains?: readonly SessionChain[];
  /** The machine's time when the call was made; told only to a policy that asks: weekday 1 (Monday) to 7, minute of the day. */
  readonly clock?: { readonly weekday: number; readonly minute: number };
};

/**
 * A label of a session and who gave it. `managed`: the managed policy, by where the project lies. `person`: somebody at a
 * terminal. `found`: what the repository says of itself, or a policy below the managed one; that only ever restricts.
 */
export type SessionLabel = {
  readonly name: string;
  readonly from: "managed" | "person" | "found";
};

/**
 * The shell that will run a Bash command: dialect and what the session's snapshot defines. `known` is false when no
 * snapshot could be read; then functions and aliases may exist that are not listed.
 */
export type ShellFacts = {
  readonly dialect: "bash" | "zsh" | "unknown";
  readonly known: boolean;
  /** Function name to the text of its body, as a compound command (`{ ...; }`). */
  readonly functions: ReadonlyMap<string, string>;
  readonly aliases: ReadonlyMap<string, string>;
  /** shopt and setopt names that are on, lower case: `dotglob`, `nullglob`, `nocaseglob`, `globstar`, `extglob`, ... */
  readonly options: ReadonlySet<string>;
  /** Environment variables that are known. A name that is not here may be unset or anything. */
  readonly variables: ReadonlyMap<string, string>;
};

/**
 * What the client's commands inherit: of its environment the variables that execute, redirect or change how a command is
 * read (`isReported`). A name of that kind that is in neither of the two is not set.
 */
export type EnvironmentFacts = {
  readonly variables: ReadonlyMap<string, string>;
  /** Names that are set to a value that nobody told: it is too long, or may hold a secret. */
  readonly withheld: ReadonlySet<string>;
  /** Whether every call begins with exactly these: no start-up file of the shell is read that may change them. */
  readonly isExact: boolean;
  /** Names in `variables` that may have another value all the same, because settings changed them. */
  readonly doubtful?: ReadonlySet<string>;
  /** What the variables that make programs run code name, piece by piece; made of the above by `environmentFacts`. */
  readonly named: readonly NamedCode[];
};

/** A variable by which programs find code, and the paths and words in its value. */
export type NamedCode = {
  readonly variable: string;
  readonly pieces: readonly string[];
  /** A person accepted what it names in the project. */
  readonly isAccepted?: boolean;
};

/**
 * A question that evaluation asks; `queryKey` is its identity. Paths are absolute and lexically clean, except that the
 * path of a `path` query may hold `..`, which the kernel resolves after symlinks.
 */
export type FactQuery =
  | { readonly kind: "path"; readonly path: string }
  /** Other names (hard links) of the file that really lies at `path`, below these directories and wherever secrets are usually kept. */
  | { readonly kind: "names"; readonly path: string; readonly below: readonly string[] }
  /** Paths that exist and match `pattern` (base/glob.ts syntax), as the shell would expand it. */
  | {
      readonly kind: "glob";
      readonly pattern: string;
      readonly dotfiles: boolean;
      readonly ignoreCase: boolean;
    }
  /** Existing entries at or below `root` that match one of `patterns` themselves or are symlinks to a path that does. */
  | {
      readonly kind: "find";
      readonly root: string;
      readonly patterns: readonly string[];
      /**
       * Without what ripgrep certainly leaves out; `ignored`: without what git's own lists certainly leave out; `untracked`:
       * only what git's index names, no answer where a name of it has a blank or begins with a dash. `kept`: without what
       * git follows or certainly ignores, and without other repositories. `followed`: without what git follows and other
       * repositories; a directory in which git follows nothing stands for all that is in it.
       */
      readonly skips?:
        | "hidden"
        | "hidden-and-ignored"
        | "ignored"
        | "untracked"
        | "kept"
        | "followed";
      /** Not what exists there, but these copies of git's. */
      readonly copies?: GitCopies;
    }
  | { readonly kind: "text"; readonly path: string }
  /** Whether a file holds one of these words (lower case letters), in either case. */
  | { readonly kind: "words"; readonly path: string; readonly words: readonly string[] }
  /** Whether what the file shows lies open in git's objects, which everybody has who has the repository. */
  | { readonly kind: "open"; readonly path: string }
  /** What a held command of the session is shown in the place of a file: a real path. `words`: lines with one of these are asked about. */
  | { readonly kind: "shown"; readonly path: string; readonly words?: readonly string[] }
  /** What a lock file of a package manager names. */
  | { readonly kind: "lock"; readonly path: string; readonly format: LockFormat }
  | { readonly kind: "git"; readonly directory: string }
  /** What of a repository git itself could not give back after it did this. */
  | {
      readonly kind: "loss";
      readonly repository: Pick<GitCopies, "gitDirectory" | "workTree">;
      readonly act: GitAct;
    }
  /** Which of `directories` (absolute, clean) is the first to hold an entry called `name` (no slash), as a shell looks. */
  | { readonly kind: "program"; readonly name: string; readonly directories: readonly string[] }
  /** Whether commands of an agent in the project at `root` started the process of this number. */
  | { readonly kind: "process"; readonly number: number; readonly root: string }
  /** Whether all that answers at a port of this session's own loopback is a database that commands of the session made and started. */
  | { readonly kind: "server"; readonly port: number }
  /** Whether the client's sandbox is proven to hold what this session's commands do. */
  | { readonly kind: "containment" };

/**
 * Files that a repository keeps copies of, and which of the copies are meant. Their paths are those that they have in the
 * working tree, absolute, whether or not anything lies there.
 */
export type GitCopies = {
  readonly gitDirectory: string;
  readonly workTree: string;
  readonly shown: ShownCopies;
  /** Globs of which a path matches one; empty: any path. */
  readonly only: readonly string[];
  /** Globs of paths that are left out. */
  readonly except: readonly string[];
};

/**
 * `tracked`: all that the index holds. `unstaged`: what it holds otherwise than the disk. `objects`: what it holds under
 * these names of objects, which may be abbreviated. `commits`: what commits changed that these words name (`HEAD`, `a..b`),
 * and with `most` that many back from there. `between`: what differs between two commits, or between one and the index or
 * the disk; with `fromBase` between their common ancestor and the second. `trees`: all that these commits hold. What cannot
 * be told of commits is taken as `tracked`.
 */
export type ShownCopies =
  | { readonly kind: "tracked" }
  | { readonly kind: "unstaged" }
  | { readonly kind: "objects"; readonly names: readonly string[] }
  | {
      readonly kind: "commits";
      readonly words: readonly string[];
      readonly most: number | undefined;
      /** Merges show what they took from one side alone, too. */
      readonly bySide: boolean;
    }
  | {
      readonly kind: "between";
      readonly from: string;
      readonly to: { readonly commit: string } | "index" | "disk";
      readonly fromBase: boolean;
    }
  | { readonly kind: "trees"; readonly words: readonly string[] };

/**
 * Something that git does to what it keeps, or to files that it follows. `overwrites`: files that lie at or below `paths` (absolute;
 * none: all) become those of a commit, or of the index where `from` is undefined; `staged`: in the index as well. `moves-head`: the
 * branch at hand, or a commit without one, goes elsewhere. `removes-refs`: references with these full names go, and with
 * `isLater` others may have gone before that no branch is. `drops-stash`: one of what was put away, 0 the last, or all of it. `removes-tree`:
 * a further working tree goes, in which git itself finds nothing that is not committed; one that is forced away goes with that, too, and
 * `overwrites` tells of what git follows there. `takes-away`: what lies at these paths (absolute) and git does not follow, directories with
 * all that is in them; some of it may stay.
 */
export type GitAct =
  | {
      readonly kind: "overwrites";
      readonly from: string | undefined;
      readonly staged: boolean;
      readonly paths: readonly string[];
    }
  | { readonly kind: "moves-head" }
  | {
      readonly kind: "removes-refs";
      readonly names: readonly string[];
      readonly isLater: boolean;
    }
  | { readonly kind: "drops-stash"; readonly at: number | "all" }
  | { readonly kind: "removes-tree"; readonly isForced: boolean }
  | { readonly kind: "takes-away"; readonly paths: readonly string[] };

/**
 * What would be gone for good: files, by their paths from the root of the working tree, directories with a slash behind, and commits, by abbreviated names. `more` that
 * are not listed. Nothing is lost where all of that is empty.
 */
export type LostWork = {
  readonly files: readonly string[];
  /** Files that would be gone too, and of which a copy was made that `undo` puts back. */
  readonly copied?: readonly string[];
  readonly commits: readonly string[];
  readonly more: number;
};

/** An answer. `complete: false` means a bound was hit: more may exist. Queries that could not be answered have none. */
export type FactAnswer =
  | {
      readonly kind: "path";
      /** Where the path really leads; for a missing path the real parent plus the missing rest. */
      readonly real: string;
      readonly type: "file" | "directory" | "other" | "missing";
      /** Number of hard links of a file; 1 when unknown. */
      readonly links: number;
    }
  | { readonly kind: "names"; readonly names: readonly string[] }
  | {
      readonly kind: "glob" | "find";
      readonly paths: readonly string[];
      /** Those of `paths` that are symlinks, and where they really lead. */
      readonly links: readonly { readonly path: string; readonly real: string }[];
      readonly complete: boolean;
    }
  | { readonly kind: "text"; readonly text: string | undefined; readonly complete: boolean }
  /** `holds` is true as well where the file is no plain text. */
  | { readonly kind: "words"; readonly holds: boolean }
  | { readonly kind: "open"; readonly isOpen: boolean }
  /**
   * `view`: the same keys with other values. `missing`: nothing is there. `made`: the file as it is, of which this session itself made
   * every byte. `other`: anything else, the file itself among it.
   */
  /** `keys`: values that the view hides, and that belong to hosts which calls reach with the true ones; nothing where no call does. */
  | {
      readonly kind: "shown";
      readonly as: "view" | "missing" | "made" | "other";
      readonly keys?: readonly OwnedKey[];
      /** Each line with one of the words that were asked about is the file's own: a view changes nothing of it. */
      readonly isSame?: true;
    }
  /** Undefined: too large, not well formed, or not all of it is a package of a registry with its digest. */
  | { readonly kind: "lock"; readonly lock: LockFacts | undefined }
  | { readonly kind: "git"; readonly repository: GitFacts | undefined }
  /** Undefined: it cannot be told. */
  | { readonly kind: "loss"; readonly lost: LostWork | undefined }
  /** Undefined: certainly in none of them. */
  | { readonly kind: "program"; readonly directory: string | undefined }
  | { readonly kind: "process" | "server"; readonly isOfSession: boolean }
  | { readonly kind: "containment"; readonly sandbox: ProvenSandbox }
  /** `why` says what is missing, in words for a person. */
  | { readonly kind: "containment"; readonly sandbox: undefined; readonly why: string };

/**
 * Folders of what was installed or is git's own: no other names are looked for there, nor for what lies there. Package managers
 * link most of it.
 */
export const LINKED_FOLDERS = ["node_modules", ".git", ".venv", "venv", "site-packages"] as const;

/** Lock files that are read, each named after the first program that writes it. */
export const LOCK_FORMATS = ["npm", "pnpm", "yarn", "cargo", "go", "uv"] as const;
export type LockFormat = (typeof LOCK_FORMATS)[number];

/** A lock file of which every package comes from a registry, is named with its digest, and lies below the project. */
export type LockFacts = {
  /** Addresses of registries that it names; none where it leaves them to settings. */
  readonly registries: readonly string[];
  /** Folders of packages of the repository's own that it names, relative to it. */
  readonly workspaces: readonly string[];
  /**
   * Where it certainly holds all that its packages need: what it says that the project and each of those packages need
   * themselves, by folder (`""` is the project), in a form that is compared. Undefined where something may be resolved anew.
   */
  readonly complete: { readonly needs: Readonly<Record<string, string>> } | undefined;
  /** Of its text; hex SHA-256. So that who goes by the file later goes by what was judged. */
  readonly digest?: string;
};

/**
 * What a sandbox holds that was proven for this session. Paths are patterns as its settings have them; commands write
 * nothing but the project, its scratch directory and `allowWrite`, and reach nothing but `hosts` and, in an install, `registries`.
 */
export type ProvenSandbox = {
  /** Of all that it was proven from; hex SHA-256. */
  readonly digest: string;
  readonly denyRead: readonly string[];
  readonly allowRead: readonly string[];
  readonly denyWrite: readonly string[];
  readonly allowWrite: readonly string[];
  readonly hosts: readonly string[];
  /** Patterns of command lines that run outside of it. */
  readonly excluded: readonly string[];
  /** Registries of packages that a gateway of ours lets be read while an install runs; empty without one. */
  readonly registries: readonly string[];
  /**
   * Each call runs in a profile that is made for it from the policy and its own effects: all that rules hide is hidden,
   * all that they protect is protected, and of hosts and other places it has what its effects need. The lists are empty.
   */
  readonly perCall?: true;
  /** A call that installs what a lock file names exactly gets that of registries read for it outside, and reaches nothing else. */
  readonly reads?: true;
};

/** What git would do in a directory. */
export type GitFacts = {
  readonly root: string;
  readonly gitDirectory: string;
  /** Undefined on a detached head. */
  readonly branch: string | undefined;
  /** Upstream of the branch: remote name and branch name there. */
  readonly upstream: { readonly remote: string; readonly branch: string } | undefined;
  /** URLs by remote name; several URLs of one remote are joined by newlines. */
  readonly remotes: ReadonlyMap<string, string>;
  /** Remotes that `url.*.insteadOf` of the repository's own configuration leads to another host than they name. */
  readonly movedRemotes: ReadonlySet<string>;
  readonly aliases: ReadonlyMap<string, string>;
  /** Configuration keys in force that make git run a program (`core.fsmonitor`), with their values. */
  readonly executes: ReadonlyMap<string, string>;
  /** Those of them that the repository's own configuration sets; the others are the user's or the system's. */
  readonly executesOwn: ReadonlySet<string>;
  /** Hooks that exist and are executable (`pre-commit`, `pre-push`, ...). */
  readonly hooks: readonly string[];
  /** Where they are, absolute; undefined when that was not told. */
  readonly hooksDirectory?: string;
  /**
   * Other settings that change what push does (`push.default`, `remote.origin.push`, `remote.origin.mirror`), and
   * `help.autocorrect`, which makes git push on a misspelt word; `lfs.repositoryformatversion`, which git-lfs writes where it works;
   * and `http.extraheader`, where the repository has what to log in with.
   */
  readonly push: ReadonlyMap<string, string>;
};

/** Restrictions that a person or an incident put on the session: a quarantine denies everything but reads. */
export type Holds = {
  readonly quarantined: boolean;
  readonly reason: string | undefined;
  /** Not even a command that reads may run, because its surroundings run code of somebody else's choosing. */
  readonly withoutCommands?: boolean;
  /** Nothing may run at all. */
  readonly everything?: boolean;
  /** What a person does about a session that is held by itself; missing during a lockdown. */
  readonly instead?: string;
};

/** All that a decision may depend on besides the call and the policy. */
export type Facts = {
  readonly session: SessionFacts;
  readonly shell: ShellFacts;
  /** Undefined where nobody told: then any variable may be set. */
  readonly environment?: EnvironmentFacts;
  readonly holds: Holds;
  /** What a person approved of the MCP server of the call; not told where nobody approved any. */
  readonly mcp?: McpFacts;
  /**
   * Real paths of files written earlier in this session, and with a slash at their end directories below which any file may
   * have been (`guard/effects/paths/written-places.ts`).
   */
  readonly writtenPaths: ReadonlySet<string>;
  readonly answers: ReadonlyMap<string, FactAnswer>;
};

/** The identity of a query: equal questions have equal keys. */
export function queryKey(query: FactQuery): string {
  switch (query.kind) {
    case "path":
      return `path:${query.path}`;
    case "names":
      return `names:${query.path}:${JSON.stringify(query.below)}`;
    case "glob":
      return `glob:${query.dotfiles ? "d" : ""}${query.ignoreCase ? "i" : ""}:${query.pattern}`;
    case "find":
      return findKey(query);
    case "text":
      return `text:${query.path}`;
    case "words":
      return `words:${query.path}:${JSON.stringify(query.words)}`;
    case "open":
      return `open:${query.path}`;
    case "shown":
      return `shown:${query.path}${query.words === undefined ? "" : `:${JSON.stringify(query.words)}`}`;
    case "lock":
      return `lock:${query.format}:${query.path}`;
    case "git":
      return `git:${query.directory}`;
    case "loss":
      return `loss:${JSON.stringify([query.repository.gitDirectory, query.repository.workTree, query.act])}`;
    case "program":
      return `program:${query.name}:${JSON.stringify(query.directories)}`;
    case "process":
      return `process:${query.number}:${query.root}`;
    case "server":
      return `server:${query.port}`;
    case "containment":
      return "containment:";
    default:
      return query satisfies never;
  }
}

type FindQuery = Extract<FactQuery, { kind: "find" }>;

/** The last query of each list of patterns with its key. */
const FIND_KEYS = new WeakMap<
  readonly string[],
  { readonly query: FindQuery; readonly key: string }
>();

/** WHY remembered: a rule's patterns make a key of thousands of characters, and every call asks for the same few trees. */
function findKey(query: FindQuery): string {
  const { root, patterns, skips, copies } = query;
  const known = FIND_KEYS.get(patterns);
  if (known?.query.root === root && known.query.skips === skips && known.query.copies === copies)
    return known.key;
  const key = `find:${root}:${JSON.stringify(patterns)}${skips ?? ""}${copies === undefined ? "" : JSON.stringify(copies)}`;
  FIND_KEYS.set(patterns, { query, key });
  return key;
}
