// A person in the log: whose events are whose, by opening every entry whose key is here.
import type { JsonObject } from "../log/leaf.ts";
import { decodeLeaf, type DecodedLeaf } from "../log/leaf.ts";
import { userPseudonym } from "../index/user-name.ts";
import type { Subject } from "../log/subject.ts";
import { personOf } from "../event/event.ts";
import { finderIn, listSubjects } from "./keys.ts";
import { firstEntry, openLogFiles, readEntries } from "./log-reader.ts";
import { openLeaf, type TextStatus } from "./opened-leaf.ts";
import { openTextKeys } from "./text-keys.ts";

/** An entry that was opened. */
export type OpenedEvent = {
  readonly index: number;
  readonly leaf: DecodedLeaf;
  readonly sealed: JsonObject;
  readonly subject: Subject;
  readonly text: TextStatus;
  /** The person whose data it is, by name; undefined where it is nobody's. */
  readonly owner: string | undefined;
};

/** Opens all entries below `size` whose keys are here. */
export async function* openedEvents(
  directories: { readonly log: string; readonly keys: string },
  size: number,
): AsyncGenerator<OpenedEvent> {
  const files = openLogFiles(directories.log);
  const subjects = finderIn(await listSubjects(directories.keys));
  const texts = openTextKeys(directories.keys);
  const first = await firstEntry(files);
  for await (const { index, bytes } of readEntries(files, size, first, size)) {
    const leaf = decodeLeaf(bytes);
    if (leaf.kind === "fault") continue;
    const { subject, sealed, text } = openLeaf(leaf, { subjects, texts });
    if (subject === undefined || sealed === undefined) continue;
    yield { index, leaf, sealed, subject, text, owner: personOf(sealed) };
  }
}

/** What the log knows of one person, and of the others as far as it matters for that one. */
export type PersonInLog = {
  /** The user name as events give it; undefined where the log does not know the person. */
  readonly user: string | undefined;
  readonly sessions: readonly string[];
  /** Sessions of everybody else. */
  readonly otherSessions: ReadonlySet<string>;
  /** Subjects that hold this person's data alone, by id, with the number of events. */
  readonly own: ReadonlyMap<string, number>;
  /** Events of this person under a key that holds other people's data too: nothing can be done about them. */
  readonly shared: number;
  /** Where the person's events stand, whatever key they are under, in rising order. */
  readonly positions: readonly number[];
  /** From the first to the last event; undefined where there is none. */
  readonly period: { readonly fromMs: number; readonly untilMs: number } | undefined;
};

/** Finds who is meant by a user name, a session id, or a pseudonym of one of the two. Reads the log once. */
export async function findPerson(
  directories: { readonly log: string; readonly keys: string },
  size: number,
  subject: string,
): Promise<PersonInLog> {
  const found = new Map<string, Collected>();
  const named = new Set<string>();
  for await (const opened of openedEvents(directories, size)) {
    const { owner, leaf, sealed } = opened;
    if (owner === undefined) continue;
    const one = found.get(owner) ?? startOf(leaf.timeMs);
    found.set(owner, one);
    one.events.set(opened.subject.id, (one.events.get(opened.subject.id) ?? 0) + 1);
    if (one.positions.at(-1) !== opened.index) one.positions.push(opened.index);
    one.fromMs = Math.min(one.fromMs, leaf.timeMs);
    one.untilMs = Math.max(one.untilMs, leaf.timeMs);
    const { sessionId } = sealed;
    if (typeof sessionId === "string" && sessionId !== "") one.sessions.add(sessionId);
    const spellings = [
      owner.normalize("NFKC").toLowerCase(),
      ...(typeof sessionId === "string" ? [sessionId] : []),
      userPseudonym(opened.subject, owner),
      ...(typeof leaf.metadata["session"] === "string" ? [leaf.metadata["session"]] : []),
    ];
    if (spellings.includes(subject) || spellings[0] === subject.normalize("NFKC").toLowerCase())
      named.add(owner);
  }
  const [user] = named;
  const mine = user === undefined ? undefined : found.get(user);
  const others = [...found].filter(([name]) => name !== user).map(([, one]) => one);
  const own = new Map<string, number>();
  let shared = 0;
  for (const [id, events] of mine?.events ?? [])
    if (others.some((one) => one.events.has(id))) shared += events;
    else own.set(id, events);
  return {
    user,
    sessions: [...(mine?.sessions ?? [])],
    otherSessions: new Set(others.flatMap((one) => [...one.sessions])),
    own,
    shared,
    positions: mine?.positions ?? [],
    period: mine === undefined ? undefined : { fromMs: mine.fromMs, untilMs: mine.untilMs },
  };
}

type Collected = {
  readonly sessions: Set<string>;
  readonly events: Map<string, number>;
  readonly positions: number[];
  fromMs: number;
  untilMs: number;
};

function startOf(timeMs: number): Collected {
  return { sessions: new Set(), events: new Map(), positions: [], fromMs: timeMs, untilMs: timeMs };
}
