// Entries of a log as the index sees them: read from disk, opened where their key is here, flattened.
import { type IndexedEvent, indexedEvent } from "../../index/indexed-event.ts";
import { readableWords, type StandIn } from "../../index/readable-words.ts";
import { userPseudonym } from "../../index/user-name.ts";
import { decodeLeaf, type DecodedLeaf } from "../../log/leaf.ts";
import type { LogFiles } from "../../log/report.ts";
import type { Subject } from "../../log/subject.ts";
import { readBundles } from "../log-reader.ts";
import { openLeaf, type SectionKeys } from "../opened-leaf.ts";
import { foundOnce } from "../text-keys.ts";

/** An entry with its bytes. `user` is a name and stays in memory. */
export type OpenedEntry = {
  readonly bytes: Uint8Array;
  readonly event: IndexedEvent;
  readonly owner: { readonly subject: Subject; readonly user: string | undefined } | undefined;
};

/** What opens entries: keys that are here, and stand-ins for words where the install's key is. */
export type Opening = SectionKeys & { readonly standIn: StandIn | undefined };

type Range = { readonly size: number; readonly from: number; readonly end: number };

/** Entries `from` to `end` (exclusive) of a log of `size`. One that cannot be read is of the kind `unreadable`. */
export async function* openedEntries(
  files: LogFiles,
  opening: Opening,
  range: Range,
): AsyncGenerator<OpenedEntry> {
  for await (const bundle of openedBundles(files, opening, range)) yield* bundle;
}

/** The same, bundle by bundle. */
export async function* openedBundles(
  files: LogFiles,
  opening: Opening,
  { size, from, end }: Range,
): AsyncGenerator<readonly OpenedEntry[]> {
  for await (const bundle of readBundles(files, size, [{ from, end }])) {
    const once = { ...opening, texts: opening.texts && foundOnce(opening.texts) };
    yield bundle.map(({ index, bytes }) => openEntry(index, bytes, once));
  }
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

/** What could be opened: an event belongs to one subject. */
function openOwner(leaf: DecodedLeaf, opening: Opening): Owner | undefined {
  const { sealed, subject } = openLeaf(leaf, opening);
  if (subject === undefined || sealed === undefined) return undefined;
  const { user, command } = sealed;
  const { standIn } = opening;
  return {
    subject,
    user: typeof user === "string" && user !== "" ? user : undefined,
    command: typeof command === "string" ? command : undefined,
    readable: standIn === undefined ? [] : readableWords(sealed, standIn),
  };
}
