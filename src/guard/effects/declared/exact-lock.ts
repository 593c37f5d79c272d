// Declared installs of which a lock file names each file that may come: a reader outside can hold them to exactly those.
import { isObject, type JsonRecord, readJson } from "#base/json.ts";
import { LOCK_WORKSPACES_MAX } from "#base/limits.ts";
import { joinPath } from "#base/path.ts";
import type { LockFacts, LockFormat } from "../../facts/facts.ts";
import type { ExactLock } from "../../vocabulary/effect.ts";
import { agrees } from "../locks/npm-agreement.ts";
import { askedNpmRegistries, isPublicNpm } from "../locks/npm-registries.ts";
import { settingsOf } from "../locks/npm-settings.ts";
import type { ModelContext } from "../model/command-model.ts";

/** How a manager is told to bring what its lock file names. */
type Manager = {
  readonly format: LockFormat;
  readonly lock: string;
  /** The verb, alone among the words that are no options; and one where the lock has to agree with the manifests besides. */
  readonly verb: RegExp;
  readonly agreeing?: RegExp;
  readonly needs?: RegExp;
  /** Options with which it looks for more, or works elsewhere. */
  readonly never: RegExp;
  /** It asks registries of npm, which settings may name. */
  readonly isNpm: boolean;
};

const ELSEWHERE = /^(?:--prefix|--workspace|-w|-ws|--workspaces|-C|--dir|--filter|-F|--cwd)(?:=|$)/;

const MANAGERS: Readonly<Record<string, Manager>> = {
  npm: {
    format: "npm",
    lock: "package-lock.json",
    isNpm: true,
    verb: /^(?:ci|clean-install|ic|install-clean)$/,
    agreeing: /^(?:install|i|in|ins|add)$/,
    never: /package-lock|^--force$|^-f$/,
  },
  pnpm: {
    format: "pnpm",
    lock: "pnpm-lock.yaml",
    isNpm: true,
    verb: /^(?:install|i)$/,
    needs: /^--frozen-lockfile(?:=true)?$/,
    never: /lockfile-only|no-lockfile|fix-lockfile|^--frozen-lockfile=false$|resolution-only/,
  },
  yarn: {
    format: "yarn",
    lock: "yarn.lock",
    isNpm: true,
    verb: /^(?:install)?$/,
    needs: /^--frozen-lockfile$/,
    never: /no-lockfile|refresh-lockfile|no-immutable|mode=/,
  },
  cargo: {
    format: "cargo",
    lock: "Cargo.lock",
    isNpm: false,
    verb: /^(?:fetch|vendor)$/,
    never: /^--manifest-path/,
  },
  go: {
    format: "go",
    lock: "go.sum",
    isNpm: false,
    verb: /^mod (?:download|vendor)$/,
    never: /^-u/,
  },
  uv: {
    format: "uv",
    lock: "uv.lock",
    isNpm: false,
    verb: /^sync$/,
    never:
      /^(?:--upgrade|--upgrade-package|-[a-z]*U|-P|--directory|--project|--resolution|--prerelease|--refresh|-p|--python)/,
  },
};

/** Variables that a client may be started with, by which a manager asks another place than its files say. */
const ASKS_ELSEWHERE =
  /registr|_index|find_links|_source_|^go(?:proxy|sumdb|private|noproxy|nosumdb|flags|insecure|vcs)$/i;
/** Settings with which npm heeds a lock file otherwise, or not. */
const UNHEEDED = /^(?:package-lock|lockfile-version|min-release-age)$/;

/** The lock file; undefined where the call may ask for more than it names. The install is declared, so its files are as they were. */
export function exactLockOf(
  name: string,
  words: readonly string[],
  context: ModelContext,
): ExactLock | undefined {
  const manager = Object.hasOwn(MANAGERS, name) ? MANAGERS[name] : undefined;
  const { directory } = context;
  if (manager === undefined || directory === undefined) return undefined;
  const options = words.filter((word) => word.startsWith("-"));
  const verb = words.filter((word) => !word.startsWith("-")).join(" ");
  const isAgreeing = manager.agreeing?.test(verb) === true;
  if (!manager.verb.test(verb) && !isAgreeing) return undefined;
  if (options.some((one) => ELSEWHERE.test(one) || manager.never.test(one))) return undefined;
  const { needs } = manager;
  if (needs !== undefined && !options.some((one) => needs.test(one))) return undefined;
  for (const one of context.variableNames("start")) if (ASKS_ELSEWHERE.test(one)) return undefined;
  const path = joinPath(directory, manager.lock);
  const lock = context.lockAt(path, manager.format);
  const areAskable = !manager.isNpm || isNpmAskable(lock, directory, context);
  const isWhole = !isAgreeing || isAgreed(lock, directory, context);
  const { digest } = lock ?? {};
  return digest !== undefined && areAskable && isWhole
    ? { path, format: manager.format, digest }
    : undefined;
}

/** Whether the registries that are asked are public ones or the person's own. */
function isNpmAskable(
  lock: LockFacts | undefined,
  directory: string,
  context: ModelContext,
): boolean {
  const [ofProject, ofPerson] = [directory, context.home].map((folder) => {
    const seen = context.untouched(joinPath(folder, ".npmrc"));
    const text = seen === "missing" ? "" : seen?.text;
    return text === undefined || settingsOf(text, UNHEEDED) === undefined ? undefined : text;
  });
  // WHY not beside these: they may name another registry, and nothing here reads them.
  const others = [".yarnrc", ".yarnrc.yml", ".config/pnpm/rc"].map((name) =>
    context.untouched(joinPath(context.home, name)),
  );
  const own = [".yarnrc", ".yarnrc.yml", "npm-shrinkwrap.json"].map((name) =>
    context.untouched(joinPath(directory, name)),
  );
  if (ofProject === undefined || ofPerson === undefined) return false;
  if (![...others, ...own].every((one) => one === "missing")) return false;
  const registries = askedNpmRegistries(ofPerson, ofProject);
  return (
    registries !== undefined &&
    lock !== undefined &&
    lock.registries.every((address) => {
      const host = address.replace(/^https:\/\//, "");
      return isPublicNpm(host) || registries.some((one) => one.host === host);
    })
  );
}

/** Whether npm takes the lock file as it is, and so asks for nothing else. */
function isAgreed(lock: LockFacts | undefined, directory: string, context: ModelContext): boolean {
  const root = manifestAt(directory, context);
  if (lock === undefined || lock.workspaces.length > LOCK_WORKSPACES_MAX) return false;
  const others = lock.workspaces.map((folder) => manifestAt(joinPath(directory, folder), context));
  return agrees(lock, [root, ...others], context);
}

function manifestAt(folder: string, context: ModelContext): JsonRecord | undefined {
  const seen = context.untouched(joinPath(folder, "package.json"));
  const manifest = seen === undefined || seen === "missing" ? undefined : readJson(seen.text);
  return isObject(manifest) ? manifest : undefined;
}
