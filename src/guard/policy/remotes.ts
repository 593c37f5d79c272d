// Where commits and packages go to or come from: remotes and registries of effects, held against what a rule names.
import { compileGlob } from "#base/glob.ts";
import { cleanPath } from "#base/path.ts";
import type { Effect } from "../vocabulary/effect.ts";
import type { Condition } from "./policy.ts";

/**
 * A repository or registry. `host` is lower case with a port that is not the usual one, undefined on this machine; `path`
 * has no slash in front (on this machine it is absolute) and no `.git`, and is undefined where only the host is certain.
 * `isProven`: reached in a way that proves who answers.
 */
export type RemotePlace = {
  readonly host: string | undefined;
  readonly path: string | undefined;
  readonly isProven: boolean;
};

/** The marks of effects for a remote that could not be told. */
const UNTOLD = "unknown";
/** How changing the remotes of a repository persists. */
const REMOTE_CHANGED = "git-remote";
const USUAL_PORTS: Readonly<Record<string, string>> = {
  https: "443",
  http: "80",
  ssh: "22",
  git: "9418",
  "git+ssh": "22",
};
/** Ways that prove who answers. */
const PROVEN = new Set(["https", "ssh", "git+ssh"]);
const HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;
/** Parts of a path that no server can take for something else. */
const PLAIN_PART = /^(?!\.{1,2}$)[\w.~+@-]+$/;

/** Whether the effect goes where the condition says: with `some` if it possibly does, with `every` if it certainly does. */
export function placesMatch(
  when: Condition,
  effect: Effect,
  quantifier: "some" | "every",
): boolean {
  return (
    isAmong([when.remotes, when.exceptRemotes], () => [remoteOf(effect)], quantifier) &&
    isAmong([when.registries, when.exceptRegistries], () => registriesOf(effect), quantifier)
  );
}

/**
 * The effects of a call, their remotes left open where the call itself may change what a remote's name means (facts tell
 * what it meant before), and where one push reaches several hosts, of which it names one.
 */
export function withCertainRemotes(effects: readonly Effect[]): readonly Effect[] {
  const isChanged = effects.some(
    (effect) =>
      (effect.kind === "persist" && effect.means === REMOTE_CHANGED) ||
      (effect.kind === "unknown" && effect.reason === "dynamic-code"),
  );
  const hosts = new Map<string, Set<string | undefined>>();
  for (const effect of effects) {
    if (effect.kind !== "egress" || effect.carries.every(({ kind }) => kind !== "repository"))
      continue;
    const known = hosts.get(commandOf(effect)) ?? new Set();
    hosts.set(commandOf(effect), known.add(effect.destination.host));
  }
  const isSeveral = (effect: Effect): boolean => (hosts.get(commandOf(effect))?.size ?? 0) > 1;
  if (!isChanged && (hosts.size === 0 || !effects.some(isSeveral))) return effects;
  return effects.map((effect) => {
    if (!isChanged && !isSeveral(effect)) return effect;
    if (effect.kind === "publish" && effect.channel === "git")
      return { ...effect, destination: undefined };
    if (effect.kind !== "history" || effect.remote === undefined) return effect;
    return { ...effect, remote: UNTOLD };
  });
}

/** Which of the call's commands an effect comes from. */
function commandOf({ via, at }: Effect): string {
  return JSON.stringify([via, at?.start, at?.end]);
}

/** A place of an effect, `untold` where it has one that nobody knows, undefined where it has none. */
type Found = RemotePlace | "untold" | undefined;
type Patterns = readonly string[] | undefined;

function isAmong(
  [named, except]: readonly [Patterns, Patterns],
  placesOf: () => readonly Found[],
  quantifier: "some" | "every",
): boolean {
  if (named === undefined && except === undefined) return true;
  const places = placesOf();
  return (
    places.length > 0 &&
    places[quantifier]((place) => isPlaceAmong([named, except], place, quantifier))
  );
}

function isPlaceAmong(
  [named, except]: readonly [Patterns, Patterns],
  place: Found,
  quantifier: "some" | "every",
): boolean {
  if (place === undefined) return false;
  if (place === "untold") return quantifier === "some";
  const other = quantifier === "some" ? "every" : "some";
  const matches = (patterns: readonly string[], how: "some" | "every"): boolean =>
    patterns.some((pattern) => placeMatches(pattern, place, how));
  return (
    (named === undefined || matches(named, quantifier)) &&
    !(except !== undefined && matches(except, other))
  );
}

/** Whether a remote's address may be one that a rule names. */
export function mayBeRemote(url: string, patterns: readonly string[]): boolean {
  const place = parseRemote(url);
  return place === undefined || patterns.some((one) => placeMatches(one, place, "some"));
}

/** Where commits go; what happens in this repository alone has no remote. */
function remoteOf(effect: Effect): Found {
  if (effect.kind === "publish" && effect.channel === "git")
    return effect.destination === undefined ? "untold" : told(effect.destination);
  if (effect.kind !== "history" || effect.remote === undefined) return undefined;
  return effect.remote === UNTOLD ? "untold" : told(effect.remote);
}

/** Where a package, image or release goes or comes from. Which registry a manager asks stands mostly in settings that no effect tells. */
function registriesOf(effect: Effect): readonly Found[] {
  if (effect.kind === "install") {
    if (effect.locked !== undefined) return effect.locked.registries.map(told);
    return [effect.registry === undefined ? "untold" : told(effect.registry)];
  }
  if (effect.kind !== "publish" || effect.channel === "git") return [undefined];
  return [effect.destination === undefined ? "untold" : told(effect.destination)];
}

function told(url: string): RemotePlace | "untold" {
  return parseRemote(url) ?? "untold";
}

/** Reads `https://host/path`, `git@host:path`, a path of this machine, or a host alone; undefined for anything else. */
export function parseRemote(url: string): RemotePlace | undefined {
  const local = /^file:\/\/(\/[^%]*)$/s.exec(url)?.[1] ?? url;
  if (local.startsWith("/")) {
    const path = withoutGit(local);
    return cleanPath(path) === path ? { host: undefined, path, isProven: true } : undefined;
  }
  // Programs differ in what they take these for.
  if (/[\\\s]/.test(url) || url.startsWith("file:")) return undefined;
  const full = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/@]*@)?([^/:@]+)(?::(\d{1,5}))?(\/.*)?$/is.exec(url);
  if (full !== null) {
    const [, scheme = "", host = "", port, path = ""] = full;
    const isUsual = port === undefined || USUAL_PORTS[scheme.toLowerCase()] === port;
    return placeAt(isUsual ? host : `${host}:${port}`, path, PROVEN.has(scheme.toLowerCase()));
  }
  // WHY no second colon first: `ext::program` and its like are no hosts.
  const short = /^(?:[^/:@]*@)?([^/:@]+):(?!:)(.*)$/s.exec(url);
  if (short !== null) return placeAt(short[1] ?? "", short[2] ?? "", true);
  return url.includes("/") || !url.includes(".") ? undefined : placeAt(url, "", true);
}

function placeAt(given: string, path: string, isProven: boolean): RemotePlace | undefined {
  const host = given.toLowerCase();
  if (!HOST.test(host.replace(/:\d+$/, ""))) return undefined;
  const rest = withoutGit(path.replace(/^\/+/, ""));
  return { host, path: isPlain(rest) ? rest : undefined, isProven };
}

function withoutGit(path: string): string {
  return path.replace(/\/+$/, "").replace(/\.git$/, "");
}

function isPlain(path: string): boolean {
  return path.split("/").every((part) => PLAIN_PART.test(part));
}

/** Whether a place is one that a rule names: a path of this machine, a host, or a host and a path, each of them a glob. */
function placeMatches(pattern: string, place: RemotePlace, quantifier: "some" | "every"): boolean {
  const isWide = quantifier === "some";
  if (!isWide && !place.isProven) return false;
  const test = (glob: string, text: string): boolean =>
    compileGlob(withoutGit(glob), { ignoreCase: isWide })(text);
  if (pattern.startsWith("/") || place.host === undefined)
    return (
      pattern.startsWith("/") &&
      place.host === undefined &&
      place.path !== undefined &&
      test(pattern, place.path)
    );
  const slash = pattern.indexOf("/");
  const wanted = (slash < 0 ? pattern : pattern.slice(0, slash)).toLowerCase();
  const hosts = isWide ? [place.host, place.host.replace(/:\d+$/, "")] : [place.host];
  if (!hosts.some((host) => test(wanted, host))) return false;
  if (slash < 0) return true;
  return place.path === undefined ? isWide : test(pattern.slice(slash + 1), place.path);
}
