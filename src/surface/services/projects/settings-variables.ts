// The variables that the client's settings files set for a project: it takes over changes of them while a session runs.
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { memberOf, parseJsonText } from "#govern/settings/json-text.ts";
import type { Project } from "./project.ts";
import { readPrivateFile } from "../../foundation/files/private-file.ts";

/** Reads the `env` of the files that count for a project; in a stronger layer wins. Never throws. */
export function settingsVariables(
  { root, directory = root }: Project,
  home: string,
): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  const files = [
    join(home, ".claude", "settings.json"),
    ...new Set([root, directory].map((folder) => join(folder, ".claude", "settings.json"))),
    ...new Set([root, directory].map((folder) => join(folder, ".claude", "settings.local.json"))),
  ];
  for (const file of files) Object.assign(variables, variablesIn(file));
  return variables;
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
