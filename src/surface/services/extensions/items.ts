// The extensions of one place: every plugin, skill, agent, command and MCP server that the client may load there, whether it brings code or not.
import { basename, dirname, join } from "node:path";
import type { ExtensionKind } from "#record/event/session-events.ts";
import { statusBehind } from "../../foundation/files/picture.ts";
import type { ConfiguredServer, Inventory } from "../mcp/configured-servers.ts";
import { findAgents } from "../mods/agents.ts";
import { entriesOf, filesBelow } from "../mods/files-below.ts";
import { installedPlugins, type ModOrigin, type ModPlaces } from "../mods/find-mods.ts";

/** Extensions of one kind in one folder that are looked at. */
const IN_FOLDER_MAX = 2_000;

/** What was not looked into, and why, as words that go on after "because". */
export type NotRead = { readonly what: string; readonly why: string };

export type ItemOrigin = ModOrigin | "managed";

/** One extension, as it lies on the disk. */
export type Item = {
  /** As `mods list` names it, so that an agreement is found; a server as the client names it. */
  readonly name: string;
  readonly kind: ExtensionKind | "server";
  readonly origin: ItemOrigin;
  /** Its folder or its one file, absolute. */
  readonly place: string;
  readonly isLoaded: boolean;
  /** What `files` are relative to. */
  readonly folder: string;
  readonly files: readonly string[];
  readonly notRead: readonly NotRead[];
  readonly server?: ConfiguredServer;
};

export type Items = {
  readonly items: readonly Item[];
  /** Whole folders that hold more than is looked at, and files that cannot be read. */
  readonly notRead: readonly NotRead[];
};

/** Where the client looks. `managed`: the folder of an administrator. */
export type ItemPlaces = ModPlaces & { readonly managed: string };

/** All of them. Looks at the disk, within bounds; never throws. */
export function findItems(places: ItemPlaces, { servers, unread }: Inventory): Items {
  const { directories, config, managed } = places;
  const notRead: NotRead[] = unread.map(({ file }) => ({
    what: file,
    why: "it cannot be read, so the servers that it names are not known",
  }));
  const folders: readonly (readonly [string, ItemOrigin])[] = [
    ...[...new Set(directories)].map((one) => [join(one, ".claude"), "project"] as const),
    [config, "home"],
    [join(managed, ".claude"), "managed"],
  ];
  const found = [
    ...pluginItems(places),
    ...folders.flatMap(([folder, origin]) => [
      ...skillItems(join(folder, "skills"), origin, notRead),
      ...fileItems(join(folder, "commands"), { kind: "command", origin }, notRead),
    ]),
    ...agentItems(places, notRead),
    ...fileItems(join(managed, ".claude", "agents"), { kind: "agent", origin: "managed" }, notRead),
    ...servers.map(serverItem),
  ];
  // A home that is the project as well is looked at once.
  const byPlace = new Map(found.map((one) => [`${one.kind}\0${one.name}\0${one.place}`, one]));
  return { items: [...byPlace.values()], notRead };
}

function pluginItems({ config, directories }: ModPlaces): readonly Item[] {
  return installedPlugins(config, directories).map(({ id, folder, isOn }) => ({
    name: id,
    kind: "plugin",
    origin: "plugin",
    place: folder,
    isLoaded: isOn,
    folder,
    ...filesOf(folder),
  }));
}

function skillItems(folder: string, origin: ItemOrigin, notRead: NotRead[]): readonly Item[] {
  const names = bounded(folder, entriesOf(folder), notRead);
  return names.flatMap((name): readonly Item[] => {
    const place = join(folder, name);
    if (statusBehind(place)?.isDirectory() !== true) return [];
    const { files, notRead: left } = filesOf(place);
    if (files.length + left.length === 0) return [];
    const named = { name: `${name}@skills`, kind: "skill", origin, isLoaded: true } as const;
    return [{ ...named, place, folder: place, files, notRead: left }];
  });
}

/** Texts of one file each: commands, and agents of an administrator. */
function fileItems(
  folder: string,
  named: { readonly kind: "command" | "agent"; readonly origin: ItemOrigin },
  notRead: NotRead[],
): readonly Item[] {
  const { names, others, isCut } = filesBelow(folder);
  notRead.push(...leftOut(folder, { others: others.filter(isText), isCut }));
  return names.filter(isText).map((file) => fileItem(folder, file, named));
}

function fileItem(
  folder: string,
  file: string,
  { kind, origin }: { readonly kind: "command" | "agent"; readonly origin: ItemOrigin },
): Item {
  const name = `${file.slice(0, -".md".length)}@${kind}s`;
  const place = join(folder, file);
  return { name, kind, origin, place, isLoaded: true, folder, files: [file], notRead: [] };
}

function agentItems(places: ModPlaces, notRead: NotRead[]): readonly Item[] {
  const { definitions, tooMany } = findAgents(places);
  notRead.push(...tooMany.map((what) => ({ what, why: TOO_MANY })));
  return definitions.map(({ folder, file, origin }) =>
    fileItem(folder, file, { kind: "agent", origin }),
  );
}

function serverItem(server: ConfiguredServer): Item {
  const { name, from, file } = server;
  const origin = from === "user" || from === "local" ? "home" : from;
  const place = file;
  const files = [basename(file)];
  const at = { place, folder: dirname(file), files } as const;
  return { name, kind: "server", origin, ...at, isLoaded: true, notRead: [], server };
}

const TOO_MANY = "it holds more than is looked at";
const isText = (name: string) => name.endsWith(".md");
/** Packages that were installed there, and what git keeps. */
const skips = (name: string) => name === "node_modules" || name === ".git";

function filesOf(folder: string): Pick<Item, "files" | "notRead"> {
  const { names, others, isCut } = filesBelow(folder, skips);
  const packages = entriesOf(folder).includes("node_modules")
    ? [{ what: join(folder, "node_modules"), why: "it holds installed packages" }]
    : [];
  return { files: names, notRead: [...leftOut(folder, { others, isCut }), ...packages] };
}

function leftOut(
  folder: string,
  { others, isCut }: { readonly others: readonly string[]; readonly isCut: boolean },
): readonly NotRead[] {
  return [
    ...others.map((name) => ({
      what: join(folder, name),
      why: "it is no file: a device, a pipe, a socket or a link that leads nowhere",
    })),
    ...(isCut ? [{ what: folder, why: TOO_MANY }] : []),
  ];
}

function bounded(folder: string, names: readonly string[], notRead: NotRead[]): readonly string[] {
  if (names.length > IN_FOLDER_MAX) notRead.push({ what: folder, why: TOO_MANY });
  return names.slice(0, IN_FOLDER_MAX);
}
