// Texts and numbers that come in with a request, bounded; those of paths and queries are texts.
import * as v from "valibot";
import { FILTER_CHARS_MAX } from "#base/limits.ts";
import { ApiFault } from "./endpoint.ts";

/** A whole number as a text of a query. */
export const wholeText = v.pipe(
  v.string(),
  v.regex(/^\d{1,16}$/, "give a whole number"),
  v.transform(Number),
  v.safeInteger("give a whole number"),
);

/** Where the page before ended: a place in the log, or a time and a place in the store of a team. */
export const beforeText = v.optional(
  v.pipe(v.string(), v.regex(/^\d{1,16}(?:-\d{1,16})?$/, "give what `next` was")),
);
/** What `before` is for the page after. */
export const nextPlace = v.nullable(v.union([v.number(), v.string()]));

/** As a place in the log. Throws an ApiFault for one of a team. */
export function placeBefore(before: string | undefined): number | undefined {
  if (before === undefined) return undefined;
  const place = Number(before);
  if (Number.isSafeInteger(place)) return place;
  throw new ApiFault("input", "before: give a whole number");
}

/** How many items of a list, 50 when nothing is said. */
export const limitText = (max: number) =>
  v.optional(v.pipe(wholeText, v.minValue(1), v.maxValue(max)), "50");

export const filterText = v.optional(
  v.pipe(
    v.string(),
    v.maxLength(FILTER_CHARS_MAX, `a filter has at most ${FILTER_CHARS_MAX} characters`),
  ),
  "",
);

/** A name of ours: of an incident, a session, a playbook. WHY no dash in front: it becomes a word of a command line. */
export const nameText = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_][A-Za-z0-9_.:@/-]{0,127}$/, "give a name of letters, digits and _.:@/-"),
);

/** A text of a person. */
export const noteText = (max = 2_000) =>
  v.pipe(v.string(), v.trim(), v.maxLength(max, `at most ${max} characters`));

/** A project's folder as the register has it. */
export const folderText = v.pipe(
  v.string(),
  v.maxLength(4_096),
  v.startsWith("/", "give an absolute path"),
);

/** Nothing comes in. */
export const nothing = v.strictObject({});

/** The command that prints the same as the page. */
export const command = v.string();
