// What brokers outside of a held call rest on: the person's own and the system's settings of git, programs that they name, and the environment those run in.
import { accessSync, constants, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { isWithin, joinPath } from "#base/path.ts";
import { userId } from "#platform/user.ts";
import { realPath } from "../../../foundation/files/path-status.ts";
import { readConfigFiles, type Setting } from "../../facts/git/git-config.ts";
import { findRepository, readHead, SYSTEM_CONFIG } from "../../facts/git/git-facts.ts";

/** Where the session works, and where what it can change lies. Paths are real. */
export type PersonPlace = {
  readonly home: string;
  /** Where git works. */
  readonly directory: string;
  /** The session's project. */
  readonly projectRoot: string;
};

/** The person's own and the system's settings; undefined where they cannot be told, or where a file of the project has a say in them. */
export async function personSettings({
  home,
  directory,
  projectRoot,
}: PersonPlace): Promise<readonly Setting[] | undefined> {
  const layout = await findRepository(directory);
  const gitDirectory = typeof layout === "object" ? layout.gitDirectory : "/";
  const head = typeof layout === "object" ? await readHead(gitDirectory) : undefined;
  const isForeign = (path: string): boolean => isWithin(projectRoot, path);
  const subject = { home, gitDirectory, branch: head?.branch, isForeign };
  const files = [SYSTEM_CONFIG, join(home, ".config/git/config"), join(home, ".gitconfig")];
  return await readConfigFiles(files, subject);
}

/** A path as git expands it, or a name without one; undefined for what would be looked for where git works. */
export function atHome(path: string, home: string): string | undefined {
  if (path.startsWith("~/")) return joinPath(home, path.slice(2));
  return isAbsolute(path) || !path.includes("/") ? path : undefined;
}

/** Where programs are looked for. WHY not the session's own way: what it puts first there would run outside. */
export const PROGRAM_PLACES = ["/usr/local/bin", "/usr/bin", "/bin"];

/** A program of the person's settings; undefined for one that is not there, or that the session could change. */
export function personProgram(
  name: string,
  { home, projectRoot }: Pick<PersonPlace, "home" | "projectRoot">,
): string | undefined {
  const path = programAt(atHome(name, home) ?? "");
  return path === undefined || isWithin(projectRoot, realPath(path)) ? undefined : path;
}

function programAt(name: string): string | undefined {
  if (name === "") return undefined;
  const places = isAbsolute(name) ? [name] : PROGRAM_PLACES.map((folder) => join(folder, name));
  return places.find(isProgramFile);
}

/** Whether a file can be run. */
export function isProgramFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Variables of the person's shell that lead programs to keys and to windows in which they ask. */
export const PERSON_VARIABLES = [
  ...["SSH_AUTH_SOCK", "GPG_TTY", "TERM", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY"],
  ...["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"],
] as const;

/**
 * The environment of a program that works for the person. WHY each value is looked at: the project can set variables of the session, and some
 * of these could name a program, another machine, or an agent of its own.
 */
export function personEnvironment(
  said: ReadonlyMap<string, string>,
  { home, projectRoot }: Pick<PersonPlace, "home" | "projectRoot">,
): Readonly<Record<string, string>> {
  const uid = userId() ?? 0;
  const runtime = `/run/user/${uid}`;
  const fits: Readonly<Record<(typeof PERSON_VARIABLES)[number], (value: string) => boolean>> = {
    SSH_AUTH_SOCK: (value) => isOwnSocket(value, uid) && !isWithin(projectRoot, realPath(value)),
    GPG_TTY: (value) => /^\/dev\/(?:pts\/\d+|tty\w*)$/.test(value),
    TERM: (value) => /^[\w.+-]{1,64}$/.test(value),
    DISPLAY: (value) => /^:\d{1,5}(?:\.\d{1,3})?$/.test(value),
    WAYLAND_DISPLAY: (value) => /^[\w.-]{1,64}$/.test(value),
    XAUTHORITY: (value) =>
      isWithin(runtime, realPath(value)) || value === join(home, ".Xauthority"),
    DBUS_SESSION_BUS_ADDRESS: (value) => value === `unix:path=${runtime}/bus`,
    XDG_RUNTIME_DIR: (value) => value === runtime,
  };
  const own = PERSON_VARIABLES.flatMap((name) => {
    const value = said.get(name);
    return value !== undefined && fits[name](value) ? [[name, value] as const] : [];
  });
  return {
    HOME: home,
    PATH: PROGRAM_PLACES.join(":"),
    LANG: "C.UTF-8",
    ...Object.fromEntries(own),
  };
}

function isOwnSocket(path: string, uid: number): boolean {
  try {
    const status = statSync(path);
    return isAbsolute(path) && status.isSocket() && status.uid === uid;
  } catch {
    return false;
  }
}
