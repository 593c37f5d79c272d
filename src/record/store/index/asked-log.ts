// A log as questions see it: its entries, the keys that open them, and the names that a filter may speak of.
import { namesOf } from "../../index/filter-names.ts";
import type { Names } from "../../index/filter-parse.ts";
import { standInUnder } from "../../index/readable-words.ts";
import type { Subject } from "../../log/subject.ts";
import type { FollowedLog } from "./index-follow.ts";
import { type EventKeys, followSubjects, readEventKeys } from "../keys.ts";
import { firstEntry, openLogFiles } from "../log-reader.ts";
import { viewLog } from "../log-view.ts";
import { openTextKeys } from "../text-keys.ts";

/** The log of two directories, for as long as one likes: `follow` sees what was published and who came since. */
export type AskedLog = {
  readonly names: Names;
  /** What the ranges of its index are sealed with; undefined where the install's key is not here. */
  readonly indexKey: string | undefined;
  /** The log as its signed checkpoint says it is now. */
  follow(): Promise<FollowedLog>;
  /** A subject whose key was here when the log was followed last, by its id. */
  subject(id: string): Subject | undefined;
};

/** Opens it. A Failure when there is no log, no key, or the checkpoint is not what was signed. */
export async function openAskedLog(directories: {
  readonly log: string;
  readonly keys: string;
}): Promise<AskedLog> {
  const { log, keys } = directories;
  const files = openLogFiles(log);
  const view = await viewLog(log, keys);
  const subjectsNow = followSubjects(keys);
  let { list } = await subjectsNow();
  const eventKeys = await readEventKeys(keys).catch(() => undefined);
  const standIn = eventKeys === undefined ? undefined : standInUnder(eventKeys.digest);
  const texts = openTextKeys(keys);
  return {
    indexKey: eventKeys === undefined ? undefined : indexKeyOf(eventKeys),
    names: namesOf(() => list, eventKeys?.digest, standIn),
    subject: (id) => list.find((subject) => subject.id === id),
    async follow() {
      const { size, origin } = await view.checkpoint();
      // INVARIANT: after the size, as in a view: whoever's entry is published had a key before it.
      const now = await subjectsNow();
      list = now.list;
      const opening = { subjects: now.find, texts, standIn };
      return { files, opening, origin, size, first: await firstEntry(files) };
    },
  };
}

/** What the ranges of an index are sealed with: only who can read the key store knows it. */
export function indexKeyOf({ digest }: Pick<EventKeys, "digest">): string {
  return digest("index-seal", "v1");
}
