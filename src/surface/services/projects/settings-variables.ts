// The variables that the client's settings files set for a project: it takes over changes of them while a session runs.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { memberOf, parseJsonText } from "#govern/settings/json-text.ts";
import { MANAGED_DIRECTORY } from "#govern/settings/managed-directory.ts";
import { thisSystem } from "#platform/system.ts";
import type { Project } from "./project.ts";
import { readPrivateFile } from "../../foundation/files/private-file.ts";

/** Drop-ins that are read. */
const DROP_INS_MAX = 256;

/**
 * Reads the `env` of the files that count for a project; in a stronger layer wins. Never throws. `managed`: the managed
 * directory, whose variables stand above all others.
 */
export function settingsVariables(
  { root, directory = root }: Project,
  home: string,
  managed: string = managedDirectory(),
): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  const files = [
    join(home, ".claude", "settings.json"),
    ...new Set([root, directory].map((folder) => join(folder, ".claude", "settings.json"))),
    ...new Set([root, directory].map((folder) => join(folder, ".claude", "settings.local.json"))),
  ];
  for (const file of files) Object.assign(variables, variablesIn(file));
  for (const file of managedIn(managed)) Object.assign(variables, variablesIn(file));
  return variables;
}

/** Where managed files of the client lie on this system. */
export function managedDirectory(): string {
  const system = thisSystem();
  return MANAGED_DIRECTORY[system === "macos" || system === "windows" ? system : "linux"];
}

/** Managed settings in the order in which the client takes them: the drop-ins by name, the last one wins. */
function managedIn(managed: string): readonly string[] {
  const folder = join(managed, "managed-settings.d");
  let names: readonly string[] = [];
  try {
    names = readdirSync(folder).filter((name) => /^[^.].*\.json$/.test(name));
  } catch {
    // There are none, or nobody here may look.
  }
  const dropIns = names
    .toSorted()
    .slice(0, DROP_INS_MAX)
    .map((name) => join(folder, name));
  return [join(managed, "managed-settings.json"), ...dropIns];
}

function variablesIn(file: string): Readonly<Record<string, string>> {
  try {
    const text = readPrivateFile(file, { secret: false });
    const env = text === undefined ? undefined : memberOf(parseJsonText(text, file), "env");
    if (env?.kind !== "object") return {};
    return Object.fromEntries(
      env.members.flatMap(({ key, value }) =>
        value.kind === "scalar" && value.value !== null ? [[key, String(value.value)]] : [],
      ),
    );
  } catch (cause) {
    // The client ignores a file that it cannot read.
    if (cause instanceof Failure) return {};
    throw cause;
  }
}
