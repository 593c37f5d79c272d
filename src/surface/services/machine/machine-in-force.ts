// Whether the guard of this machine is in force: managed settings that name its hook, whole and the administrator's.
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject, readJson } from "#base/json.ts";
import { MANAGED_DIRECTORY } from "#govern/settings/managed-directory.ts";
import { privacyProblem } from "#platform/ownership.ts";
import { ADMINISTRATOR } from "#platform/user.ts";
import type { MachineHook } from "./try-accounts.ts";

const FILES_MAX = 200;
const FILE_BYTES_MAX = 4 * 1024 * 1024;
const PROGRAM = /\/machine-hook\.cjs$/;

/**
 * The hook before calls that managed settings start, where it is the machine's; undefined where there is none. A file that is cut
 * off, a link, or somebody else's counts for nothing: whoever relied on it would be guarded by nobody.
 */
export function machineHookInForce(
  directory: string = MANAGED_DIRECTORY.linux,
): MachineHook | undefined {
  const drops = join(directory, "managed-settings.d");
  const files = [join(directory, "managed-settings.json"), ...namesIn(drops)];
  for (const file of files) {
    const settings = readManaged(file);
    const hooks = isObject(settings) ? settings["hooks"] : undefined;
    const groups = isObject(hooks) ? hooks["PreToolUse"] : undefined;
    for (const group of Array.isArray(groups) ? groups : []) {
      const handlers: unknown = isObject(group) ? group["hooks"] : undefined;
      for (const handler of Array.isArray(handlers) ? handlers : []) {
        const found = hookOf(handler);
        if (found !== undefined) return found;
      }
    }
  }
  return undefined;
}

function hookOf(handler: unknown): MachineHook | undefined {
  if (!isObject(handler)) return undefined;
  const { command: node, args } = handler;
  const program: unknown = Array.isArray(args) ? args[0] : undefined;
  if (typeof node !== "string" || typeof program !== "string") return undefined;
  return PROGRAM.test(program) ? { node, program } : undefined;
}

function namesIn(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
    return names.slice(0, FILES_MAX).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function readManaged(file: string): unknown {
  try {
    const status = lstatSync(file);
    const isSafe = privacyProblem(status, "read-only", ADMINISTRATOR) === undefined;
    return status.isFile() && isSafe && status.size <= FILE_BYTES_MAX
      ? readJson(readFileSync(file, "utf8"))
      : undefined;
  } catch {
    return undefined;
  }
}
