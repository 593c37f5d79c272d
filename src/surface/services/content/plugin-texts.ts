// Texts of commands and skills that plugins bring: installed ones, those of a marketplace on this disk, skills that are plugins, and folders that a client was started with.
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { readFrontMatter } from "#base/front-matter.ts";
import { isObject } from "#base/json.ts";
import { optionValues } from "#platform/processes.ts";
import { declaration, parsedJson } from "../mods/declaration.ts";
import { filesBelow } from "../mods/files-below.ts";
import { installedPlugins } from "../mods/find-mods.ts";

/** Where plugins are looked for: the client's own folder, the session's directories, and their folders of skills. */
export type PluginPlaces = {
  readonly config: string;
  readonly directories: readonly string[];
  readonly skills: readonly string[];
};

/**
 * The files that may hold the text of `<plugin>:<name>`. WHY wherever in its folder: a manifest may name other places than the usual
 * ones, and a text too many is only judged as well. WHY command lines: nothing else tells of `--plugin-dir`.
 */
export function pluginTexts(
  plugin: string,
  name: readonly string[],
  { config, directories, skills }: PluginPlaces,
): readonly string[] {
  const installed = installedPlugins(config, directories).map(({ folder, name: id }) => ({
    folder,
    isMeant: id === plugin || isNamed(folder, plugin),
  }));
  const started = optionValues("--plugin-dir").flatMap(({ value, directory }) => {
    if (!isAbsolute(value) && directory === undefined) return [];
    const folder = isAbsolute(value) ? value : resolve(directory ?? "/", value);
    return [{ folder, isMeant: isNamed(folder, plugin) }];
  });
  const own = skills.map((folder) => ({ folder: join(folder, plugin), isMeant: true }));
  const folders = [...installed, ...started, ...own].filter(({ isMeant }) => isMeant);
  return [...new Set(folders.map(({ folder }) => folder))].flatMap((folder) =>
    textsOf(folder, name.at(-1) ?? ""),
  );
}

/** By its manifest, or without one by its folder. */
function isNamed(folder: string, plugin: string): boolean {
  if (basename(folder) === plugin) return true;
  const text = declaration(join(folder, ".claude-plugin", "plugin.json"))?.text;
  const manifest = text === undefined ? undefined : parsedJson(text);
  return isObject(manifest) && manifest["name"] === plugin;
}

function textsOf(folder: string, name: string): readonly string[] {
  const { names } = filesBelow(folder, (one) => one === ".git" || one === "node_modules");
  return names
    .filter((file) => {
      if (basename(file) === `${name}.md`) return true;
      if (basename(file) !== "SKILL.md") return false;
      return basename(dirname(file)) === name || skillNames(join(folder, file)).includes(name);
    })
    .map((file) => join(folder, file));
}

function skillNames(file: string): readonly string[] {
  const read = declaration(file);
  return read === undefined ? [] : (readFrontMatter(read.text, read.isWhole).values("name") ?? []);
}
