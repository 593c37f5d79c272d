// Which places of a project are git's own, and what of them is passing, or follows by itself.
import { readIndex } from "../facts/git/git-index.ts";
import type { CopyStore } from "./copy-store.ts";

/** What is asked of the state of a place. */
type Kept = {
  readonly kind: string;
  readonly copy?: string | undefined;
  readonly size?: number;
};

/** The folder of the repository that a place belongs to (`.git`, `lib/.git`); undefined of other places. */
export function repositoryOf(path: string): string | undefined {
  const end = /(?:^|\/)\.git(?=\/|$)/.exec(path);
  return end === null ? undefined : path.slice(0, end.index + end[0].length);
}

/** Whether a place is there only while git works: nothing of it is kept. */
export function isPassing(path: string): boolean {
  return (
    repositoryOf(path) !== undefined &&
    /\.lock$|\/tmp_[^/]*$|\/incoming-[^/]*$|\/gc\.pid$|\/fsmonitor--daemon/.test(path)
  );
}

/** Whether a place holds what git names by its content: once there, it is the same for ever. */
export function isObject(path: string): boolean {
  const repository = repositoryOf(path);
  return repository !== undefined && /^\/(?:.*\/)?objects\/./.test(path.slice(repository.length));
}

/** Whether git makes a place anew by itself, so that a change of it means nothing. */
export function isNote(path: string): boolean {
  const repository = repositoryOf(path);
  return (
    repository !== undefined &&
    /\/(?:ORIG_HEAD|FETCH_HEAD|COMMIT_EDITMSG|gc\.log|info\/refs)$|\/objects\//.test(
      path.slice(repository.length),
    )
  );
}

/** Bytes of an index that is compared entry by entry. */
const INDEX_BYTES_MAX = 16 * 1024 * 1024;
const HASH_BYTES = 20;

/** Whether two states of an index say the same: git writes it again when it only looked at files. */
export function saysSame(path: string, one: Kept, other: Kept, store: CopyStore): boolean {
  if (!/(?:^|\/)\.git\/(?:.*\/)?index$/.test(path)) return false;
  const [first, second] = [one, other].map((state) => entriesOf(state, store));
  return first !== undefined && first === second;
}

function entriesOf(state: Kept, store: CopyStore): string | undefined {
  if (state.kind !== "file" || state.copy === undefined || (state.size ?? 0) > INDEX_BYTES_MAX)
    return undefined;
  const bytes = store.get(state.copy);
  const entries = bytes && readIndex(bytes, HASH_BYTES, () => true);
  return (
    entries &&
    JSON.stringify(
      entries.map(({ name, object, mode, stage, isAssumed }) => [
        name,
        object,
        mode,
        stage,
        isAssumed,
      ]),
    )
  );
}

/** Whether a list of packed references still names all that it named before: packing more of them took nothing away. */
export function namesAll(path: string, now: Kept, before: Kept, store: CopyStore): boolean {
  if (!/(?:^|\/)\.git\/packed-refs$/.test(path)) return false;
  const [there, wanted] = [now, before].map((state) => referencesOf(state, store));
  return wanted?.every((line) => there?.includes(line) === true) === true;
}

function referencesOf(state: Kept, store: CopyStore): readonly string[] | undefined {
  if (state.kind === "none") return [];
  if (state.kind !== "file" || state.copy === undefined || (state.size ?? 0) > INDEX_BYTES_MAX)
    return undefined;
  const text = store.get(state.copy)?.toString("latin1");
  return text?.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}
