// Extensions with code: plugins, skills, agents and commands whose hooks, servers, scripts or shell lines the client runs, with their digests.
import { join } from "node:path";
import { dropOldest } from "#base/drop-oldest.ts";
import { readFrontMatter } from "#base/front-matter.ts";
import { isObject } from "#base/json.ts";
import { shellLines } from "#govern/settings/inline-shell.ts";
import { BRINGS, type Brings, type ExtensionKind } from "#record/event/session-events.ts";
import { marksBelow } from "../../foundation/files/known-listings.ts";
import { statusBehind } from "../../foundation/files/picture.ts";
import { createSeenTexts } from "../../foundation/files/seen-texts.ts";
import { type AgentDefinition, findAgents } from "./agents.ts";
import { declaration, parsedJson } from "./declaration.ts";
import { entriesOf, filesBelow } from "./files-below.ts";
import { installedPlugins, type ModOrigin, type ModPlaces } from "./find-mods.ts";
import { type CountedFolder, countFiles, countFolder } from "./mod-digest.ts";

/** One extension that brings code. */
export type Extension = {
  /** `x@marketplace` of a plugin, else `x@skills`, `x@agents`, `x@commands`. */
  readonly name: string;
  readonly kind: ExtensionKind;
  readonly origin: ModOrigin;
  /** Its folder, or its one file: absolute. */
  readonly place: string;
  readonly brings: readonly Brings[];
  readonly isLoaded: boolean;
} & CountedFolder;

/** Extensions of one session that are looked at, and folders of skills in one place. */
const EXTENSIONS_MAX = 1_000;
const FOLDERS_MAX = 2_000;
const MANIFEST = ".claude-plugin/plugin.json";
const SCRIPT = /\.(?:sh|bash|zsh|fish|py|js|mjs|cjs|ts|mts|rb|pl|php|lua|ps1|bat|cmd)$/i;

/** All extensions of these places that bring code, or those of wanted names. Looks at the disk, within bounds; never throws. */
export function findExtensions(
  { directories, config }: ModPlaces,
  isWanted: (name: string) => boolean = () => true,
): readonly Extension[] {
  const places: readonly (readonly [string, ModOrigin])[] = [
    ...[...new Set(directories)].map((one) => [join(one, ".claude"), "project"] as const),
    [config, "home"],
  ];
  const found = [
    ...installedPlugins(config, directories)
      .filter(({ id }) => isWanted(id))
      .flatMap(({ id, folder, isOn }) =>
        ofFolder(folder, { name: id, kind: "plugin", origin: "plugin", isLoaded: isOn }),
      ),
    ...places.flatMap(([place, origin]) => [
      ...skillsOf(join(place, "skills"), origin, isWanted),
      ...commandsOf(join(place, "commands"), origin, isWanted),
    ]),
    ...findAgents({ directories, config })
      .definitions.filter((one) => one.brings.length > 0 && isWanted(nameOfAgent(one)))
      .map(agentExtension),
  ];
  // A home that is the project as well is looked at once.
  const byPlace = new Map(found.map((one) => [one.place, one]));
  return [...byPlace.values()].slice(0, EXTENSIONS_MAX);
}

type Named = Pick<Extension, "name" | "kind" | "origin" | "isLoaded">;

function skillsOf(
  directory: string,
  origin: ModOrigin,
  isWanted: (name: string) => boolean,
): readonly Extension[] {
  // WHY files among them too: nothing lies below one, so that nothing is found, and each folder takes one look less.
  return entriesOf(directory)
    .slice(0, FOLDERS_MAX)
    .filter((name) => isWanted(`${name}@skills`))
    .flatMap((name) =>
      ofFolder(join(directory, name), {
        name: `${name}@skills`,
        origin,
        isLoaded: true,
        kind: "skill",
      }),
    );
}

function commandsOf(
  directory: string,
  origin: ModOrigin,
  isWanted: (name: string) => boolean,
): readonly Extension[] {
  return filesIn(directory).flatMap((file): readonly Extension[] => {
    const name = `${file.slice(0, -".md".length)}@commands`;
    if (!file.endsWith(".md") || !isWanted(name)) return [];
    const place = join(directory, file);
    const brings = inFile(place) ?? [];
    if (brings.length === 0) return [];
    const counted = countFiles(directory, [file]);
    return [{ name, kind: "command", origin, place, brings, isLoaded: true, ...counted }];
  });
}

/** A definition of an agent as an extension. Shell lines in its text are not told: no client runs them. */
export function agentExtension(agent: AgentDefinition): Extension {
  const { place, folder, file, origin, brings } = agent;
  const named = { name: nameOfAgent(agent), kind: "agent", origin, place, isLoaded: true } as const;
  return { ...named, brings, ...countFiles(folder, [file]) };
}

function nameOfAgent({ file }: Pick<AgentDefinition, "file">): string {
  return `${file.slice(0, -".md".length)}@agents`;
}

function ofFolder(folder: string, named: Named): readonly Extension[] {
  const found = named.kind === "skill" ? skillAt(folder) : foundIn(folder, named.kind);
  return found === undefined ? [] : [{ ...named, place: folder, ...found }];
}

type Found = Pick<Extension, "brings"> & CountedFolder;

function foundIn(folder: string, kind: ExtensionKind): Found | undefined {
  const brings = broughtBy(folder, kind);
  return brings.length === 0 ? undefined : { brings, ...countFolder(folder) };
}

/** Skills that are known as they are. */
const KNOWN_MAX = 2_000;
const known = new Map<string, { readonly marks: string; readonly found: Found | undefined }>();

/** WHY remembered: each start of a session looks at all of them. */
function skillAt(folder: string): Found | undefined {
  const marks = marksBelow(folder);
  const last = known.get(folder);
  if (marks !== undefined && last?.marks === marks) return last.found;
  known.delete(folder);
  const found = foundIn(folder, "skill");
  // WHY not with a manifest: that may name files that lie elsewhere.
  if (marks !== undefined && listIn(join(folder, MANIFEST)) === undefined)
    known.set(folder, { marks, found });
  dropOldest(known, KNOWN_MAX);
  return found;
}

/** WHY a skill is read as a plugin too: with a manifest it is one to the client. */
function broughtBy(folder: string, kind: ExtensionKind): readonly Brings[] {
  const names = filesIn(folder);
  const declared = listIn(join(folder, MANIFEST));
  const manifest = declared === "unread" ? undefined : declared;
  const isPlugin = kind === "plugin" || declared !== undefined;
  const found = new Set<Brings>();
  if (isPlugin) {
    const hooks = [manifest?.["hooks"]].flat();
    const lists = ["hooks/hooks.json", ...hooks.filter((one) => typeof one === "string")];
    const stated = [
      ...(declared === "unread" ? [declared] : []),
      ...lists.map((file) => listIn(join(folder, file))),
      ...hooks.filter(isObject),
    ];
    for (const list of stated) {
      // WHY told: the client may read what we do not.
      if (list === "unread") {
        found.add("hooks");
        continue;
      }
      if (isFull(list?.["modules"])) found.add("modules");
      // Inline, events may stand without `hooks` around them.
      if (isFull(list?.["hooks"]) || (hooks.includes(list) && isFull(list))) found.add("hooks");
    }
    const servers = [manifest?.["mcpServers"], manifest?.["lspServers"]];
    if (servers.some(isFull) || names.includes(".mcp.json") || names.includes(".lsp.json"))
      found.add("servers");
    if (names.some((name) => name.startsWith("bin/"))) found.add("programs");
  }
  for (const name of names) {
    const isRead = kind === "skill" || /^(?:skills|commands|agents)\//.test(name);
    if (!isRead) continue;
    if (name.endsWith(".md")) for (const one of inFile(join(folder, name)) ?? []) found.add(one);
    else if (SCRIPT.test(name) || isProgram(join(folder, name))) found.add("scripts");
  }
  return BRINGS.filter((one) => found.has(one));
}

/** WHY remembered: each start of a session looks at all of them. */
const inFile = createSeenTexts((path) => {
  const text = textOf(path);
  return text === undefined ? undefined : inText(text);
});

/** What a text of the client brings by its head and in its lines. */
function inText(text: string): readonly Brings[] {
  const found: Brings[] = [];
  const head = readFrontMatter(text);
  if (head.mayHave("hooks")) found.push("hooks");
  if (head.mayHave("mcpServers")) found.push("servers");
  if (shellLines(text).length > 0) found.push("shell");
  return found;
}

/** Without those of git and of installed packages. */
function filesIn(folder: string): readonly string[] {
  return filesBelow(folder, (name) => name === ".git" || name === "node_modules").names;
}

function isProgram(path: string): boolean {
  return ((statusBehind(path)?.mode ?? 0) & 0o111) !== 0;
}

function textOf(file: string): string | undefined {
  return declaration(file)?.text;
}

/** The object in a file; `unread` of one that is too long or no JSON, undefined where there is none. */
function listIn(file: string): Readonly<Record<string, unknown>> | "unread" | undefined {
  const read = declaration(file);
  if (read === undefined) return undefined;
  const value = read.isWhole ? parsedJson(read.text) : undefined;
  if (value === undefined) return "unread";
  return isObject(value) ? value : undefined;
}

/** WHY a text too: a path to a file of them. */
function isFull(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return typeof value === "string" && value !== "";
}
