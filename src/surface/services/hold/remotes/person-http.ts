// The person's own way to remotes over http: git's program for it, their settings of it, and proxies that their shell names.
import { isAbsolute, join } from "node:path";
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
};

/** Variables of the person's shell that name proxies. */
export const WAY_VARIABLES = [
  ...["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"],
] as const;

const SETTINGS_MAX = 512;
const VALUE_CHARS_MAX = 16_384;
const HEEDED = /^(?:http|credential)\.|^core\.askpass$/s;

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
  const heeded = settings.filter(({ key }) => HEEDED.test(key));
  if (heeded.length > SETTINGS_MAX || heeded.some(({ value }) => value.length > VALUE_CHARS_MAX))
    return { why: "the person's settings of git are too many" };
  if (heeded.some(({ value }) => namesProject(value, place)))
    return { why: "the person's settings of git lead into the project, which the session writes" };
  // WHY not followed: git would send what it logs in with wherever the server likes.
  const counted = [...heeded, { key: "http.followRedirects", value: "false" }];
  const env = personEnvironment(said, place);
  return {
    program,
    env: {
      ...env,
      ...(isHttps ? proxiesOf(said) : {}),
      PATH: `${outside}:${env["PATH"] ?? ""}`,
      GIT_TERMINAL_PROMPT: "0",
      GIT_DIR: join(outside, NOWHERE),
      // WHY there: nobody can make a file in it, and a server without git's program would have git write what it fetches.
      GIT_OBJECT_DIRECTORY: "/proc",
      // WHY as variables: a condition of theirs on the repository is told here, and git outside is in none.
      ...{ GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
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
 * WHY for https alone: the project can set variables of the session, and what a proxy sees of https is a name. WHY no name without a
 * password: git would ask for one, and send it.
 */
function proxiesOf(said: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const isProxy = (value: string): boolean =>
    /^(?:(?:https?|socks[45][ah]?):\/\/)?(?:[^\s@/:]+:[^\s@/]+@)?[\w.[\]:-]+\/?$/i.test(value);
  return Object.fromEntries(
    WAY_VARIABLES.flatMap((name) => {
      const value = said.get(name);
      const fits = /^no_proxy$/i.test(name) ? /^[\w.,:*/ [\]-]+$/.test(value ?? "") : undefined;
      return value !== undefined && (fits ?? isProxy(value)) ? [[name, value] as const] : [];
    }),
  );
}
