// Where the client looks for managed settings on each system, and where files lie that it never reads.
import { lstatSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { managedPath } from "#govern/compile/target.ts";
import type { Platform } from "#govern/settings/managed-directory.ts";
import { DEAD_FILES } from "#govern/settings/lint/file.ts";
import { type SystemKind, thisSystem } from "#platform/system.ts";

/** Drop-in files that are read. */
const MANAGED_FILES_MAX = 256;
const FILE = "managed-settings.json";
const FOLDER = "managed-settings.d";

/** The system by what the client tells apart: inside WSL it is a client for Linux. */
export function platformOf(system: SystemKind = thisSystem()): Platform {
  return system === "macos" || system === "windows" ? system : "linux";
}

/** Whether a file is one of the managed settings of a platform: it stands above every other. */
export function isManagedPath(file: string, platform: Platform = platformOf()): boolean {
  return (
    file === managedPath(platform, FILE) || file.startsWith(managedPath(platform, `${FOLDER}/`))
  );
}

/** Paths of the managed settings: one file, which need not be there, and every visible `.json` file of a folder beside it. */
export async function managedFiles(
  platform: Platform = platformOf(),
  list: (folder: string) => Promise<readonly string[]> = readdir,
): Promise<readonly string[]> {
  const names = await list(managedPath(platform, FOLDER)).catch(() => []);
  const dropIns = names
    .filter((name) => name.endsWith(".json") && !name.startsWith("."))
    .slice(0, MANAGED_FILES_MAX)
    .map((name) => managedPath(platform, `${FOLDER}/${name}`));
  return [managedPath(platform, FILE), ...dropIns];
}

/** Files that somebody wrote where the client does not look. */
export function deadFiles(
  platform: Platform = platformOf(),
  isThere: (file: string) => boolean = isInPlace,
): readonly string[] {
  return DEAD_FILES[platform].filter(isThere);
}

function isInPlace(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // Who cannot look knows of no file there.
    return false;
  }
}
