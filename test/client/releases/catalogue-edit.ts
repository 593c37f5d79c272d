// Brings the files of `data/client` up to a release, line by line, so that what changes is a difference that a person reads.
import { stringify } from "yaml";
import type { Catalogue, KnownRelease } from "#govern/settings/catalogue.ts";
import { cataloguedNames, type ReleaseNames } from "./compare.ts";
import type { ReleaseFacts } from "./release-facts.ts";

/** What an entry says until a person describes it; a test finds each. */
export const UNDESCRIBED = "not described yet";

/** Files of the catalogue by name, with their text. */
export type CatalogueFiles = ReadonlyMap<string, string>;

/** A release as it is entered. `older`: the one before it, where it was read. */
export type Entered = {
  readonly facts: ReleaseFacts;
  readonly names: ReleaseNames;
  readonly older: { readonly version: string; readonly names: ReleaseNames } | undefined;
};

/** Lists that no person describes; they are written whole. */
const PLAIN = ["payload_fields", "tool_fields", "mod_events", "flags", "start_only"] as const;
/** Lists whose entries a person describes. */
const DESCRIBED = ["keys", "events", "tools", "modes"] as const;

/** The files after the release was entered. A release older than the catalogue changes none of them. */
export function enterRelease(
  files: CatalogueFiles,
  catalogue: Catalogue,
  entered: Entered,
): CatalogueFiles {
  const after = new Map(files);
  if (isOlder(entered.facts.version, catalogue.client)) return after;
  for (const list of DESCRIBED) enterDescribed(after, catalogue, { ...entered, list });
  for (const name of goneVariables(catalogue, entered))
    edit(after, "variables.yaml", (text) =>
      setMember(text, { name, label: "name" }, untilOf(entered)),
    );
  after.set("names.yaml", namesFile(catalogue, entered));
  for (const [file, text] of after)
    after.set(file, text.replace(/^client: .*$/m, `client: ${entered.facts.version}`));
  return after;
}

/** Whether a version comes before another. */
export function isOlder(version: string, other: string): boolean {
  const [a, b] = [version, other].map((one) => one.split(".").map(Number));
  const at = (a ?? []).findIndex((part, index) => part !== b?.[index]);
  return at !== -1 && (a?.[at] ?? 0) < (b?.[at] ?? 0);
}

type Described = Entered & { readonly list: (typeof DESCRIBED)[number] };

function enterDescribed(
  files: Map<string, string>,
  catalogue: Catalogue,
  entered: Described,
): void {
  const { list, names, older, facts } = entered;
  const isName = (name: string) => list !== "keys" || !name.includes("=");
  const held = new Set(cataloguedNames(catalogue)[list]);
  const real = new Set(names[list]);
  const label = list === "keys" ? "key" : "name";
  for (const name of names[list].filter((one) => !held.has(one) && isName(one))) {
    const isNew = older !== undefined && !older.names[list].includes(name);
    const since = isNew ? [`    since: ${facts.version}`] : [];
    edit(files, fileOf(list, name), (text) =>
      addEntry(text, { list, name, lines: entryLines(list, name, facts, since) }),
    );
  }
  for (const name of held)
    if (!real.has(name) && isName(name) && older?.names[list].includes(name))
      edit(files, fileOf(list, name), (text) => setMember(text, { name, label }, untilOf(entered)));
  if (list !== "keys") return;
  for (const { key, values = [] } of facts.keys) {
    const before = catalogue.keys.find((one) => one.key === key)?.values;
    if (before === undefined) continue;
    const isGone = (value: string) =>
      !values.includes(value) && older?.names.keys.includes(`${key}=${value}`) === true;
    const now = [...new Set([...before.filter((value) => !isGone(value)), ...values])];
    if (!sameNames(now, before))
      edit(files, fileOf(list, key), (text) =>
        setMember(text, { name: key, label }, `values: ${flow(now)}`),
      );
  }
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one) => b.includes(one));
}

const untilOf = ({ older }: Entered) => `until: ${older?.version ?? ""}`;

function goneVariables(catalogue: Catalogue, { names, older }: Entered): readonly string[] {
  const now = new Set(names.variables);
  return catalogue.variables.flatMap(({ name, until }) =>
    until === undefined && !now.has(name) && older?.names.variables.includes(name) ? [name] : [],
  );
}

function fileOf(list: (typeof DESCRIBED)[number], name: string): string {
  if (list === "events") return "hook-keys.yaml";
  if (list === "tools") return "tools.yaml";
  if (list === "modes") return "modes.yaml";
  if (name.startsWith("hooks.")) return "hook-keys.yaml";
  return /^sandbox(?:\.|$)/.test(name) ? "sandbox-keys.yaml" : "settings-keys.yaml";
}

function entryLines(
  list: (typeof DESCRIBED)[number],
  name: string,
  { keys }: ReleaseFacts,
  since: readonly string[],
): readonly string[] {
  const does = `    does: ${UNDESCRIBED}`;
  switch (list) {
    case "keys": {
      const { types = ["any"], values } = keys.find(({ key }) => key === name) ?? {};
      const type = types.length === 1 ? types[0] : flow(types);
      const choices = types[0] === "enum" && types.length === 1 && values !== undefined;
      return [
        `  - key: ${name}`,
        `    type: ${type === "enum" && !choices ? "any" : type}`,
        ...(choices ? [`    values: ${flow(values)}`] : []),
        ...since,
        does,
      ];
    }
    case "events":
      return [`  - name: ${name}`, "    blocks: false", ...since, does];
    case "tools":
      return [`  - name: ${name}`, "    bracket: text", ...since, does];
    case "modes":
      // WHY the whole entry: a mode that is not known is taken for the one that asks nobody.
      return [
        ...[`  - name: ${name}`, ...since, "    security: lowest"],
        ...["edits", "commands", "rest", "use", "sallyport"].map(
          (one) => `    ${one}: ${UNDESCRIBED}`,
        ),
        ...["    asks: false", "    tiers: []"],
      ];
    default:
      return list satisfies never;
  }
}

const flow = (values: readonly string[]) =>
  `[${values.map((value) => (/^[A-Za-z][\w-]*$/.test(value) && !/^(?:true|false|null|on|off|yes|no)$/i.test(value) ? value : JSON.stringify(value))).join(", ")}]`;

function edit(files: Map<string, string>, file: string, change: (text: string) => string): void {
  const text = files.get(file);
  if (text === undefined) throw new Error(`data/client/${file} is not there`);
  files.set(file, change(text));
}

/** An entry goes behind the last one below the same object, else to the end of its list. */
function addEntry(
  text: string,
  {
    list,
    name,
    lines,
  }: { readonly list: string; readonly name: string; readonly lines: readonly string[] },
): string {
  const all = text.split("\n");
  const begin = all.indexOf(`${list}:`);
  if (begin === -1) throw new Error(`no list \`${list}\` to enter \`${name}\` into`);
  const length = all.slice(begin + 1).findIndex((line) => /^\S/.test(line));
  const end = length === -1 ? all.length - (all.at(-1) === "" ? 1 : 0) : begin + 1 + length;
  const around = name.replace(/(?:\[\]|\.\*)?\.[^.]+$/, "");
  let at = end;
  if (list === "keys" && around !== name) {
    const kin = all.findLastIndex(
      (line, index) =>
        index > begin &&
        index < end &&
        (line === `  - key: ${around}` ||
          line.startsWith(`  - key: ${around}.`) ||
          line.startsWith(`  - key: ${around}[`)),
    );
    if (kin !== -1) {
      const next = all.slice(kin + 1, end).findIndex((line) => line.startsWith("  - "));
      at = next === -1 ? end : kin + 1 + next;
    }
  }
  return all.toSpliced(at, 0, ...lines).join("\n");
}

/** Sets one member of an entry, in its line or a new one behind the name. */
function setMember(
  text: string,
  { name, label }: { readonly name: string; readonly label: string },
  line: string,
): string {
  const all = text.split("\n");
  const at = all.indexOf(`  - ${label}: ${name}`);
  if (at === -1) throw new Error(`no entry \`${name}\` to change`);
  const member = line.slice(0, line.indexOf(":"));
  const length = all.slice(at + 1).findIndex((one) => /^(?: {2}- |\S)/.test(one) || one === "");
  const own = all.slice(at + 1, length === -1 ? undefined : at + 1 + length);
  const there = own.findIndex((one) => one.startsWith(`    ${member}:`));
  return there === -1
    ? all.toSpliced(at + 1, 0, `    ${line}`).join("\n")
    : all.toSpliced(at + 1 + there, 1, `    ${line}`).join("\n");
}

/** The file of names that no person describes, with what was known of each before. */
function namesFile(catalogue: Catalogue, { facts, names, older }: Entered): string {
  const lists = PLAIN.map((list) => {
    const before = new Map(catalogue[list].map((one) => [one.name, one]));
    const now = new Set(names[list]);
    const gone = [...before.values()].filter(({ name }) => !now.has(name));
    const entries = [
      ...names[list].map((name) => {
        const known = before.get(name);
        const isNew = older !== undefined && !older.names[list].includes(name);
        const since = known?.since ?? (known === undefined && isNew ? facts.version : undefined);
        return { name, ...(since === undefined ? {} : { since }) };
      }),
      ...gone.map((one) =>
        one.until === undefined && older !== undefined ? { ...one, until: older.version } : one,
      ),
    ].sort((a, b) => (a.name < b.name ? -1 : 1));
    if (entries.length === 0) return [];
    return [`${list}:`, ...entries.map((entry) => `  - ${inline(entry)}`)];
  });
  return [
    "# yaml-language-server: $schema=../schema/client.schema.json",
    "id: names",
    "title: Names that the client knows",
    "description: >-",
    "  Fields, flags, events of mods and variables, read out of the program by `npm run client -- VERSION --write`. Not edited",
    "  by hand.",
    `client: ${facts.version}`,
    ...lists.flat(),
    "",
  ].join("\n");
}

function inline(entry: Readonly<Record<string, string | undefined>>): string {
  const members = Object.entries(entry).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${name === "name" ? plain(value) : value}`],
  );
  return `{ ${members.join(", ")} }`;
}

const plain = (name: string) => (/^[A-Za-z_][\w.]*$/.test(name) ? name : JSON.stringify(name));

/** The file of releases with one more, or with that one renewed. */
export function releasesFile(releases: readonly KnownRelease[], client: string): string {
  const sorted = releases.toSorted((a, b) => (isOlder(a.version, b.version) ? -1 : 1));
  return [
    "# yaml-language-server: $schema=../schema/client.schema.json",
    stringify(
      {
        id: "releases",
        title: "Releases of the client",
        description:
          "What each release changed, and what was proven with it, by `npm run client -- VERSION --write`. Not edited by hand.",
        client,
        releases: sorted,
      },
      { lineWidth: 118, flowCollectionPadding: true },
    ).trimEnd(),
    "",
  ].join("\n");
}
