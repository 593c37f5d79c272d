// Fixes that name members of settings, such as `"defaultMode": "default"`: what they name, and a case with it written where the client reads it.
import type { Check } from "#assure/posture/check.ts";
import type { PostureCase } from "./case.ts";

type Settings = { [key: string]: unknown };
const PERMISSIONS = /^(?:allow|ask|deny|defaultMode|disableBypassPermissionsMode)$/;
/** Lists that a fix adds to; others it writes. */
const LISTS = /^(?:allow|ask|deny|denyRead)$/;
const SANDBOX = /^(?:failIfUnavailable|allowUnsandboxedCommands|filesystem)$/;

/** Members that a fix names in code, such as `"defaultMode": "default"`, at the place in settings where the client reads them. */
export function membersOf({ fix }: Check): Settings | undefined {
  if (!/^(?:add|write|set) /.test(fix)) return undefined;
  const made: Settings = {};
  for (const [, code = ""] of fix.matchAll(/`("[\w.]+"\s*:[^`]*)`/g)) {
    const named = read(`{${code}}`);
    if (named === undefined) return undefined;
    for (const [key, value] of Object.entries(named)) {
      const at = PERMISSIONS.test(key) ? "permissions" : SANDBOX.test(key) ? "sandbox" : /^[A-Z_]+$|^no_proxy$/.test(key) ? "env" : undefined;
      merge(made, at === undefined ? { [key]: value } : { [at]: { [key]: value } });
    }
  }
  return Object.keys(made).length > 0 ? made : undefined;
}

function read(text: string): Settings | undefined {
  try {
    return JSON.parse(text) as Settings;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Settings => typeof value === "object" && value !== null && !Array.isArray(value);

function merge(into: Settings, more: Settings): void {
  for (const [key, value] of Object.entries(more)) {
    const before = into[key];
    if (isObject(before) && isObject(value)) merge(before, value);
    else if (Array.isArray(before) && Array.isArray(value)) into[key] = LISTS.test(key) ? [...new Set([...before, ...value])] : value;
    else into[key] = value;
  }
}

/** The case with the members in every settings file that is there; where there is none, in the project's or the managed one. */
export function withMembers(one: PostureCase, { family }: Check, members: Settings): PostureCase {
  const { onFailure, ...rest } = members;
  const write = (files: Record<string, string>, path: string): Record<string, string> => {
    const settings = read(files[path] ?? "{}");
    if (!isObject(settings)) return files;
    merge(settings, structuredClone(rest));
    const text = JSON.stringify(settings, null, 2);
    const handled = onFailure === undefined ? text : text.replaceAll(/"type": "(?:command|http)"/g, `$&, "onFailure": "block"`);
    return { ...files, [path]: handled };
  };
  const settingsOf = (files: Record<string, string>) => Object.keys(files).filter((path) => /settings[\w.-]*\.json$|managed-settings\.d\//.test(path));
  const [own, user, managed] = [one.files, one.home, one.managed].map(settingsOf) as [string[], string[], string[]];
  const isNone = own.length + user.length + managed.length === 0;
  return {
    ...one,
    files: (isNone && family !== "managed" ? [".claude/settings.json"] : own).reduce(write, one.files),
    home: user.reduce(write, one.home),
    managed: (isNone && family === "managed" ? ["managed-settings.json"] : managed).reduce(write, one.managed),
  };
}
