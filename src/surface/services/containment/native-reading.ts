// Of a file of the client's settings what its own permission decision depends on.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "#base/json.ts";
import { memberOf, parseJsonText } from "#govern/settings/json-text.ts";
import type { NativeDisk, NativeSettings } from "#guard/native/stack.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { realOf } from "../../foundation/files/path-status.ts";

/** Follows links, as the client does before it holds a path against rules. */
export const DISK: NativeDisk = { realPath: realOf };

/** An object of JSON. */
export type JsonObject = { readonly [key: string]: Json };

/** The part of a settings file that counts; undefined for one that is no object. */
export function readSettings(value: Json): NativeSettings | undefined {
  if (!isObject(value)) return undefined;
  const { permissions, allowManagedPermissionRulesOnly: isManagedOnly } = value;
  const given = isObject(permissions) ? permissions : {};
  const { defaultMode, disableBypassPermissionsMode: bypass } = given;
  return {
    permissions: {
      allow: textsIn(given["allow"]),
      ask: textsIn(given["ask"]),
      deny: textsIn(given["deny"]),
      additionalDirectories: textsIn(given["additionalDirectories"]),
      ...(typeof defaultMode === "string" ? { defaultMode } : {}),
      ...(typeof bypass === "string" ? { disableBypassPermissionsMode: bypass } : {}),
    },
    ...(isManagedOnly === true ? { allowManagedPermissionRulesOnly: true } : {}),
  };
}

function textsIn(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** Whether a person accepted the directory in the client's own dialog. */
export function isTrusted(project: string, home: string): boolean {
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
