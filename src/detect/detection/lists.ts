// Lists that detections ask by name, `%approved_hosts%`: those that ship, and what a site adds to them. Text in, lists out; no disk.
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";
import { Failure } from "#base/failure.ts";

/**
 * What an entry of a list stands for. `name`: that text. `host`: the host and those below it. `path`: the place and all
 * below it. Texts are compared without case, paths with it.
 */
export const LIST_FORMS = ["name", "host", "path"] as const;
export type ListForm = (typeof LIST_FORMS)[number];

/** A list. Empty is a value too: nothing is approved, or nothing is protected. */
export type NamedList = {
  readonly form: ListForm;
  readonly about: string;
  readonly values: readonly string[];
};
export type Lists = ReadonlyMap<string, NamedList>;

/** Characters of a file of lists; a larger one is refused unread. */
export const LISTS_CHARS_MAX = 256 * 1024;
const LISTS_MAX = 64;
const ENTRIES_MAX = 4_096;
const ENTRY_CHARS_MAX = 240;
const LIST_NAME = /^[a-z][a-z0-9_]{0,63}$/;

const ListSchema = v.strictObject({
  form: v.picklist(LIST_FORMS),
  about: v.pipe(v.string(), v.minLength(1), v.maxLength(500)),
  values: v.array(v.string()),
});
const ShippedSchema = v.strictObject({
  title: v.string(),
  id: v.literal("lists"),
  lists: v.record(v.string(), ListSchema),
});
const SiteSchema = v.strictObject({
  lists: v.record(v.string(), v.union([v.array(v.string()), ListSchema], "a list of texts")),
});

/** Names of the members of a shipped list: the published JSON schema has the same. */
export const LIST_FIELDS = Object.keys(ListSchema.entries);

const NO_LISTS: Lists = new Map();

/** Reads the lists that ship. Throws Failure `lists-syntax` or `lists-invalid` with line and column. */
export function parseLists(source: string, file: string): Lists {
  const { value, place } = readDeclaration(source, {
    file,
    kind: "lists",
    schema: ShippedSchema,
    charsMax: LISTS_CHARS_MAX,
  });
  return joined(NO_LISTS, value.lists, (path) => place(["lists", ...path]));
}

/**
 * Reads a site's own file and adds it: to a list that ships a plain list of entries, a new list with `form`, `about` and `values`. Nothing
 * that ships is taken away. Throws as `parseLists` does; a name that no list has is taken for a slip.
 */
export function extendLists(shipped: Lists, source: string, file: string): Lists {
  const { value, place } = readDeclaration(source, {
    file,
    kind: "lists",
    schema: SiteSchema,
    charsMax: LISTS_CHARS_MAX,
  });
  return joined(shipped, value.lists, (path) => place(["lists", ...path]));
}

type Place = (path: readonly (string | number)[]) => NonNullable<Failure["at"]>;

function joined(
  before: Lists,
  added: Readonly<Record<string, readonly string[] | v.InferOutput<typeof ListSchema>>>,
  place: Place,
): Lists {
  const lists = new Map(before);
  for (const [name, entry] of Object.entries(added)) {
    if (!LIST_NAME.test(name))
      throw invalid(
        `\`${name.slice(0, 60)}\` is no name of a list: use a-z, 0-9 and \`_\``,
        place([name]),
      );
    const known = lists.get(name);
    if (known === undefined && !("about" in entry)) {
      const names = [...before.keys()].join(", ");
      throw invalid(
        `there is no list \`${name}\`: use ${names}, or give \`form\`, \`about\` and \`values\` for one of your own`,
        place([name]),
      );
    }
    if (known !== undefined && "about" in entry)
      throw invalid(`\`${name}\` ships: add to it by a plain list of entries`, place([name]));
    const form = "about" in entry ? entry.form : (known?.form ?? "name");
    const values = "about" in entry ? entry.values : entry;
    for (const [index, value] of values.entries()) {
      const why = entryFault(value, form);
      if (why !== undefined)
        throw invalid(
          `an entry of \`${name}\` ${why}`,
          place("about" in entry ? [name, "values", index] : [name, index]),
        );
    }
    const all = [...new Set([...(known?.values ?? []), ...values])];
    if (all.length > ENTRIES_MAX)
      throw invalid(`\`${name}\` has more than ${ENTRIES_MAX} entries`, place([name]));
    lists.set(name, {
      form,
      about: known?.about ?? ("about" in entry ? entry.about : ""),
      values: all,
    });
  }
  if (lists.size > LISTS_MAX) throw invalid(`there are more than ${LISTS_MAX} lists`, place([]));
  return lists;
}

/** WHY so strict: an entry that matches nothing would leave a detection loud, and one that matches too much would silence it. */
function entryFault(value: string, form: ListForm): string | undefined {
  if (value === "" || value.length > ENTRY_CHARS_MAX)
    return `is a text of 1 to ${ENTRY_CHARS_MAX} characters`;
  if (/[*?\\%\p{Cc}]/u.test(value))
    return "has a wildcard, a `%`, a backslash or a control character";
  if (form === "host" && !/^[a-z0-9](?:[a-z0-9.:-]*[a-z0-9])?$/i.test(value))
    return "is no host: give it without scheme, port, path and leading dot";
  if (form === "host" && !value.includes(".") && !value.includes(":") && value !== "localhost")
    return "would stand for every host below a top level: name the whole host";
  if (form === "path" && !/^\/[^/]/.test(value)) return "is no absolute path below the root";
  if (form === "path" && (value.endsWith("/") || /\/\.{0,2}(?:\/|$)/.test(value.slice(1))))
    return "is no clean path: leave out `.`, `..`, `//` and a slash at the end";
  return undefined;
}

/** A test for one value of a field: whether the list holds it. */
export function listTest({ form, values }: NamedList): (value: string) => boolean {
  if (form === "path")
    return (value) => values.some((entry) => value === entry || value.startsWith(`${entry}/`));
  const known = new Set(values.map((value) => value.toLowerCase()));
  if (form === "name") return (value) => known.has(value.toLowerCase());
  return (value) => {
    let host = value.toLowerCase();
    for (;;) {
      if (known.has(host)) return true;
      const dot = host.indexOf(".");
      if (dot < 0) return false;
      host = host.slice(dot + 1);
    }
  };
}

function invalid(message: string, at: NonNullable<Failure["at"]>): Failure {
  return new Failure("lists-invalid", message, { at });
}
