// How a person signs, as their own and the system's settings of git say it; what a repository says has no voice here.
import { accessSync, constants, existsSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { isWithin, joinPath } from "#base/path.ts";
import { userId } from "#platform/user.ts";
import { readConfigFiles, type Setting } from "../../facts/git/git-config.ts";
import { findRepository, readHead, SYSTEM_CONFIG } from "../../facts/git/git-facts.ts";

/** What the settings say. Paths are absolute. */
export type PersonSigning = {
  /** Absolute paths of programs; undefined for one that is not there, or that the session could change. */
  readonly ssh: string | undefined;
  readonly gpg: string | undefined;
  /** Each `user.signingkey` as it is written. WHY several: which of the files that a person includes counts here, git alone knows. */
  readonly keys: readonly string[];
  /** Whom signatures name where no key is set: `Name <address>`. */
  readonly people: readonly string[];
  /** Files with the keys of those whose signatures are good, and with keys that were taken back. */
  readonly signers: string | undefined;
  readonly takenBack: string | undefined;
};

/** Where the session works, and where what it can change lies. Paths are real. */
export type SigningPlace = {
  readonly home: string;
  /** Where git works. */
  readonly directory: string;
  /** The session's project. */
  readonly projectRoot: string;
};

/** Values of one setting that are kept. */
const VALUES_MAX = 16;

/** The person's own and the system's settings; undefined where they cannot be told, or where a file of the project has a say in them. */
export async function personSettings({
  home,
  directory,
  projectRoot,
}: SigningPlace): Promise<readonly Setting[] | undefined> {
  const isForeign = (path: string): boolean => isWithin(projectRoot, path);
  const layout = await findRepository(directory);
  const gitDirectory = typeof layout === "object" ? layout.gitDirectory : "/";
  const head = typeof layout === "object" ? await readHead(gitDirectory) : undefined;
  const subject = { home, gitDirectory, branch: head?.branch, isForeign };
  const files = [SYSTEM_CONFIG, join(home, ".config/git/config"), join(home, ".gitconfig")];
  return await readConfigFiles(files, subject);
}

/** What they say of signing; undefined as with the settings themselves. */
export async function personSigning(place: SigningPlace): Promise<PersonSigning | undefined> {
  const { home, projectRoot } = place;
  const isForeign = (path: string): boolean => isWithin(projectRoot, path);
  const settings = await personSettings(place);
  if (settings === undefined) return undefined;
  const last = (...keys: readonly string[]): string | undefined =>
    settings.findLast(({ key }) => keys.includes(key))?.value;
  const file = (key: string): string | undefined => {
    const value = last(key);
    const path = value === undefined ? undefined : atHome(value, home);
    const isMeant = path !== undefined && isAbsolute(path) && !isForeign(realOf(path));
    return isMeant ? path : undefined;
  };
  const program = (usual: string, ...keys: readonly string[]): string | undefined =>
    personProgram(last(...keys) ?? usual, place);
  const all = (wanted: string): readonly string[] => {
    const values = settings.flatMap(({ key, value }) =>
      key === wanted && value !== "" ? value : [],
    );
    return [...new Set(values)].slice(-VALUES_MAX);
  };
  const addresses = all("user.email");
  return {
    ssh: program("ssh-keygen", "gpg.ssh.program"),
    gpg: program("gpg", "gpg.program", "gpg.openpgp.program"),
    keys: all("user.signingkey"),
    people: all("user.name").flatMap((name) => addresses.map((one) => `${name} <${one}>`)),
    signers: file("gpg.ssh.allowedsignersfile"),
    // As git: a list that is not there says nothing.
    takenBack: existing(file("gpg.ssh.revocationfile")),
  };
}

/** A path as git expands it, or a name without one; undefined for what would be looked for where git works. */
export function atHome(path: string, home: string): string | undefined {
  if (path.startsWith("~/")) return joinPath(home, path.slice(2));
  return isAbsolute(path) || !path.includes("/") ? path : undefined;
}

/** Where programs are looked for. WHY not the session's own way: what it puts first there would run outside. */
const PATH = ["/usr/local/bin", "/usr/bin", "/bin"];

/** A program of the person's settings; undefined for one that is not there, or that the session could change. */
export function personProgram(
  name: string,
  { home, projectRoot }: Pick<SigningPlace, "home" | "projectRoot">,
): string | undefined {
  const path = programAt(atHome(name, home) ?? "");
  return path === undefined || isWithin(projectRoot, realOf(path)) ? undefined : path;
}

function programAt(name: string): string | undefined {
  if (name === "") return undefined;
  const places = isAbsolute(name) ? [name] : PATH.map((folder) => join(folder, name));
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return statSync(place).isFile();
    } catch {
      return false;
    }
  });
}

function existing(path: string | undefined): string | undefined {
  return path !== undefined && existsSync(path) ? path : undefined;
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Variables of the person's shell that lead programs to keys and to windows in which they ask. */
export const SIGNING_VARIABLES = [
  ...["SSH_AUTH_SOCK", "GPG_TTY", "TERM", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY"],
  ...["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"],
] as const;

/**
 * The environment of a program that signs. WHY each value is looked at: the project can set variables of the session, and some
 * of these could name a program, another machine, or an agent of its own.
 */
export function signingEnvironment(
  said: ReadonlyMap<string, string>,
  { home, projectRoot }: Pick<SigningPlace, "home" | "projectRoot">,
): Readonly<Record<string, string>> {
  const uid = userId() ?? 0;
  const runtime = `/run/user/${uid}`;
  const fits: Readonly<Record<(typeof SIGNING_VARIABLES)[number], (value: string) => boolean>> = {
    SSH_AUTH_SOCK: (value) => isOwnSocket(value, uid) && !isWithin(projectRoot, realOf(value)),
    GPG_TTY: (value) => /^\/dev\/(?:pts\/\d+|tty\w*)$/.test(value),
    TERM: (value) => /^[\w.+-]{1,64}$/.test(value),
    DISPLAY: (value) => /^:\d{1,5}(?:\.\d{1,3})?$/.test(value),
    WAYLAND_DISPLAY: (value) => /^[\w.-]{1,64}$/.test(value),
    XAUTHORITY: (value) => isWithin(runtime, realOf(value)) || value === join(home, ".Xauthority"),
    DBUS_SESSION_BUS_ADDRESS: (value) => value === `unix:path=${runtime}/bus`,
    XDG_RUNTIME_DIR: (value) => value === runtime,
  };
  const own = SIGNING_VARIABLES.flatMap((name) => {
    const value = said.get(name);
    return value !== undefined && fits[name](value) ? [[name, value] as const] : [];
  });
  return { HOME: home, PATH: PATH.join(":"), LANG: "C.UTF-8", ...Object.fromEntries(own) };
}

function isOwnSocket(path: string, uid: number): boolean {
  try {
    const status = statSync(path);
    return isAbsolute(path) && status.isSocket() && status.uid === uid;
  } catch {
    return false;
  }
}
