// The client's own settings in force in a directory, as the simulator of its decision takes them.
import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { CLIENT_BYTES_MAX, type LintSource } from "#govern/settings/lint/file.ts";
import { memberOf, parseJsonText, toJson } from "#govern/settings/json-text.ts";
import type { NativeDisk, NativeLayer, NativeSettings, NativeStack } from "#guard/native/stack.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { sourcesInForce } from "./settings-sources.ts";

/** The settings of a directory. `broken`: files that the client passes over whole. */
export type NativeHere = { readonly stack: NativeStack; readonly broken: readonly string[] };

/** Reads them. Where nobody accepted the directory as trusted, or that cannot be told, it is not. */
export async function nativeSettings(directory: string, home: string): Promise<NativeHere> {
  const project = realOf(directory);
  const sources = await sourcesInForce(project, home);
  const layers: NativeLayer[] = [];
  const broken: string[] = [];
  for (const source of sources) {
    const settings = settingsOf(source);
    if (settings === undefined) broken.push(source.file);
    else layers.push(layerOf(source, settings, { project, home }));
  }
  const stack = { layers, mode: undefined, isTrusted: isTrusted(project, home), project, home };
  return { stack, broken };
}

/** Follows links, as the client does before it holds a path against rules. */
export const DISK: NativeDisk = {
  realPath: (path) => {
    try {
      return realpathSync.native(path);
    } catch {
      return undefined;
    }
  },
};

function layerOf(
  { file, layer }: LintSource,
  settings: NativeSettings,
  { project, home }: { readonly project: string; readonly home: string },
): NativeLayer {
  const source = layer === "command-line" ? "flag" : layer;
  return { source, file, root: layer === "user" ? join(home, ".claude") : project, settings };
}

/** Of a file what the decision depends on; undefined where the client cannot read it. */
function settingsOf({ file, text, bytes }: LintSource): NativeSettings | undefined {
  if (text === undefined || bytes > CLIENT_BYTES_MAX) return undefined;
  if (text.trim() === "") return {};
  try {
    return readSettings(
      toJson(parseJsonText(text.replace(/^\uFEFF/, " "), file, CLIENT_BYTES_MAX)),
    );
  } catch (cause) {
    if (cause instanceof Failure) return undefined;
    throw cause;
  }
}

/** An object of JSON. */
export type JsonObject = { readonly [key: string]: Json };

function readSettings(value: Json): NativeSettings | undefined {
  if (!isObject(value)) return undefined;
  const { permissions, allowManagedPermissionRulesOnly: isManagedOnly } = value;
  const given = isObject(permissions) ? permissions : {};
  const { defaultMode, disableBypassPermissionsMode: bypass } = given;
  return {
    permissions: {
      ...{
        allow: textsIn(given["allow"]),
        ask: textsIn(given["ask"]),
        deny: textsIn(given["deny"]),
      },
      additionalDirectories: textsIn(given["additionalDirectories"]),
      ...(typeof defaultMode === "string" ? { defaultMode } : {}),
      ...(typeof bypass === "string" ? { disableBypassPermissionsMode: bypass } : {}),
    },
    ...(isManagedOnly === true ? { allowManagedPermissionRulesOnly: true } : {}),
  };
}

/** Whether a value is one. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textsIn(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** Whether a person accepted the directory in the client's own dialog. */
function isTrusted(project: string, home: string): boolean {
  const file = join(home, ".claude.json");
  try {
    const root = parseJsonText(readFileSync(file, "utf8"), file, 64 * 1024 * 1024);
    const entry = memberOf(memberOf(root, "projects"), project);
    const accepted = memberOf(entry, "hasTrustDialogAccepted");
    return accepted?.kind === "scalar" && accepted.value === true;
  } catch {
    return false;
  }
}

function realOf(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return directory;
  }
}
