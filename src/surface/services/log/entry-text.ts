// An entry of the log for people and programs: one line, or JSON, with what is sealed as far as its key is here.
import { dayOf } from "#base/day.ts";
import { describeEvent } from "#record/event/describe.ts";
import type { ViewedEntry } from "#record/store/log-view.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";

/** An entry in one line: its place, its time, what happened. */
export function entryLine({ index, leaf, sealed, isForged }: ViewedEntry): string {
  const number = String(index).padStart(6);
  if (leaf.kind === "fault") return `${number}  (not an event of this version: ${leaf.reason})`;
  return `${number}  ${describeEvent(leaf, sealed)}${hiddenNote(leaf.sections.length, sealed, isForged)}`;
}

function hiddenNote(sections: number, sealed: unknown, isForged: boolean): string {
  if (isForged && sections === 0)
    return "  (FORGED: events of this kind have a sealed part, and this one has none)";
  if (isForged) return "  (FORGED: what is sealed here was not written with the key that it names)";
  return sections > 0 && sealed === undefined ? "  (erased)" : "";
}

/** An entry for programs. */
export function entryJson({ index, leaf, sealed, text, isForged }: ViewedEntry): Json {
  if (leaf.kind === "fault") return { index, fault: leaf.reason };
  const erased = leaf.sections.length > 0 && sealed === undefined && !isForged;
  return {
    index,
    id: leaf.id,
    timeMs: leaf.timeMs,
    metadata: leaf.metadata,
    sealed: sealed ?? null,
    erased,
    ...(text.kind === "expired" ? { textExpiredMs: text.atMs } : {}),
    ...(text.kind === "missing" ? { textKeyMissing: true } : {}),
    ...(isForged ? { forged: true } : {}),
  };
}

/** What became of the text of an entry, where it had one that cannot be read here. */
export function textNote({ text }: Pick<ViewedEntry, "text">): string | undefined {
  if (text.kind === "expired") return `text expired on ${dayOf(text.atMs)}`;
  return text.kind === "missing" ? "the key of its text is not here" : undefined;
}
