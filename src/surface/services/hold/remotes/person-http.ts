// The person's own way to remotes over http: git's program for it, their settings of it, and proxies that their shell names.
import { isAbsolute, join, normalize } from "node:path";
import { isWithin, parentPath } from "#base/path.ts";
import { realPath } from "../../../foundation/files/path-status.ts";
import {
  atHome,
  isProgramFile,
  personEnvironment,
  personProgram,
  personSettings,
  PROGRAM_PLACES,
  type PersonPlace,
} from "../start/person-settings.ts";

/** A repository of nothing, in which git works outside: it finds no other. */
export const NOWHERE = "nowhere";

/** Git's program, and the environment in which it is started. */
export type PersonHttp = {
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
  /** Variables of the shell that do not count, each with the setting that does. */
  readonly unheeded: readonly string[];
};

const PROXIES = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"];
/** Variables that name files and switches of certificates, with the settings that say the same. */
const CERTIFICATES: Readonly<Record<string, string>> = {
  GIT_SSL_CAINFO: "http.sslCAInfo",
  GIT_SSL_CAPATH: "http.sslCAPath",
  GIT_PROXY_SSL_CAINFO: "http.proxySSLCAInfo",
  GIT_SSL_NO_VERIFY: "http.sslVerify",
  GIT_SSL_CERT: "http.sslCert",
  GIT_SSL_KEY: "http.sslKey",
};
/** Variables of the person's shell that name proxies and certificates. */
export const WAY_VARIABLES: readonly string[] = [...PROXIES, ...Object.keys(CERTIFICATES)];

/** Where a machine keeps authorities that it trusts. */
const AUTHORITIES = ["/etc", "/usr/share/ca-certificates", "/usr/local/share/ca-certificates"];

const SETTINGS_MAX = 512;
const VALUE_CHARS_MAX = 16_384;
const HEEDED = /^(?:http|credential)\.|^core\.askpass$/s;
/** WHY not: a file of cookies that is written anew loses its view in calls that run, and ends them. */
const UNHEEDED = /^http\.(?:.*\.)?savecookies$/s;

/** Reads them for an address; why not otherwise, for the agent. `outside`: a directory whose programs stand before the others. */
export async function personHttp(
  place: PersonPlace,
  {
    url,
    outside,
    said,
  }: {
    readonly url: string;
    readonly outside: string;
    readonly said: ReadonlyMap<string, string>;
  },
): Promise<PersonHttp | { readonly why: string }> {
  const settings = await personSettings(place);
  if (settings === undefined)
    return { why: "your own settings of git cannot be told, or the project has a say in them" };
  const isHttps = /^https:/i.test(url);
  const program = httpProgram(personProgram("git", place), isHttps ? "https" : "http");
  if (program === undefined)
    return { why: "git's own program for such addresses is not where the person's git is" };
  const heeded = settings.filter(({ key }) => HEEDED.test(key) && !UNHEEDED.test(key));
  if (heeded.length > SETTINGS_MAX || heeded.some(({ value }) => value.length > VALUE_CHARS_MAX))
    return { why: "the person's settings of git are too many" };
  if (heeded.some(({ value }) => namesProject(value, place)))
    return { why: "the person's settings of git lead into the project, which the session writes" };
  // WHY not followed: git would send what it logs in with wherever the server likes.
  const counted = [...heeded, { key: "http.followRedirects", value: "false" }];
  const env = personEnvironment(said, place);
  const way = isHttps ? wayOf(said) : {};
  return {
    program,
    unheeded: isHttps ? unheededOf(said, way) : [],
    env: {
      ...env,
      ...way,
      PATH: `${outside}:${env["PATH"] ?? ""}`,
      GIT_TERMINAL_PROMPT: "0",
      GIT_DIR: join(outside, NOWHERE),
      // WHY there: nobody can make a file in it, and a server without git's program would have git write what it fetches.
      GIT_OBJECT_DIRECTORY: "/proc",
      // WHY as variables: a condition of theirs on the repository is told here, and git outside is in none.
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_COUNT: String(counted.length),
      ...Object.fromEntries(
        counted.flatMap(({ key, value }, at) => [
          [`GIT_CONFIG_KEY_${at}`, key],
          [`GIT_CONFIG_VALUE_${at}`, value],
        ]),
      ),
    },
  };
}

/** Git's program for such addresses, where git is; undefined where it is not there. */
export function httpProgram(
  git: string | undefined,
  scheme: "http" | "https" = "https",
): string | undefined {
  if (git === undefined) return undefined;
  const prefix = parentPath(parentPath(realPath(git)));
  return ["lib", "libexec"]
    .map((folder) => join(prefix, folder, "git-core", `git-remote-${scheme}`))
    .find(isProgramFile);
}

/**
 * Git's programs for such addresses that a call may start: real paths outside of the project. None where one of its gits has no such program
 * to put ours in the place of.
 */
export function httpProgramsIn(
  searchPath: string | undefined,
  projectRoot: string,
): readonly string[] {
  const gits = [...(searchPath ?? "").split(":"), ...PROGRAM_PLACES]
    .map((folder) => join(folder, "git"))
    .filter((path) => isAbsolute(path) && isProgramFile(path));
  const found = gits.flatMap((git) => [httpProgram(git, "http"), httpProgram(git, "https")]);
  const programs = found.flatMap((path) => (path === undefined ? [] : [realPath(path)]));
  const isWhole = programs.length === found.length;
  return isWhole ? [...new Set(programs)].filter((path) => !isWithin(projectRoot, path)) : [];
}

/** WHY each word: a helper is a line of a shell, and a file of the project in it would be the session's. */
function namesProject(value: string, { home, projectRoot }: PersonPlace): boolean {
  return value
    .split(/[\s'"=;|&()<>`,!]+/)
    .map((word) => atHome(word.replace(/^(?:\$HOME|\$\{HOME\})(?=\/)/, "~"), home))
    .some(
      (path) => path !== undefined && isAbsolute(path) && isWithin(projectRoot, realPath(path)),
    );
}

/**
 * What counts of a shell's variables. WHY for https alone: the project can set variables of the session, and what a proxy sees of https is a
 * name. WHY no name without a password: git would ask for one, and send it. WHY no other authorities than the machine's: with a proxy of its
 * own and an authority whose key is known, as those of tests are, the project would read what git logs in with.
 */
function wayOf(said: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const isProxy = (value: string): boolean =>
    /^(?:(?:https?|socks[45][ah]?):\/\/)?(?:[^\s@/:]+:[^\s@/]+@)?[\w.[\]:-]+\/?$/i.test(value);
  const fits = (name: string, value: string): boolean => {
    if (/^no_proxy$/i.test(name)) return /^[\w.,:*/ [\]-]+$/.test(value);
    return /_CA(?:INFO|PATH)$/.test(name)
      ? isAuthority(value)
      : CERTIFICATES[name] === undefined && isProxy(value);
  };
  return Object.fromEntries(
    WAY_VARIABLES.flatMap((name) => {
      const value = said.get(name);
      return value !== undefined && fits(name, value) ? [[name, value] as const] : [];
    }),
  );
}

function isAuthority(path: string): boolean {
  const isKept = (one: string): boolean => AUTHORITIES.some((folder) => isWithin(folder, one));
  return isAbsolute(path) && isKept(normalize(path)) && isKept(realPath(path));
}

function unheededOf(
  said: ReadonlyMap<string, string>,
  way: Readonly<Record<string, string>>,
): readonly string[] {
  return WAY_VARIABLES.filter((name) => said.has(name) && way[name] === undefined).map((name) => {
    const setting = CERTIFICATES[name] ?? "http.proxy";
    return `\`${name}\` does not count for git outside of the sandbox; the person can set \`${setting}\` by \`git config --global\``;
  });
}
