// One row of the log as a list shows it, made of an entry with what is sealed as far as its key is here.
import * as v from "valibot";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { eventSubject } from "#record/event/describe.ts";
import type { ViewedEntry } from "#record/store/log-view.ts";
import { entriesAt } from "../../services/log/opened-places.ts";
import type { DashboardParts } from "../context/parts.ts";

const word = v.nullable(v.string());
/** One row of the log as a list shows it. Texts are raw. */
export const eventRow = v.object({
  index: v.number(),
  timeMs: v.nullable(v.number()),
  kind: v.string(),
  /** What happened, in one line. */
  line: v.string(),
  verdict: word,
  tool: word,
  session: word,
  /** Whose it is and in which folder, where that was opened. */
  user: word,
  place: word,
  rule: word,
  class: word,
  /** Whose log it stands in; null in the log of this machine. */
  machine: word,
  erased: v.boolean(),
  forged: v.boolean(),
});
export type EventRow = v.InferOutput<typeof eventRow>;

const textOf = (value: Json | undefined): string | null =>
  typeof value === "string" ? value : null;

/** A row of an entry, with what is sealed as far as its key is here. */
export function rowOf({ index, leaf, sealed, isForged }: ViewedEntry): EventRow {
  if (leaf.kind === "fault") {
    const line = `not an event of this version: ${leaf.reason}`;
    const none = {
      verdict: null,
      tool: null,
      session: null,
      user: null,
      place: null,
      rule: null,
      class: null,
      machine: null,
    };
    return { index, timeMs: null, kind: "fault", line, ...none, erased: false, forged: isForged };
  }
  const { metadata, timeMs, sections } = leaf;
  const rules = metadata["rules"];
  return {
    index,
    timeMs,
    kind: textOf(metadata["kind"]) ?? "unknown",
    line: eventSubject(leaf, sealed),
    verdict: textOf(metadata["verdict"]),
    tool: textOf(metadata["tool"]),
    session: textOf(metadata["session"]),
    user: textOf(sealed?.["user"]),
    place: textOf(sealed?.["cwd"]),
    class: textOf(metadata["class"]),
    rule: Array.isArray(rules) ? textOf(rules[0]) : null,
    machine: null,
    erased: sections.length > 0 && sealed === undefined && !isForged,
    forged: isForged,
  };
}

/** The rows of these places, in their order; bundles of the log are read once for neighbours. */
export async function rowsAt(
  parts: Pick<DashboardParts, "view">,
  places: readonly number[],
): Promise<EventRow[]> {
  const view = await parts.view();
  const rows = new Map<number, EventRow>();
  for await (const entry of entriesAt(view, places)) rows.set(entry.index, rowOf(entry));
  return places.flatMap((place) => rows.get(place) ?? []);
}
