// A machine that is made up for one witness: answers to what the guard asks of it, the same for both policies.
import { compileGlob } from "#base/glob.ts";
import { isWithin } from "#base/path.ts";
import type { FactAnswer, FactQuery } from "#guard/facts/facts.ts";

/** What is checked out where the session is: a branch, a commit without one, no repository; or nobody can tell. */
export type CheckedOut =
  | { readonly kind: "branch"; readonly name: string }
  | { readonly kind: "detached" | "no-repository" | "untold" };

export type ImaginedDisk = {
  readonly projectRoot: string;
  readonly checkedOut: CheckedOut;
  /** What exists, beside the directories that it lies in. */
  readonly files: readonly string[];
  readonly directories: readonly string[];
};

/** The answer to one question; undefined where nobody could tell. */
export function answerOf(query: FactQuery, disk: ImaginedDisk): FactAnswer | undefined {
  switch (query.kind) {
    case "path":
      return { kind: "path", real: query.path, type: typeAt(query.path, disk), links: 1 };
    case "find": {
      const tests = query.patterns.map((glob) => compileGlob(glob, { ignoreCase: true }));
      const below = disk.files.filter((path) => isWithin(query.root, path));
      const paths = below.filter((path) => tests.some((test) => test(path)));
      return { kind: "find", paths, links: [], complete: true };
    }
    case "glob": {
      const test = compileGlob(query.pattern, { ignoreCase: query.ignoreCase });
      return { kind: "glob", paths: disk.files.filter(test), links: [], complete: true };
    }
    case "names":
      return { kind: "names", names: [] };
    case "words":
      return { kind: "words", holds: true };
    case "open":
      return { kind: "open", isOpen: false };
    case "lock":
      return { kind: "lock", lock: undefined };
    case "text":
      return { kind: "text", text: "", complete: true };
    case "git":
      return gitAt(disk);
    case "loss":
      return { kind: "loss", lost: undefined };
    case "program":
      return { kind: "program", directory: query.directories[0] };
    case "process":
    case "server":
    case "shown":
    case "containment":
      return undefined;
    default:
      return query satisfies never;
  }
}

function typeAt(
  path: string,
  { files, directories }: ImaginedDisk,
): "file" | "directory" | "missing" {
  if (files.includes(path)) return "file";
  return [...directories, ...files].some((file) => isWithin(path, file)) ? "directory" : "missing";
}

function gitAt({ checkedOut, projectRoot }: ImaginedDisk): FactAnswer | undefined {
  if (checkedOut.kind === "untold") return undefined;
  if (checkedOut.kind === "no-repository") return { kind: "git", repository: undefined };
  const branch = checkedOut.kind === "branch" ? checkedOut.name : undefined;
  return {
    kind: "git",
    repository: {
      root: projectRoot,
      gitDirectory: `${projectRoot}/.git`,
      branch,
      upstream: branch === undefined ? undefined : { remote: "origin", branch },
      remotes: new Map([["origin", "https://git.example/team/project.git"]]),
      movedRemotes: new Set(),
      aliases: new Map(),
      executes: new Map(),
      executesOwn: new Set(),
      hooks: [],
      push: new Map([["push.default", "simple"]]),
    },
  };
}
