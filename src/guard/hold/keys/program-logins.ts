// What programs log in with at interfaces that a table knows: their own files and variables, of which a held call has made-up values.
import { apiOf } from "../requests/covered-requests.ts";
import type { Api } from "../requests/request-row.ts";
import type { KeyKind } from "../../facts/key-use.ts";
import { ISSUED_BEGINNINGS } from "../views/disguise.ts";
import type { ViewKey } from "./view-keys.ts";

/** One of them. `base`: where the interface begins below its host. */
export type ProgramLogin = Omit<ViewKey, "hosts"> & {
  readonly host: string;
  readonly api: Api;
  readonly base?: string;
};

/** A variable with a login, and where it belongs. */
export type LoginVariable = {
  readonly name: string;
  readonly places: readonly Pick<ProgramLogin, "host" | "api" | "base">[];
  readonly headers: readonly string[];
};

/** How a program is given its logins: files below the home, variables, and how a file is read. */
type Own = {
  readonly files: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly form: Form;
};

type Form = "forge" | "npm" | "images";

const NPM: Own = { files: [".npmrc"], variables: {}, form: "npm" };
const IMAGES: Own = {
  files: [".docker/config.json", ".config/containers/auth.json"],
  variables: {},
  form: "images",
};
const OWN: Readonly<Record<string, Own>> = {
  gh: {
    files: [".config/gh/hosts.yml"],
    variables: { GH_TOKEN: "github.com", GITHUB_TOKEN: "github.com" },
    form: "forge",
  },
  glab: {
    files: [".config/glab-cli/config.yml"],
    variables: { GITLAB_TOKEN: "gitlab.com", GITLAB_ACCESS_TOKEN: "gitlab.com" },
    form: "forge",
  },
  npm: NPM,
  npx: NPM,
  pnpm: NPM,
  yarn: NPM,
  bun: NPM,
  skopeo: IMAGES,
};

/** Where a login of a forge is shown: beside its own interface, git over HTTP has the same. */
const FORGE_HOSTS: Readonly<Record<string, readonly string[]>> = {
  "github.com": ["api.github.com", "uploads.github.com", "github.com"],
  "gitlab.com": ["gitlab.com"],
};
/** Where a login of a registry of images is shown beside it: whoever gives tokens for it. */
const TOKEN_HOSTS: Readonly<Record<string, readonly string[]>> = {
  "registry-1.docker.io": ["auth.docker.io"],
};
const FORGE_HEADERS = ["authorization", "private-token", "job-token"];
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
/** WHY no short ones: answers are looked through for the value, and who may try a short one many times would learn it by that. */
const VALUE = /^[\x21-\x7e]{14,4096}$/;
const LINES_MAX = 2_000;

/** Files of these programs below a home, by their real names or not; none for others. */
export function loginFiles(programs: readonly string[]): readonly string[] {
  return [...new Set(programs.flatMap((name) => ownOf(name)?.files ?? []))];
}

/**
 * Variables by which these programs are given logins; those that a command names are given to any program. `npmrc`: the person's own file,
 * which may name more.
 */
export function loginVariables(
  programs: readonly string[],
  { npmrc = "", command }: { readonly npmrc?: string; readonly command: string },
): readonly LoginVariable[] {
  const all = [...programs, ...Object.keys(OWN)].flatMap((program, at) => {
    const own = ownOf(program);
    const isNamed = (name: string): boolean =>
      at < programs.length || new RegExp(`\\$\\{?${name}(?!\\w)`).test(command);
    const told = Object.entries(own?.variables ?? {})
      .filter(([name]) => isNamed(name))
      .map(([name, forge]) => forgeVariable(name, forge));
    const isOfNpm = at < programs.length && own?.form === "npm";
    return isOfNpm ? [...told, ...npmVariables(npmrc)] : told;
  });
  return [...new Map(all.map((one) => [one.name, one])).values()];
}

function forgeVariable(name: string, forge: string): LoginVariable {
  const hosts = FORGE_HOSTS[forge] ?? [];
  return { name, places: hosts.flatMap((host) => placeOf(host)), headers: FORGE_HEADERS };
}

function ownOf(program: string): Own | undefined {
  return Object.hasOwn(OWN, program) ? OWN[program] : undefined;
}

function placeOf(host: string): readonly { readonly host: string; readonly api: Api }[] {
  const api = apiOf(host);
  return api === undefined ? [] : [{ host, api }];
}

/** Logins in a file of such a program, with what its view has in their place. `path` is absolute. */
export function fileLogins(path: string, text: string, view: string): readonly ProgramLogin[] {
  const own = Object.values(OWN).find(({ files }) => files.some((one) => path.endsWith(`/${one}`)));
  if (own === undefined) return [];
  switch (own.form) {
    case "forge":
      return forgeLogins(text, view);
    case "npm":
      return npmLogins(text, view);
    case "images":
      return imageLogins(text, view);
    default:
      return own.form satisfies never;
  }
}

type Pair = { readonly value: string; readonly shown: string };

function login(
  place: Pick<ProgramLogin, "host" | "api" | "base">,
  { kind, headers, value, shown }: Pair & { kind: KeyKind; headers: readonly string[] },
): readonly ProgramLogin[] {
  const isHidden =
    VALUE.test(value) && VALUE.test(shown) && value.length === shown.length && value !== shown;
  return isHidden ? [{ name: place.host, kind, headers, value, shown, ...place }] : [];
}

/** Tokens below the name of their host, at any depth: `oauth_token` of gh, `token` of glab. */
function forgeLogins(text: string, view: string): readonly ProgramLogin[] {
  const [lines, shown] = [linesOf(text), linesOf(view)];
  if (lines.length !== shown.length) return [];
  const found = new Map<string, ProgramLogin>();
  let above: readonly { readonly depth: number; readonly name: string }[] = [];
  for (const [at, line] of lines.entries()) {
    const [, indent = "", name = "", value = ""] = YAML_LINE.exec(line) ?? [];
    if (name === "") continue;
    above = [...above.filter(({ depth }) => depth < indent.length), { depth: indent.length, name }];
    if (!/^(?:oauth_token|token)$/.test(name) || value === "") continue;
    const host = above.find((one) => Object.hasOwn(FORGE_HOSTS, one.name))?.name ?? "";
    const other = YAML_LINE.exec(shown[at] ?? "")?.[3] ?? "";
    for (const one of FORGE_HOSTS[host] ?? [])
      for (const place of placeOf(one))
        for (const made of login(place, {
          kind: "key",
          headers: FORGE_HEADERS,
          value: unquoted(value),
          shown: unquoted(other),
        }))
          found.set(`${one} ${made.shown}`, made);
  }
  return [...found.values()];
}

const YAML_LINE = /^( {0,40})["']?([\w.-]{1,100})["']?:(?: +(\S{1,4200}))? *$/;

function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\n|\r/, LINES_MAX);
}

function unquoted(word: string): string {
  return /^"([^"\\]*)"$|^'([^']*)'$/.exec(word)?.slice(1).join("") ?? word;
}

const NPM_LINE =
  /^\s*\/\/([a-z0-9.-]+)((?:\/[\w.~-]+)*)\/?:(_authToken|_auth|username|_password)\s*=\s*(.*?)\s*$/i;
const NPM_VARIABLE = /^\$\{([A-Za-z_]\w{0,127})\}$/;

type NpmPlace = { readonly host: string; readonly base: string; readonly said: Map<string, Pair> };

/** What `.npmrc` says of each registry: the value of the file, and of the view. */
function npmPlaces(text: string, view: string): readonly NpmPlace[] {
  const [lines, shown] = [linesOf(text), linesOf(view)];
  const places = new Map<string, NpmPlace>();
  if (lines.length !== shown.length) return [];
  for (const [at, line] of lines.entries()) {
    const [, name = "", folder = "", key = "", value = ""] = NPM_LINE.exec(line) ?? [];
    const host = name.toLowerCase();
    if (key === "" || !HOST.test(host)) continue;
    const base = `${folder}/`;
    const place = places.get(host + base) ?? { host, base, said: new Map() };
    const other = NPM_LINE.exec(shown[at] ?? "")?.[4] ?? "";
    place.said.set(key.toLowerCase(), { value: unquoted(value), shown: unquoted(other) });
    places.set(host + base, place);
  }
  return [...places.values()];
}

function npmLogins(text: string, view: string): readonly ProgramLogin[] {
  return npmPlaces(text, view).flatMap(({ host, base, said }) => {
    const place = { host, api: "npm", base } as const;
    const headers = ["authorization"];
    const token = said.get("_authtoken");
    if (token !== undefined) return login(place, { kind: "key", headers, ...token });
    const basic = said.get("_auth");
    if (basic !== undefined) return login(place, { kind: "login", headers, ...plainly(basic) });
    const [user, password] = [said.get("username"), said.get("_password")];
    if (user === undefined || password === undefined) return [];
    const { value, shown } = plainly(password);
    const both = { value: `${user.value}:${value}`, shown: `${user.shown}:${shown}` };
    return login(place, { kind: "login", headers, ...both });
  });
}

/** Base64 of both, decoded. */
function plainly({ value, shown }: Pair): Pair {
  const plain = (text: string): string => Buffer.from(text, "base64").toString("latin1");
  return { value: plain(value), shown: plain(shown) };
}

/** Variables that stand for the login of a registry. */
function npmVariables(npmrc: string): readonly LoginVariable[] {
  return npmPlaces(npmrc, npmrc).flatMap(({ host, base, said }) => {
    const name = NPM_VARIABLE.exec(said.get("_authtoken")?.value ?? "")?.[1];
    const places = [{ host, api: "npm" as const, base }];
    return name === undefined ? [] : [{ name, places, headers: ["authorization"] }];
  });
}

/** `auths` of Docker's and Podman's files: base64 of user and password, by the name of a registry. */
function imageLogins(text: string, view: string): readonly ProgramLogin[] {
  const [all, shown] = [authsOf(text), authsOf(view)];
  return [...all].flatMap(([name, value]) => {
    const host = registryOf(name);
    const pair = plainly({ value, shown: shown.get(name) ?? "" });
    if (host === undefined || !pair.value.includes(":")) return [];
    return [host, ...(TOKEN_HOSTS[host] ?? [])].flatMap((one) =>
      login({ host: one, api: apiOf(one) ?? "registry" }, { kind: "login", headers: [], ...pair }),
    );
  });
}

function authsOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let read: unknown;
  try {
    read = JSON.parse(text) as unknown;
  } catch {
    return found;
  }
  const { auths } = Object(read) as { readonly auths?: unknown };
  for (const [name, entry] of Object.entries(Object(auths) as object)) {
    const { auth } = Object(entry) as { readonly auth?: unknown };
    if (typeof auth === "string" && found.size < LINES_MAX) found.set(name, auth);
  }
  return found;
}

/** The host that a name of a registry means; undefined for one with a port, or no name of a host. */
function registryOf(name: string): string | undefined {
  const host = name
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/\/.*$/, "");
  if (/^(?:index\.|registry-1\.)?docker\.io$/.test(host)) return "registry-1.docker.io";
  return HOST.test(host) ? host : undefined;
}

/** What stands for the value of a variable in a held call, as the shell makes it (`shown-variables.ts`); undefined for one that it may leave. */
export function shownVariable(value: string): string | undefined {
  if (!VALUE.test(value) || /^[/~]|:\/\//.test(value)) return undefined;
  const beginning = ISSUED_BEGINNINGS.find((one) => value.startsWith(one)) ?? "";
  const shown = value
    .slice(beginning.length)
    .replace(/\d/g, "0")
    .replace(/[a-z]/g, "x")
    .replace(/[A-Z]/g, "X")
    .replace(/[^-0xX_.:=,/+ ]/g, "x");
  return beginning + shown;
}
