// Mods: the code that plugins and skills bring into the client itself, where they lie, who brought them, and their digests.
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import * as v from "valibot";
import { isWithin } from "#base/path.ts";
import { type Listed, listingAt } from "../../foundation/files/known-listings.ts";
import { statusAt } from "../../foundation/files/picture.ts";
import { declaration, isFolder, parsedJson } from "./declaration.ts";
import { countFolder } from "./mod-digest.ts";

/** What stands for the text of a longer file. */
const TOO_LONG = "longer than is read";
/** Folders that are looked into in one place. */
const FOLDERS_MAX = 2_000;
/** Values that are looked at in one list of modules. */
const MODULES_MAX = 1_000;
/** Folders below one another in the client's own cache of plugins. */
const CACHE_DEPTH_MAX = 4;

/**
 * Who brought a mod: the repository (`project`), the person's own skills (`home`), a plugin of a marketplace (`plugin`), or the
 * client on its own, when it wrote one in a session (`session`).
 */
export type ModOrigin = "project" | "home" | "plugin" | "session";

/** One mod. */
export type Mod = {
  /** As the client names it: `x@skills-dir`, `x@marketplace`. */
  readonly name: string;
  readonly origin: ModOrigin;
  /** The folder of the plugin or skill, absolute. */
  readonly folder: string;
  /** The file that declares it. */
  readonly file: string;
  /** Hex SHA-256 over the files of the folder. */
  readonly digest: string;
  /** Why nobody can agree to it, as words that go on after "because": the digest does not stand for all of its code. */
  readonly uncounted?: string;
  /** Whether a session here loads it; of a plugin that is not enabled, false. */
  readonly isLoaded: boolean;
};

/** Where a session runs and what its client reads. */
export type ModPlaces = {
  /** Directories whose own `.claude` the client reads. */
  readonly directories: readonly string[];
  /** The client's configuration directory, `~/.claude` where nothing else is said. */
  readonly config: string;
};

/**
 * All mods of these places, as the client (2.1.330) finds them: a folder of `.claude/skills` is a plugin when it has
 * `.claude-plugin/plugin.json`, and it brings a mod when `hooks/hooks.json`, or a file that the manifest names as its hooks, has
 * `modules`. Looks at the disk, within bounds; never throws.
 */
export function findMods({ directories, config }: ModPlaces): readonly Mod[] {
  const settings = settingsOf(directories, config);
  const skills = [...new Set(directories)].flatMap((directory) =>
    skillMods(join(directory, ".claude", "skills"), "project", settings),
  );
  const own = skillMods(join(config, "skills"), "home", settings);
  const found = [...skills, ...own, ...sessionMods(config), ...pluginMods(config, settings)];
  // A home that is the project as well is looked at once.
  const byFile = new Map(found.map((mod) => [`${mod.name}\0${mod.file}`, mod]));
  return [...byFile.values()];
}

/** The same for every folder of `.claude/skills` below a directory that is given: of nested projects, which load where a session starts in them. */
export function modsIn(skillFolders: readonly string[]): readonly Mod[] {
  return skillFolders.flatMap((folder) => modOf(folder, { origin: "project", isLoaded: false }));
}

function skillMods(directory: string, origin: ModOrigin, settings: Settings): readonly Mod[] {
  const folders = foldersIn(directory);
  const found = folders.slice(0, FOLDERS_MAX).flatMap((folder) =>
    modOf(folder, { origin, isLoaded: true }).map((mod) => ({
      ...mod,
      isLoaded: !settings.isOff(mod.name),
    })),
  );
  return folders.length > FOLDERS_MAX ? [...found, tooMany(directory, origin)] : found;
}

/** Stands for what nobody looks at any more. WHY not left out: a mod could hide behind two thousand empty folders. */
function tooMany(directory: string, origin: ModOrigin): Mod {
  return {
    name: "skills-dir",
    origin,
    folder: directory,
    file: directory,
    isLoaded: true,
    digest: createHash("sha256").update(`too many\0${directory}`).digest("hex"),
    uncounted: `its folder has more than ${FOLDERS_MAX} skills`,
  };
}

/** Mods that the client wrote itself, a folder for each session. */
function sessionMods(config: string): readonly Mod[] {
  return pluginFolders(join(config, "dev-mods"), CACHE_DEPTH_MAX).flatMap((folder) =>
    modOf(folder, { origin: "session", isLoaded: true }),
  );
}

const installedSchema = v.object({
  plugins: v.record(v.string(), v.array(v.looseObject({ installPath: v.string() }))),
});
const marketplacesSchema = v.record(v.string(), v.looseObject({ installLocation: v.string() }));
const marketplaceSchema = v.object({
  plugins: v.array(v.looseObject({ name: v.string(), source: v.optional(v.unknown()) })),
});

/** A plugin on this disk, and whether some settings enable it. */
export type InstalledPlugin = {
  /** `<plugin>@<marketplace>`. */
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  readonly isOn: boolean;
};

/** Plugins that were installed, that lie in the cache, and that a marketplace on this disk has and settings enable. Never throws. */
export function installedPlugins(
  config: string,
  directories: readonly string[],
): readonly InstalledPlugin[] {
  return pluginsIn(config, settingsOf(directories, config));
}

function pluginMods(config: string, settings: Settings): readonly Mod[] {
  return pluginsIn(config, settings).flatMap(({ folder, id, isOn }) =>
    modOf(folder, { origin: "plugin", isLoaded: isOn, id }),
  );
}

function pluginsIn(config: string, settings: Settings): readonly InstalledPlugin[] {
  const plugins = join(config, "plugins");
  const places = new Map<string, string>();
  const installed = readJson(join(plugins, "installed_plugins.json"), installedSchema)?.plugins;
  for (const [id, entries] of Object.entries(installed ?? {}))
    for (const { installPath } of entries) if (isAbsolute(installPath)) places.set(installPath, id);
  const cache = join(plugins, "cache");
  for (const folder of pluginFolders(cache, CACHE_DEPTH_MAX)) {
    const [marketplace = "", plugin = ""] = relative(cache, folder).split("/");
    if (!places.has(folder)) places.set(folder, `${plugin}@${marketplace}`);
  }
  for (const [folder, id] of inPlace(plugins, settings))
    if (!places.has(folder)) places.set(folder, id);
  return [...places].map(([folder, id]) => ({
    id,
    folder,
    isOn: settings.isOn(id),
    name: id.slice(0, id.lastIndexOf("@")) || id,
  }));
}

/** Enabled plugins in the folder of their marketplace: one that lies on this disk may be read where it lies. */
function inPlace(plugins: string, settings: Settings): readonly (readonly [string, string])[] {
  const known = readJson(join(plugins, "known_marketplaces.json"), marketplacesSchema) ?? {};
  return Object.entries(known).flatMap(([marketplace, { installLocation: location }]) => {
    if (!settings.names(marketplace)) return [];
    const list = readJson(join(location, ".claude-plugin", "marketplace.json"), marketplaceSchema);
    return (list?.plugins ?? []).slice(0, FOLDERS_MAX).flatMap(({ name, source }) => {
      const id = `${name}@${marketplace}`;
      return typeof source === "string" && settings.isOn(id)
        ? [[join(location, source), id] as const]
        : [];
    });
  });
}

const manifestSchema = v.looseObject({
  name: v.optional(v.string()),
  hooks: v.optional(v.unknown()),
});

function modOf(
  folder: string,
  as: { readonly origin: ModOrigin; readonly isLoaded: boolean; readonly id?: string },
): readonly Mod[] {
  const manifest = fileText(join(folder, ".claude-plugin", "plugin.json"));
  // A plugin of a marketplace may have its manifest in the list of the marketplace.
  if (manifest === undefined && as.origin !== "plugin") return [];
  const told = v.safeParse(manifestSchema, parsedJson(manifest));
  const { name, hooks } = told.success ? told.output : {};
  const named = (Array.isArray(hooks) ? hooks : [hooks]).filter((one) => typeof one === "string");
  const usual = join(folder, "hooks", "hooks.json");
  const lists = [usual, ...named.map((file) => join(folder, file))].map((file) => ({
    file,
    text: fileText(file),
  }));
  const own = join(folder, ".claude-plugin", "plugin.json");
  const brought = [
    ...lists.map(({ file, text }) => ({ file, modules: modulesOf(text) })),
    { file: own, modules: manifest === TOO_LONG ? [] : modulesIn(hooks) },
  ].flatMap(({ file, modules }) => (modules === undefined ? [] : [{ file, modules }]));
  const [first] = brought;
  if (first === undefined) return [];
  const isTooLong = manifest === TOO_LONG || lists.some(({ text }) => text === TOO_LONG);
  // The path of an installed plugin stands in a file as somebody wrote it.
  const root = resolve(folder);
  const isOutside = brought.some(
    ({ file, modules }) =>
      !isWithin(root, file) ||
      // Of `hooks/hooks.json` it is measured what paths are relative to; of the others not.
      (file === usual ? [dirname(file)] : [dirname(file), folder]).some((base) =>
        modules.some((path) => !isWithin(root, resolve(base, path))),
      ),
  );
  const base = name ?? folder.slice(folder.lastIndexOf("/") + 1);
  const { origin, isLoaded, id = `${base}@skills-dir` } = as;
  const { digest, uncounted } = countFolder(folder);
  return [
    {
      name: id,
      origin,
      folder,
      file: first.file,
      isLoaded,
      digest,
      ...(uncounted === undefined ? {} : { uncounted }),
      ...(isOutside ? { uncounted: "it names code outside of its folder" } : {}),
      ...(isTooLong ? { uncounted: "a file that declares it is longer than 1 MiB" } : {}),
    },
  ];
}

/**
 * The paths of the modules that a list of hooks brings; undefined where it brings none. WHY an empty list of one that is no JSON or
 * too long: the client may read what we do not.
 */
function modulesOf(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  if (text === TOO_LONG) return [];
  const value = parsedJson(text);
  if (value === undefined) return text.includes('"modules"') ? [] : undefined;
  return modulesIn(value);
}

function modulesIn(hooks: unknown): readonly string[] | undefined {
  if (Array.isArray(hooks)) {
    const brought = hooks.map(modulesIn).filter((one) => one !== undefined);
    return brought.length === 0 ? undefined : brought.flat();
  }
  if (typeof hooks !== "object" || hooks === null || !("modules" in hooks)) return undefined;
  const { modules } = hooks;
  if (Array.isArray(modules) && modules.length === 0) return undefined;
  return modules === undefined ? undefined : textsIn([modules]);
}

/** All texts in a value, as far as `MODULES_MAX` reaches. */
function textsIn(values: readonly unknown[]): readonly string[] {
  const left: unknown[] = [...values];
  const texts: string[] = [];
  for (let looked = 0; looked < MODULES_MAX && left.length > 0; looked += 1) {
    const value = left.pop();
    if (typeof value === "string") texts.push(value);
    if (typeof value === "object" && value !== null)
      left.push(...Object.values(value).slice(0, MODULES_MAX));
  }
  return texts;
}

type Settings = {
  /** Whether some settings enable a plugin, or one that is enabled needs it. */
  isOn(id: string): boolean;
  /** Whether some settings disable what loads by itself, and none enables it. */
  isOff(id: string): boolean;
  /** Whether a plugin of this marketplace is enabled. */
  names(marketplace: string): boolean;
};

const enabledSchema = v.looseObject({
  enabledPlugins: v.optional(v.record(v.string(), v.unknown())),
});

/** WHY one yes is enough: which layer wins is the client's matter, and a mod that loads must not be missed. */
function settingsOf(directories: readonly string[], config: string): Settings {
  const files = [
    join(config, "settings.json"),
    ...directories.flatMap((directory) =>
      ["settings.json", "settings.local.json"].map((name) => join(directory, ".claude", name)),
    ),
    "/etc/claude-code/managed-settings.json",
  ];
  const stated = files.flatMap((file) =>
    Object.entries(readJson(file, enabledSchema)?.enabledPlugins ?? {}),
  );
  const on = new Set(stated.flatMap(([id, value]) => (value === false ? [] : [id])));
  const off = new Set(stated.flatMap(([id, value]) => (value === false ? [id] : [])));
  const marketplaces = new Set([...on].map((id) => id.slice(id.lastIndexOf("@") + 1)));
  return {
    isOn: (id) => on.has(id),
    isOff: (id) => off.has(id) && !on.has(id),
    names: (marketplace) => marketplaces.has(marketplace),
  };
}

function pluginFolders(directory: string, depth: number): readonly string[] {
  if (depth <= 0) return [];
  return foldersIn(directory)
    .slice(0, FOLDERS_MAX)
    .flatMap((folder) =>
      statSync(join(folder, ".claude-plugin"), { throwIfNoEntry: false }) !== undefined ||
      statSync(join(folder, "hooks", "hooks.json"), { throwIfNoEntry: false }) !== undefined
        ? [folder]
        : pluginFolders(folder, depth - 1),
    );
}

/** Folders and links to such, by name. */
function foldersIn(directory: string): readonly string[] {
  return entriesOf(directory).flatMap(({ name, kind }) => {
    const path = join(directory, name);
    return kind === "folder" || (kind !== "file" && isFolder(path)) ? [path] : [];
  });
}

function entriesOf(directory: string): readonly Listed[] {
  try {
    return statusAt(directory) === undefined ? [] : (listingAt(directory) ?? []);
  } catch {
    return [];
  }
}

/** Of a file, or `TOO_LONG`. */
function fileText(file: string): string | undefined {
  const read = declaration(file);
  return read?.isWhole === false ? TOO_LONG : read?.text;
}

function readJson<Output>(
  file: string,
  schema: v.GenericSchema<unknown, Output>,
): Output | undefined {
  const told = v.safeParse(schema, parsedJson(fileText(file)));
  return told.success ? told.output : undefined;
}
