// Checklists of the sources: items that people ticked by hand, each answered by checks that look or by a person who attests.
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";
import { Failure } from "#base/failure.ts";
import type { Check, Outcome } from "../check.ts";
import type { CheckRun } from "../run-checks.ts";

const CHECKLIST_CHARS_MAX = 64 * 1024;
const text = (charsMax: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(charsMax));
const ItemSchema = v.strictObject({
  id: v.pipe(
    v.string(),
    v.regex(/^[a-z0-9][a-z0-9-]{0,40}$/, "lower case letters, digits, dashes"),
  ),
  title: text(300),
  /** Item of the requirements. */
  requirement: text(60),
  /** Checks whose faults say that the item is not so, whatever its own checks say; that they pass is no evidence for it. */
  vetoes: v.optional(v.pipe(v.array(text(90)), v.maxLength(64)), []),
});
const ChecklistSchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z-]{1,40}$/, "lower case letters and dashes")),
  title: text(200),
  /** Where it comes from. */
  source: text(200),
  items: v.pipe(v.array(ItemSchema), v.minLength(1), v.maxLength(64)),
});

/** Names of the fields of a checklist and of an item: the published JSON schema has the same. */
export const CHECKLIST_FIELDS = {
  checklist: Object.keys(ChecklistSchema.entries),
  item: Object.keys(ItemSchema.entries),
} as const;

/** A checklist; each item has the ids of the checks that name it in `profiles`. */
export type Checklist = Omit<v.InferOutput<typeof ChecklistSchema>, "items"> & {
  readonly items: readonly (v.InferOutput<typeof ItemSchema> & {
    readonly checks: readonly string[];
  })[];
};

/** Reads a checklist called `name`. Throws Failure `checklist-syntax` or `checklist-invalid`, also for an item that no check answers. */
export function parseChecklist(
  source: string,
  from: { readonly file: string; readonly name: string; readonly checks: readonly Check[] },
): Checklist {
  const { value, place } = readDeclaration(source, {
    file: from.file,
    kind: "checklist",
    schema: ChecklistSchema,
    charsMax: CHECKLIST_CHARS_MAX,
  });
  const stop = (message: string, path: readonly (string | number)[]): never => {
    throw new Failure("checklist-invalid", message, { at: place(path) });
  };
  if (value.id !== from.name) stop(`the id is not the checklist's file, \`${from.name}\``, ["id"]);
  const items = value.items.map((item, index) => {
    const name = `${value.id}/${item.id}`;
    const checks = from.checks.filter(({ profiles }) => profiles.includes(name));
    if (checks.length === 0) stop(`no check answers \`${name}\``, ["items", index]);
    const strange = item.vetoes.find((veto) => !from.checks.some(({ id }) => id === veto));
    if (strange !== undefined) stop(`there is no check \`${strange}\``, ["items", index, "vetoes"]);
    return { ...item, checks: checks.map(({ id }) => id) };
  });
  const known = new Set(items.map(({ id }) => `${value.id}/${id}`));
  const lost = from.checks
    .flatMap(({ profiles }) => profiles)
    .find((name) => name.startsWith(`${value.id}/`) && !known.has(name));
  if (lost !== undefined) stop(`a check names \`${lost}\`, which is no item here`, ["items"]);
  return { ...value, items };
}

/** An item with what its checks came to together. */
export type ItemStatus = {
  readonly id: string;
  readonly title: string;
  readonly requirement: string;
  readonly outcome: Outcome;
  readonly checks: readonly { readonly id: string; readonly outcome: Outcome }[];
};

/** The worst first: one fault fails an item, and what nobody saw or attested is no pass. */
const ORDER: readonly Outcome[] = ["fail", "unseen", "attest", "pass", "not-applicable"];

const worstOf = (all: readonly { readonly outcome: Outcome }[]): Outcome | undefined =>
  ORDER.find((outcome) => all.some((one) => one.outcome === outcome));

/** How every item of a checklist stands. Of vetoes those are told that changed it. */
export function standingOf(list: Checklist, runs: readonly CheckRun[]): readonly ItemStatus[] {
  const outcomes = new Map(runs.map(({ check, result }) => [check.id, result.outcome]));
  const told = (ids: readonly string[]) =>
    ids.flatMap((id) => {
      const outcome = outcomes.get(id);
      return outcome === undefined ? [] : [{ id, outcome }];
    });
  return list.items.map(({ id, title, requirement, checks, vetoes }) => {
    const own = told(checks);
    const faults = told(vetoes).filter(({ outcome }) => outcome === "fail");
    const worst = worstOf([...own, ...faults]);
    // What a veto could not see takes a pass away, and makes nothing of what has no case.
    const missed =
      worst === "pass" ? told(vetoes).filter(({ outcome }) => outcome === "unseen") : [];
    const all = [...own, ...faults, ...missed];
    return { id, title, requirement, outcome: worstOf(all) ?? "unseen", checks: all };
  });
}
