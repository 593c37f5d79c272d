// Effects: what a call may do to the world. Policy speaks of nothing else.
import type { GitCopies, LockFormat, LostWork } from "../facts/facts.ts";

/**
 * Where a file effect lands. Paths are absolute and lexically clean (`/a/b`, no `.`/`..`, no trailing slash).
 * - `path`: one known place. `real` is where symlinks lead, when the facts told; otherwise the same as `path`.
 * - `pattern`: any path that matches a glob (see base/glob.ts); `path` is the glob, absolute.
 * - `unresolved`: some path below `within` (absolute), or anywhere when `within` is undefined.
 * `reach: "tree"` adds everything below.
 */
export type Target =
  | {
      readonly kind: "path";
      readonly path: string;
      readonly real: string;
      readonly reach: Reach;
      /** What the program leaves out of a tree; nothing unless given. */
      readonly skips?: Skips;
      /** What the call names to be left out of a tree; nothing unless given. */
      readonly leaves?: ExcludePatterns;
      /** What is read is not what lies there, but git's copies of files of this working tree. */
      readonly copies?: GitCopies;
      /** Of what files only some may be shown; everything unless given. */
      readonly shows?: Shown;
      /** The program passes over all of the file but certificates and public keys, whatever it holds. */
      readonly isPublic?: true;
      /** The program takes the file for a key and works with it: nothing of what it holds is shown or sent. */
      readonly isKey?: true;
      /** The program works with the private key in the file and shows nothing of it: to what end, in words. */
      readonly usedTo?: string;
      /** The program takes the file for its settings, or only counts, compares and names what is in it: nobody asks to see it. */
      readonly isLoaded?: true;
      /** The program shows no lines of it but such as hold one of these words (lower case), in either case. */
      readonly picks?: readonly string[];
      /** The program gives what lies there to whoever asks at a port while it runs, and keeps none of it. */
      readonly isServed?: true;
    }
  | {
      readonly kind: "pattern";
      readonly path: string;
      readonly reach: Reach;
      /** Part of it is a name that a program makes up so that nothing has it yet: what lies on the disk now is not meant. */
      readonly isNew?: true;
      readonly shows?: Shown;
    }
  | { readonly kind: "unresolved"; readonly within: string | undefined; readonly reach: Reach };

/** `entry` is the named file or directory entry alone; `tree` is it and all below it. */
export type Reach = "entry" | "tree";

/**
 * What a search tool leaves out of a tree: symlinks and hidden entries that no ignore file lets in again (`hidden`), and
 * what ignore files name as well (`hidden-and-ignored`). Git leaves out what its own lists name, and no hidden entries
 * (`ignored`). `untracked`: all but what git's index names, as it lies there.
 */
export type Skips = "hidden" | "hidden-and-ignored" | "ignored" | "untracked";

/** What a call names to be left out of a tree: globs of last path parts. Entries below the root that match are not read, nor is what lies below such a directory. */
export type ExcludePatterns = {
  readonly files: readonly string[];
  readonly directories: readonly string[];
};

/**
 * Nothing is shown of a file that holds none of `words`, in either case; without words, of any file: it is only counted. `changed`: files that the call itself changes, of
 * which it is not known what they hold.
 */
export type Shown = { readonly words: readonly string[]; readonly changed: readonly string[] };

/**
 * A host that data may reach. `host` is lower case without brackets; undefined when it could not be resolved. `known`: it
 * was not named in the call but is what the person configured: `remote` is the repository's own remote, `account` the
 * cluster, cloud account, registry or service that the program works with.
 */
export type Destination = {
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly scheme: string | undefined;
  readonly known?: "remote" | "account";
  /** What a remote of git is where it is no address but a path, as it was written. For people: rules go by the host. */
  readonly path?: string;
};

/**
 * Where data comes from: the content of a file, of the repository, text that a host sent, an argument of the call, the
 * whole environment (`environment`) or single variables of it whose names say that they are secret (`variable`), a list of
 * processes (`guard`: of those that judge the session, or of the client), or something unknown.
 */
export type DataSource =
  | {
      readonly kind: "file";
      readonly target: Target;
      /** Nobody looks at what the file holds: only names of settings are left of it, or a program was handed it as an argument. */
      readonly isUnshown?: true;
      /** The call is shown a view of it: made-up values stand in the place of secret ones. */
      readonly isView?: true;
    }
  | { readonly kind: "network"; readonly destination: Destination }
  | { readonly kind: "repository" }
  | { readonly kind: "argument" }
  | { readonly kind: "environment" }
  | { readonly kind: "variable" }
  | { readonly kind: "processes"; readonly guard: boolean }
  | { readonly kind: "unknown" };

/** The kinds of sources, as rules name them in `carries`. */
export const SOURCE_KINDS = [
  "file",
  "network",
  "repository",
  "argument",
  "environment",
  "variable",
  "processes",
  "unknown",
] as const satisfies readonly DataSource["kind"][];

/**
 * Where executed code comes from. `system`: an installed program. `project`: code of the project. `generated`: text
 * written earlier in this session. `download`: text from the network. `inline`: text inside the command itself.
 */
export type CodeOrigin = "system" | "project" | "generated" | "download" | "inline" | "unknown";

/** Why something could not be resolved. Stable words: policy and statistics use them. */
export type UnknownReason =
  | "budget"
  | "syntax"
  | "dialect"
  | "dynamic-command"
  | "dynamic-code"
  | "dynamic-path"
  | "unknown-option"
  | "unknown-tool"
  | "malformed-input"
  | "missing-fact"
  | "unmodelled";

/** How a write changes its target. */
export type WriteMode = "create" | "append" | "change" | "tracked" | "cache";

/**
 * Version control makes a place anew, as a further working tree beside the one that it belongs to (true); or takes one away, `clean` where
 * nothing goes with it that git does not keep; `moved` with all that lies in it to another place.
 */
export type WorktreeChange = true | "removed" | "clean" | "moved";

type WhatHappens =
  | { readonly kind: "read"; readonly target: Target }
  | {
      readonly kind: "write";
      readonly target: Target;
      /**
       * `tracked`: version control puts files of its own history there, takes them away, or keeps its books; it brings
       * nothing that was not committed. `cache`: a program keeps what it worked out, so as not to do so again; the call
       * has no say in what that is.
       */
      readonly mode: WriteMode;
      readonly worktree?: WorktreeChange;
      /** All that it holds then is what this file of one known place holds; `keeps`: what is there already stays. */
      readonly copyOf?: { readonly path: string; readonly keeps?: true };
    }
  | { readonly kind: "delete"; readonly target: Target }
  | {
      readonly kind: "egress";
      readonly destination: Destination;
      readonly carries: readonly DataSource[];
      /**
       * It asks for what a short https address shows and tells nothing else: no body, no method but GET and HEAD, and no
       * header, name, proxy or other address that the call gives.
       */
      readonly asks?: true;
      /** Words of the program that ask so (`token`), or the method, where a table of requests tells what that may be. Rules go by the rest. */
      readonly verb?: string;
      readonly subjects?: Subjects;
    }
  | {
      readonly kind: "execute";
      /** Program name or path; undefined when the name is dynamic. */
      readonly program: string | undefined;
      readonly origin: CodeOrigin;
      /** `modelled`: all its effects are listed beside it. `unbounded`: it may do anything. */
      readonly reach: "modelled" | "unbounded";
      /** Given where the program is an engine of containers, and is told this. For people: rules go by the rest. */
      readonly engine?: EngineAct;
    }
  | {
      readonly kind: "history";
      /**
       * `force-push-with-lease`: only over commits that were seen. `amend`: the last commit is made anew, or those that
       * no remote has on top of what a pull brought; git keeps those before in the reflog and begins over nothing uncommitted.
       */
      readonly operation:
        | "force-push"
        | "force-push-with-lease"
        | "delete-ref"
        | "reset"
        | "discard"
        | "rewrite"
        | "amend"
        | "prune";
      readonly remote: string | undefined;
      /** Branches or tags of the remote; undefined when they could not be resolved or there is no remote. */
      readonly refs?: readonly string[] | undefined;
      /** What git itself could not give back; not there where nobody can tell. */
      readonly lost?: LostWork;
    }
  | {
      readonly kind: "publish";
      /** `git`: commits to a remote. `package`: a package to a registry. `release`: a release page. */
      readonly channel: "git" | "package" | "release";
      readonly destination: string | undefined;
      /**
       * Branches or tags that may be updated; of a release page the branch that others are asked to take. Undefined when
       * they could not be resolved.
       */
      readonly refs: readonly string[] | undefined;
      /** What a forge is told, where it is that. For people: rules go by the rest. */
      readonly forge?: ForgeAct;
      /** As of an egress. */
      readonly verb?: string;
      readonly subjects?: Subjects;
    }
  | {
      readonly kind: "deploy";
      readonly system: string;
      readonly operation: string;
      readonly subjects?: Subjects;
    }
  | {
      readonly kind: "install";
      readonly manager: string;
      readonly packages: readonly string[];
      readonly runsScripts: boolean;
      /** The address of the registry that all of it is asked for; undefined where that cannot be told. */
      readonly registry?: string;
      /** Given where it brings exactly what a lock file names and runs nothing of it. */
      readonly locked?: LockedInstall;
      /** Given where all that it brings is named by files of the project that were there before the session. */
      readonly declared?: DeclaredInstall;
    }
  | { readonly kind: "privilege"; readonly means: string; readonly user: string | undefined }
  | { readonly kind: "persist"; readonly means: string; readonly target: Target | undefined }
  | {
      readonly kind: "tamper";
      readonly control: string;
      readonly target: Target | undefined;
      /** The program takes it away with all else that lies around, and goes on where it cannot; the call names it nowhere. */
      readonly isSwept?: true;
    }
  | { readonly kind: "unknown"; readonly reason: UnknownReason; readonly detail: string };

/**
 * One thing that may happen. `via` is the chain of programs that leads to it, outermost first (`xargs`, `cat`);
 * `at` is the piece of the command text it comes from, in UTF-16 units, when there is one.
 */
export type Effect = WhatHappens & {
  readonly via: readonly string[];
  readonly at: { readonly start: number; readonly end: number } | undefined;
};

/**
 * An install that brings what a lock file names, each package by its digest, and runs no code of it or of the project.
 * `files`: absolute paths that this was concluded from, of which nothing was written in the session or by the call.
 */
export type LockedInstall = {
  readonly files: readonly string[];
  /** Those without which, or with another text, it would choose anew what it brings or run code; none where it would rather fail. */
  readonly presumed?: readonly string[];
  /** Addresses of all registries that are asked. */
  readonly registries: readonly string[];
};

/**
 * An install that brings what files of the project name: its manifests, its lock files. Which versions come is another's to
 * say, and code of them may run. `files`: absolute paths that name it, of which nothing was written in the session or by the call.
 */
export type DeclaredInstall = {
  readonly files: readonly string[];
  /** Given where a lock file names each file that may come, and the manager asks registries for nothing else. */
  readonly exact?: ExactLock;
};

/** A lock file, by its absolute path and the hex SHA-256 of the text that was judged. */
export type ExactLock = {
  readonly path: string;
  readonly format: LockFormat;
  readonly digest: string;
};

/**
 * What an engine of containers is told to do with what it keeps: containers or images by their names, or containers of the project's own
 * services (`service`; no names: all of them). `hosts`: registries that images come from, as far as they are known.
 */
export type EngineAct = {
  readonly act:
    | "start"
    | "restart"
    | "stop"
    | "kill"
    | "pause"
    | "remove"
    | "take-down"
    | "bring"
    | "make"
    | "run"
    | "enter";
  readonly of: "container" | "image" | "service";
  readonly names: readonly string[];
  readonly hosts: readonly string[];
};

/**
 * What of a host's interface the call is about, as requests there name it: `owner/name`, an owner, a package, `host/image` (with a slash at its
 * end all below it), or a path after a slash, in which `ANY_SEGMENT` stands for a segment that is not known. Not given where nobody can tell.
 * Rules go by the rest.
 */
export type Subjects = readonly string[];

/** WHY this sign: no path that is read here has it. */
export const ANY_SEGMENT = "\\";

/**
 * What a forge is told to do: the program's words (`pr merge`), the number of a request or an issue, `owner/name` where it is not the
 * repository at hand, and options that change what becomes of it, without dashes.
 */
export type ForgeAct = {
  readonly verb: string;
  readonly number?: string;
  readonly repository?: string;
  readonly options: readonly string[];
};

/** The kinds, in the order in which they are listed for people. */
export const EFFECT_KINDS = [
  "tamper",
  "privilege",
  "persist",
  "unknown",
  "delete",
  "history",
  "publish",
  "deploy",
  "egress",
  "install",
  "execute",
  "write",
  "read",
] as const satisfies readonly Effect["kind"][];

export type EffectKind = (typeof EFFECT_KINDS)[number];
