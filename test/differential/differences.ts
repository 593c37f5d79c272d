// Two lists of observed behaviour side by side: what differs, part by part, and which of it is intended.
import * as v from "valibot";
import { type Behavior, KINDS, type Kind } from "./behavior.ts";

/** One part of a case that is not the same on both sides; a case of one side alone has the part `case`. */
export type Difference = {
  readonly kind: Kind;
  readonly id: string;
  readonly shown: string;
  readonly part: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
};

const intendedSchema = v.array(
  v.strictObject({
    kind: v.picklist(KINDS),
    /** A glob over ids of cases, in which a star does not stop at a slash. */
    id: v.pipe(v.string(), v.minLength(1)),
    /** Parts that may differ; all without it. */
    parts: v.optional(v.array(v.string())),
    why: v.pipe(v.string(), v.minLength(10)),
  }),
);

/** Differences that are meant, each with its reason. */
export type Intended = v.InferOutput<typeof intendedSchema>;

/** What a list of intended differences says, or an error in words that name the entry. */
export function readIntended(value: unknown): Intended {
  const read = v.safeParse(intendedSchema, value ?? []);
  if (read.success) return read.output;
  const [issue] = read.issues;
  const at = issue.path?.map(({ key }) => String(key)).join(".") ?? "";
  throw new Error(`the list of intended differences: \`${at}\`: ${issue.message}`);
}

/** Everything that differs, in the order of the first list; what only the second has comes last. */
export function differencesOf(
  before: readonly Behavior[],
  after: readonly Behavior[],
): readonly Difference[] {
  const others = byName(after);
  const known = byName(before);
  const differing = [...known].flatMap(([name, one]) => partDifferences(one, others.get(name)));
  const added = [...others].filter(([name]) => !known.has(name));
  return [...differing, ...added.map(([, one]) => wholeDifference(one, "after"))];
}

/** Differences that nobody meant, and entries of the list that meant nothing: both are faults. */
export function unintended(
  differences: readonly Difference[],
  intended: Intended,
): { readonly left: readonly Difference[]; readonly idle: Intended } {
  const entries = intended.map((entry) => ({ entry, matches: matcher(entry), count: 0 }));
  const left = differences.filter((difference) => {
    const meant = entries.filter(({ matches }) => matches(difference));
    for (const one of meant) one.count += 1;
    return meant.length === 0;
  });
  return { left, idle: entries.filter(({ count }) => count === 0).map(({ entry }) => entry) };
}

/** How many cases and parts of them differ, by kind; kinds without a difference are left out. */
export function countsByKind(
  differences: readonly Difference[],
): readonly { readonly kind: Kind; readonly cases: number; readonly parts: readonly string[] }[] {
  return KINDS.flatMap((kind) => {
    const own = differences.filter((one) => one.kind === kind);
    if (own.length === 0) return [];
    const counts = new Map<string, number>();
    for (const { part } of own) counts.set(part, (counts.get(part) ?? 0) + 1);
    // Sections of pages are many: those that differ most say enough.
    const parts = [...counts].toSorted(([, one], [, other]) => other - one).slice(0, 8);
    const cases = new Set(own.map(({ id }) => id)).size;
    return [{ kind, cases, parts: parts.map(([part, count]) => `${part} ${count}`) }];
  });
}

/** The first line of both sides that differs, cut so that the place of the difference is in it. */
export function excerpt({ before, after }: Difference, chars = 200): readonly [string, string] {
  if (before === undefined) return ["(no such case)", (after ?? "").slice(0, chars)];
  if (after === undefined) return [before.slice(0, chars), "(no such case)"];
  const [one, other] = [before.split("\n"), after.split("\n")];
  const line = one.findIndex((text, at) => text !== other[at]);
  const at = line === -1 ? one.length : line;
  const [left = "(nothing)", right = "(nothing)"] = [one[at], other[at]];
  let same = 0;
  while (same < Math.min(left.length, right.length) && left[same] === right[same]) same += 1;
  const from = Math.max(0, same - 60);
  const cut = (text: string): string =>
    `${from > 0 && text.length > from ? "…" : ""}${text.slice(from, from + chars)}`;
  return [cut(left), cut(right)];
}

/** By kind and id. A corpus may hold a case twice: the second gets a number of its own. */
function byName(list: readonly Behavior[]): ReadonlyMap<string, Behavior> {
  const named = new Map<string, Behavior>();
  for (const one of list) {
    let name = `${one.kind} ${one.id}`;
    for (let turn = 2; named.has(name); turn += 1) name = `${one.kind} ${one.id} (${turn})`;
    named.set(name, one);
  }
  return named;
}

function partDifferences(before: Behavior, after: Behavior | undefined): readonly Difference[] {
  if (after === undefined) return [wholeDifference(before, "before")];
  const { kind, id, shown } = before;
  const names = [...new Set([...Object.keys(before.parts), ...Object.keys(after.parts)])];
  return names
    .filter((part) => before.parts[part] !== after.parts[part])
    .map((part) => ({
      kind,
      id,
      shown,
      part,
      before: before.parts[part] ?? "",
      after: after.parts[part] ?? "",
    }));
}

function wholeDifference(
  { kind, id, shown, parts }: Behavior,
  side: "before" | "after",
): Difference {
  const text = Object.values(parts)[0] ?? "";
  const sides = { before: undefined, after: undefined, [side]: text };
  return { kind, id, shown, part: "case", ...sides };
}

function matcher({ kind, id, parts }: Intended[number]): (one: Difference) => boolean {
  const pattern = new RegExp(`^${id.split("*").map(escaped).join(".*")}$`, "s");
  return (one) =>
    one.kind === kind && pattern.test(one.id) && (parts === undefined || parts.includes(one.part));
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
