// What a company has, of ten kinds, from several sources: merged by what tells things apart, with what the sources say differently.
import { Failure } from "#base/failure.ts";
import type { TableRow } from "./table-file.ts";

/** The ten kinds (M19.3), each with the columns that name a thing, the first that is there, and those that are kept of it. */
export const KINDS = {
  users: {
    name: ["email", "mail", "username", "user_name", "userprincipalname", "login"],
    kept: ["groups", "active", "department", "manager"],
  },
  repositories: {
    name: ["remote", "clone_url", "html_url", "ssh_url", "full_name", "url"],
    kept: ["topics", "owners", "data", "visibility", "archived"],
  },
  providers: {
    name: ["provider", "name"],
    kept: ["organization", "region", "retention", "agreement", "owner"],
  },
  devices: {
    name: [
      "machine",
      "hostname",
      "device_name",
      "devicename",
      "computer_name",
      "name",
      "serial_number",
    ],
    kept: [
      "system",
      "platform",
      "operating_system",
      "operatingsystem",
      "os",
      "user",
      "email",
      "groups",
      "tier",
      "serial_number",
    ],
  },
  workspaces: {
    name: ["workspace", "name", "id"],
    kept: ["owner", "image", "repositories", "tier"],
  },
  "mcp-servers": {
    name: ["url", "command", "server", "name"],
    kept: ["owner", "purpose", "approved", "data"],
  },
  plugins: { name: ["plugin", "name"], kept: ["marketplace", "version", "owner", "digest"] },
  "package-managers": { name: ["manager", "name"], kept: ["registry", "version", "owner"] },
  "deployment-tools": { name: ["tool", "name"], kept: ["environment", "owner", "account"] },
  "ci-workflows": {
    name: ["workflow", "path", "name"],
    kept: ["repository", "owner", "runner", "permissions"],
  },
} as const satisfies Readonly<
  Record<string, { readonly name: readonly string[]; readonly kept: readonly string[] }>
>;
export type Kind = keyof typeof KINDS;
export const KIND_NAMES = Object.keys(KINDS) as Kind[];

/** A thing as one source describes it. */
export type Item = { readonly name: string; readonly fields: TableRow };

/** What one source listed of a kind. `document` is the SHA-256 of its file. */
export type Listing = {
  readonly source: string;
  readonly kind: Kind;
  readonly addedMs: number;
  readonly document: string;
  readonly items: readonly Item[];
};

/** A thing as all sources describe it; `conflicts` are fields of which two sources say different things: the newest counts. */
export type Merged = {
  readonly name: string;
  readonly fields: TableRow;
  readonly sources: readonly string[];
  readonly conflicts: readonly { readonly field: string; readonly said: readonly string[] }[];
};

/** Items of a table. Throws a Failure `table-invalid` where no column says what a thing is called. */
export function itemsOf(kind: Kind, rows: readonly TableRow[], file: string): readonly Item[] {
  const { name: names, kept } = KINDS[kind];
  return rows.map((row, index) => {
    const column = names.find((one) => (row[one] ?? "") !== "");
    if (column === undefined)
      throw new Failure(
        "table-invalid",
        `row ${index + 1} of \`${file}\` says nothing in ${names.map((one) => `\`${one}\``).join(", ")}: one of these names what is listed`,
        { at: { file } },
      );
    const fields = kept.flatMap((one) => {
      const said = row[one] ?? "";
      return said === "" || one === column ? [] : [[one, said] as const];
    });
    return { name: identityOf(kind, row[column] ?? ""), fields: Object.fromEntries(fields) };
  });
}

/** One spelling for what is one thing: addresses of repositories without scheme, user and `.git`; people and machines in lower case. */
export function identityOf(kind: Kind, text: string): string {
  if (kind !== "repositories") return text.trim().toLowerCase();
  return text
    .trim()
    .toLowerCase()
    .replace(/^[a-z+]{1,20}:\/\//, "")
    .replace(/^[^@/\s]{1,100}@/, "")
    .replace(/^([^/:\s]{1,253}):(?!\d)/, "$1/")
    .replace(/\/{1,8}$/, "")
    .replace(/\.git$/, "");
}

/** Everything of a kind, in the order of names. */
export function mergeListings(kind: Kind, listings: readonly Listing[]): readonly Merged[] {
  const found = new Map<string, Described[]>();
  const newestLast = listings
    .filter((one) => one.kind === kind)
    .toSorted((one, other) => one.addedMs - other.addedMs);
  for (const { source, items } of newestLast)
    for (const { name, fields } of items) {
      const known = found.get(name);
      if (known === undefined) found.set(name, [{ source, fields }]);
      else known.push({ source, fields });
    }
  const merged: Merged[] = [];
  for (const [name, described] of found) merged.push(mergedOf(name, described));
  return merged.sort((one, other) => (one.name < other.name ? -1 : 1));
}

type Described = { readonly source: string; readonly fields: TableRow };

/** `described`: the newest last. */
function mergedOf(name: string, described: readonly Described[]): Merged {
  const [first] = described;
  // WHY: nearly everything is described once.
  if (first !== undefined && described.length === 1)
    return { name, fields: first.fields, sources: [first.source], conflicts: [] };
  const said = new Map<string, { value: string; source: string }[]>();
  for (const { source, fields } of described)
    for (const [field, value] of Object.entries(fields)) {
      const others = (said.get(field) ?? []).filter((one) => one.source !== source);
      said.set(field, [...others, { value, source }]);
    }
  return {
    name,
    fields: Object.fromEntries([...said].map(([field, all]) => [field, all.at(-1)?.value ?? ""])),
    sources: [...new Set(described.map(({ source }) => source))],
    conflicts: [...said].flatMap(([field, all]) =>
      new Set(all.map(({ value }) => value.toLowerCase())).size > 1
        ? [{ field, said: all.map(({ value, source }) => `${value} (${source})`) }]
        : [],
    ),
  };
}

/** Words of a cell that holds several: separated by `;` or `,`. */
export function wordsIn(cell: string | undefined): readonly string[] {
  return (cell ?? "")
    .split(/[;,]/)
    .map((one) => one.trim())
    .filter((one) => one !== "");
}
