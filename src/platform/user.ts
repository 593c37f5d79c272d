// Who runs this process, where that user lives, and where the system wants a program's data.
import { accessSync, constants } from "node:fs";
import { homedir, userInfo, tmpdir } from "node:os";
import { posix, win32 } from "node:path";
import type { SystemKind } from "./system.ts";

/** The number of the user, or undefined on systems that have none (Windows). */
export function userId(): number | undefined {
  return process.getuid?.();
}

/** The user's name, or the number where the user database does not know it, as in many containers. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(userId() ?? "unknown");
  }
}

/** Absolute path of the home directory. */
export function homeDirectory(): string {
  return homedir();
}

/** The home in the user database, whatever variables say; undefined where the user is not in it, as in many containers. */
export function accountHome(): string | undefined {
  try {
    return userInfo().homedir;
  } catch {
    return undefined;
  }
}

/**
 * Where programs keep data of their own for this user: `XDG_DATA_HOME`, else `~/.local/share`, on macOS too; on Windows
 * `LOCALAPPDATA`, else its usual place. Values that are not absolute are given back for the caller to refuse.
 */
export function userDataDirectory(
  system: SystemKind,
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
): { readonly path: string; readonly variable: string | undefined } {
  const variable = system === "windows" ? "LOCALAPPDATA" : "XDG_DATA_HOME";
  const set = environment[variable];
  if (set) return { path: set, variable };
  const path =
    system === "windows"
      ? win32.join(home, "AppData", "Local")
      : posix.join(home, ".local", "share");
  return { path, variable: undefined };
}

/** Where the administrator of this system puts what counts for every user of it. */
export function siteDirectory(system: SystemKind): string {
  switch (system) {
    case "macos":
      return "/Library/Application Support";
    case "windows":
      return "C:\\ProgramData";
    case "linux":
    case "wsl":
    case "other":
      return "/etc";
    default:
      return system satisfies never;
  }
}

/** The number of the administrator. */
export const ADMINISTRATOR = 0;

/** Where programs put what is gone after a moment. */
export function temporaryDirectory(): string {
  return tmpdir();
}

/** A directory that the system keeps in memory, for files that no disk is to hold; undefined where there is none to write to. */
export function memoryDirectory(): string | undefined {
  const place = "/dev/shm";
  try {
    accessSync(place, constants.W_OK | constants.X_OK);
    return place;
  } catch {
    return undefined;
  }
}

/** The number of the group of this process's user. WHY the real one: a machine's judge has another group for its own data alone. */
export function groupId(): number | undefined {
  return process.getgid?.();
}

/** Numbers of all groups of this process's user. */
export function groupIds(): readonly number[] {
  const groups = process.getgroups?.() ?? [];
  return isOpenToUser() ? groups : groups.filter((one) => one !== process.getegid?.());
}

/** Whether other processes of this user may look into this one, as into open files of it. */
export function isOpenToUser(): boolean {
  return process.getgid?.() === process.getegid?.();
}
