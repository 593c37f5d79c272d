// What commits, the index or a history bring: each new version of a file with those that it came from.
import { Failure } from "#base/failure.ts";
import { fileName, type FileName } from "./file-name.ts";
import { askGit, type GitPlace, gitParts } from "./git.ts";

/**
 * A file as a change leaves it. `before`: the objects that it came from, none for a new file. `isModule`: another repository's
 * commit stands there. `commit` is undefined for what is staged.
 */
export type Change = {
  readonly commit: string | undefined;
  readonly name: FileName;
  readonly object: string;
  readonly before: readonly string[];
  readonly isModule: boolean;
};

const NOTHING = /^0+$/;
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** What is staged for the next commit, against the last one or against nothing. */
export async function* stagedChanges(place: GitPlace): AsyncGenerator<Change> {
  const head = await askGit(place, ["rev-parse", "--verify", "-q", "HEAD^{commit}"]);
  // The empty tree, of which every git knows without having it.
  const empty = await askGit(place, ["hash-object", "-t", "tree", "/dev/null"]);
  const base = head.code === 0 ? head.output.trim() : empty.output.trim();
  if (!COMMIT.test(base)) {
    throw new Failure("git", "this is no git repository; go into one, or name files to be scanned");
  }
  yield* changesIn(
    gitParts(place, ["diff-index", "--cached", "--raw", "-z", "--no-abbrev", "-M", base]),
  );
}

/**
 * What each of these commits brings beside what its parents had. `revisions` are words of `git rev-list`; the caller has seen to it
 * that none is an option. With `-M100%` only a file that moved as it was has one before it: git then reads no content to tell.
 */
export async function* committedChanges(
  place: GitPlace,
  revisions: readonly string[],
  onCommit: (id: string) => void,
  renames: "-M" | "-M100%" = "-M",
): AsyncGenerator<Change> {
  const ids = gitParts(place, ["rev-list", "--reverse", ...revisions], { end: 10 });
  const args = [
    "diff-tree",
    "--stdin",
    "-r",
    "--root",
    "-c",
    "--raw",
    "-z",
    "--no-abbrev",
    renames,
  ];
  yield* changesIn(gitParts(place, args, { input: told(ids, onCommit) }), COMMIT);
}

async function* told(lines: AsyncIterable<Buffer>, onCommit: (id: string) => void) {
  for await (const line of lines) {
    const id = line.toString("latin1");
    onCommit(id);
    yield `${id}\n`;
  }
}

/** The raw form: `:<mode> <mode> <object> <object> <status>`, path, and a second path after a rename; one colon a parent. */
async function* changesIn(
  parts: AsyncIterable<Buffer>,
  commitForm?: RegExp,
): AsyncGenerator<Change> {
  let commit: string | undefined;
  const iterator = parts[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await iterator.next();
    return done === true ? undefined : (value as Buffer);
  };
  try {
    for (let part = await next(); part !== undefined; part = await next()) {
      const head = part.toString("latin1");
      if (commitForm?.test(head) === true) {
        commit = head;
        continue;
      }
      const parents = /^:+/.exec(head)?.[0].length ?? 0;
      if (parents === 0)
        throw new Failure("git", "git told of a change in a form that is not known");
      const words = head.slice(parents).split(" ");
      const modes = words.slice(0, parents + 1);
      const objects = words.slice(parents + 1, 2 * (parents + 1));
      const status = words.at(-1) ?? "";
      let path = await next();
      // A combined change has one path, whatever its status says.
      if (parents === 1 && /^[RC]/.test(status)) path = await next();
      const object = objects.at(-1) ?? "";
      if (path === undefined || NOTHING.test(object)) continue;
      yield {
        commit,
        name: fileName(path),
        object,
        before: objects.slice(0, -1).filter((id) => !NOTHING.test(id)),
        isModule: modes.at(-1) === "160000",
      };
    }
  } finally {
    // WHY: whoever stops listening ends git, which else would wait for ever to be read.
    await iterator.return?.(undefined);
  }
}
