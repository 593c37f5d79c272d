// Entries of a log as the index sees them: read from disk, opened where their key is here, flattened.
import { type IndexedEvent, indexedEvent } from "../../index/indexed-event.ts";
import { readableWords, type StandIn } from "../../index/readable-words.ts";
import { userPseudonym } from "../../index/user-name.ts";
import { decodeLeaf, type DecodedLeaf, openSection } from "../../log/leaf.ts";
import type { LogFiles } from "../../log/report.ts";
import type { Subject } from "../../log/subject.ts";
import type { SubjectFinder } from "../keys.ts";
import { readEntries } from "../log-reader.ts";

/** An entry with its bytes. `user` is a name and stays in memory. */
export type OpenedEntry = {
  readonly bytes: Uint8Array;
  readonly event: IndexedEvent;
  readonly owner: { readonly subject: Subject; readonly user: string | undefined } | undefined;
};

/** What opens entries: subjects whose key is here, and stand-ins for words where the install's key is. */
export type Opening = {
  readonly subjects: SubjectFinder;
  readonly standIn: StandIn | undefined;
};

/** Entries `from` to `end` (exclusive) of a log of `size`. One that cannot be read is of the kind `unreadable`. */
export async function* openedEntries(
  files: LogFiles,
  opening: Opening,
  range: { readonly size: number; readonly from: number; readonly end: number },
): AsyncGenerator<OpenedEntry> {
  for await (const { index, bytes } of readEntries(files, range.size, range.from, range.end))
    yield openEntry(index, bytes, opening);
}

/** One entry. */
export function openEntry(index: number, bytes: Uint8Array, opening: Opening): OpenedEntry {
  const leaf = decodeLeaf(bytes);
  if (leaf.kind === "fault") {
    const metadata = { kind: "unreadable", why: leaf.reason };
    const event = indexedEvent(index, { id: "", timeMs: 0, metadata }, NOTHING);
    return { bytes, event, owner: undefined };
  }
  const opened = openOwner(leaf, opening);
  const { subject, user, command, readable } = opened ?? {};
  const pseudonym =
    subject === undefined || user === undefined ? undefined : userPseudonym(subject, user);
  return {
    bytes,
    event: indexedEvent(index, leaf, { user: pseudonym, command, readable: readable ?? [] }),
    owner: subject === undefined ? undefined : { subject, user },
  };
}

const NOTHING = { user: undefined, command: undefined };

type Owner = {
  readonly subject: Subject;
  readonly user: string | undefined;
  readonly command: string | undefined;
  readonly readable: readonly string[];
};

/** The first section that can be opened: an event belongs to one subject. */
function openOwner(leaf: DecodedLeaf, { subjects, standIn }: Opening): Owner | undefined {
  for (const [place, section] of leaf.sections.entries()) {
    const subject = subjects(section.locator, leaf.timeMs);
    const content = subject === undefined ? undefined : openSection(leaf, place, subject);
    if (subject === undefined || content === undefined) continue;
    const { user, command } = content;
    return {
      subject,
      user: typeof user === "string" && user !== "" ? user : undefined,
      command: typeof command === "string" ? command : undefined,
      readable: standIn === undefined ? [] : readableWords(content, standIn),
    };
  }
  return undefined;
}
