// One entry opened with the keys that are here: its sealed fields, the text under its own key, and what became of that key.
import type { Json } from "#guard/toolcall/tool-call.ts";
import { type DecodedLeaf, type JsonObject, openSection } from "../log/leaf.ts";
import type { Subject } from "../log/subject.ts";
import type { SubjectFinder } from "./keys.ts";
import { textDayOf, type TextFinder } from "./text-keys.ts";

/** What opens entries. */
export type SectionKeys = {
  readonly subjects: SubjectFinder;
  /** Undefined for who has no use for texts: these stay closed. */
  readonly texts: TextFinder | undefined;
};

/**
 * How it stands with the text that an entry has under a key of its own. `none`: it has none, or all of the entry is closed here;
 * `expired`: the key was destroyed at that time because the text's time was over; `missing`: the key is not here.
 */
export type TextStatus =
  | { readonly kind: "none" | "here" | "missing" }
  | { readonly kind: "expired"; readonly atMs: number };

/** What could be opened of an entry. */
export type OpenedLeaf = {
  readonly sealed: JsonObject | undefined;
  /** Whose data it is. */
  readonly subject: Subject | undefined;
  readonly text: TextStatus;
  /** A section is marked as sealed under a key that is here, and does not open with it. */
  readonly isForged: boolean;
  /** By section, what it is sealed under; undefined where that is not here. */
  readonly owners: readonly (Subject | undefined)[];
};

/** Names the day whose key the text is under, where that is not the event's own. */
export const TEXT_DAY = "textDay";

const NO_TEXT: TextStatus = { kind: "none" };

/** Opens what can be opened. Total. */
export function openLeaf(leaf: DecodedLeaf, { subjects, texts }: SectionKeys): OpenedLeaf {
  let sealed: JsonObject | undefined;
  let owner: Subject | undefined;
  let text: TextStatus = NO_TEXT;
  let isForged = false;
  const owners: (Subject | undefined)[] = [];
  for (const [place, { locator }] of leaf.sections.entries()) {
    const subject = subjects(locator, leaf.timeMs);
    if (subject !== undefined) {
      owners.push(subject);
      const content = openSection(leaf, place, subject);
      if (content === undefined) isForged = true;
      // WHY: to copy an object takes as long as to read it, and nearly all entries have one section of this kind.
      else sealed = sealed === undefined ? content : { ...sealed, ...content };
      if (content !== undefined) owner ??= subject;
      continue;
    }
    if (owner === undefined || texts === undefined) {
      owners.push(undefined);
      continue;
    }
    const day = dayIn(sealed?.[TEXT_DAY]) ?? textDayOf(leaf.timeMs);
    const own = texts.find(owner, day);
    const isOwn = own !== undefined && isSame(own.locator(leaf.timeMs), locator);
    owners.push(isOwn ? own : undefined);
    if (!isOwn) {
      const atMs = own === undefined ? texts.goneMs(owner, day) : undefined;
      text = atMs === undefined ? { kind: "missing" } : { kind: "expired", atMs };
      continue;
    }
    const content = openSection(leaf, place, own);
    if (content === undefined) isForged = true;
    else {
      text = { kind: "here" };
      const { readable } = content;
      if (readable !== undefined) sealed = withReadable(sealed, readable);
    }
  }
  return { sealed, subject: owner, text, isForged, owners };
}

/** WHY not a copy: these are the fields that were read just now, and nobody else has them yet. */
function withReadable(sealed: JsonObject | undefined, readable: Json): JsonObject {
  return Object.assign(sealed ?? {}, { readable });
}

function dayIn(value: Json | undefined): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
