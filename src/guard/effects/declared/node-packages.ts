// npm, pnpm, yarn and bun: installs that bring what manifests of the project name.
import { isPackageName } from "../locks/registry-names.ts";
import type { LookedAt } from "./looked-at.ts";
import { nodeProject } from "./node-manifests.ts";
import { type Grammar, NUMBER, PATH, readWords, type Told, valuesOf } from "./words.ts";

/** Which verbs bring what is named, how they are told, and which may be given names that are already named. */
type Manager = {
  readonly verbs: RegExp;
  /** Verbs that take names of packages, where the manifest has them already. */
  readonly named: RegExp;
  /** Verbs that bring nothing new whatever they are given: what is there is built again. */
  readonly rebuilds: RegExp;
  readonly grammar: Grammar;
  /** Options that name the directory to work in, and those that choose packages of the repository. */
  readonly directory: readonly string[];
  readonly chooses: readonly string[];
};

const LEVEL = /^(?:silent|error|warn|notice|http|info|verbose|silly)$/;
const PART = /^(?:dev|optional|peer|prod|production)$/;
/** Packages of the repository by their names or folders below. */
const CHOSEN = /^(?!.*\.\.)[\w@.^!{][\w@./*^!{}-]*$/;
const REPORTER = /^[a-z-]+$/;

const MANAGERS: Readonly<Record<string, Manager>> = {
  npm: {
    verbs:
      /^(?:install|i|in|ins|add|ci|clean-install|ic|install-clean|install-test|it|install-ci-test|cit|update|up|upgrade|dedupe|ddp|prune|rebuild|rb)$/,
    named: /^(?:install|i|in|ins|add|install-test|it|update|up|upgrade)$/,
    rebuilds: /^(?:rebuild|rb)$/,
    grammar: {
      flags:
        /^(?:--(?:silent|quiet|verbose|no-audit|no-fund|no-progress|no-color|no-update-notifier|prefer-offline|prefer-online|offline|legacy-peer-deps|strict-peer-deps|force|production|ignore-scripts|foreground-scripts|no-optional|no-save|save|save-dev|save-prod|save-optional|save-peer|save-exact|package-lock-only|package-lock|no-package-lock|no-bin-links|engine-strict|dry-run|json|parseable|long|workspaces|include-workspace-root|(?:audit|fund|progress|color|save|package-lock|update-notifier|optional)=(?:false|true))|-[DESOPBfdqs]|-d{2,3}|-(?:DE|ED|SE|ES)|-ws)$/,
      valued: {
        "--omit": PART,
        "--include": PART,
        "--only": PART,
        "--loglevel": LEVEL,
        "--workspace": CHOSEN,
        "-w": CHOSEN,
        "--prefix": PATH,
        "--maxsockets": NUMBER,
        "--fetch-retries": NUMBER,
        "--fetch-timeout": NUMBER,
        "--install-strategy": REPORTER,
      },
    },
    directory: ["--prefix"],
    chooses: ["--workspace", "-w"],
  },
  pnpm: {
    verbs: /^(?:install|i|add|update|up|upgrade|dedupe|fetch|prune|rebuild|rb|install-test|it)$/,
    named: /^(?:install|i|add|update|up|upgrade)$/,
    rebuilds: /^(?:rebuild|rb)$/,
    grammar: {
      flags:
        /^(?:--(?:silent|no-color|frozen-lockfile|no-frozen-lockfile|prefer-frozen-lockfile|lockfile-only|fix-lockfile|resolution-only|offline|prefer-offline|prod|production|dev|no-optional|ignore-scripts|force|recursive|workspace-root|no-lockfile|shamefully-hoist|strict-peer-dependencies|no-strict-peer-dependencies|side-effects-cache|aggregate-output|stream|ignore-pnpmfile|latest|save-dev|save-prod|save-optional|save-peer|save-exact|no-save|include-workspace-root|frozen-lockfile=(?:true|false))|-[rwPDLEOs])$/,
      valued: {
        "--reporter": REPORTER,
        "--loglevel": LEVEL,
        "--child-concurrency": NUMBER,
        "--network-concurrency": NUMBER,
        "--fetch-timeout": NUMBER,
        "--filter": CHOSEN,
        "--filter-prod": CHOSEN,
        "-F": CHOSEN,
        "--dir": PATH,
        "-C": PATH,
      },
    },
    directory: ["--dir", "-C"],
    chooses: ["--filter", "--filter-prod", "-F"],
  },
  yarn: {
    verbs: /^(?:|install|add|up|upgrade|dedupe)$/,
    named: /^(?:add|up|upgrade)$/,
    rebuilds: /^$(?!)/,
    grammar: {
      flags:
        /^(?:--(?:silent|verbose|frozen-lockfile|pure-lockfile|immutable|immutable-cache|no-immutable|check-cache|check-files|refresh-lockfile|ignore-engines|ignore-optional|ignore-scripts|ignore-platform|non-interactive|no-progress|force|prod|production|offline|prefer-offline|no-lockfile|no-bin-links|inline-builds|json|dev|exact|tilde|caret|peer|optional|latest|ignore-workspace-root-check|mode=(?:skip-build|update-lockfile)|production=(?:true|false))|-[sDETPOLWC])$/,
      valued: { "--network-timeout": NUMBER, "--network-concurrency": NUMBER, "--cwd": PATH },
    },
    directory: ["--cwd"],
    chooses: [],
  },
  bun: {
    verbs: /^(?:install|i|add|a|update)$/,
    named: /^(?:install|i|add|a|update)$/,
    rebuilds: /^$(?!)/,
    grammar: {
      flags:
        /^(?:--(?:frozen-lockfile|production|no-save|save|dev|optional|peer|exact|ignore-scripts|silent|verbose|no-progress|no-summary|force|dry-run|lockfile-only|save-text-lockfile|no-cache|no-verify|latest)|-[dDEfp])$/,
      valued: {
        "--backend": REPORTER,
        "--linker": REPORTER,
        "--concurrent-scripts": NUMBER,
        "--network-concurrency": NUMBER,
        "--omit": PART,
        "--filter": CHOSEN,
        "--cwd": PATH,
      },
    },
    directory: ["--cwd"],
    chooses: ["--filter"],
  },
};

const OF_YARN = /\/\.yarn\/(?:releases|plugins)\//i;

/** A name with a version or the name of one: no alias, no address, no path. */
const NAMED = /^((?:@[\w.~-]+\/)?[\w~-][\w.~-]*)(?:@([\w.^~<>=*|+-]*))?$/;

/** Whether all that such a call brings is named by manifests of the project; those are remembered. */
export function declaredByNode(
  name: string,
  words: readonly string[],
  directory: string,
  looked: LookedAt,
): boolean {
  const manager = Object.hasOwn(MANAGERS, name) ? MANAGERS[name] : undefined;
  const told = manager === undefined ? undefined : readWords(words, manager.grammar);
  if (manager === undefined || told === undefined) return false;
  const [verb = "", ...names] = told.operands;
  if (!manager.verbs.test(verb)) return false;
  const [folder = ".", ...others] = valuesOf(told, ...manager.directory);
  const place = looked.inProject(directory, folder);
  if (place === undefined || others.length > 0) return false;
  // What yarn itself is, where the repository keeps it.
  const isOfYarn = name === "yarn";
  if (isOfYarn && looked.mayHaveWritten(OF_YARN, looked.root, true)) return false;
  const found = nodeProject(place, looked);
  if (found === undefined) return false;
  if (manager.rebuilds.test(verb)) return names.every(isPackageName);
  return names.length === 0 || areNamed(names, found.names, manager, { verb, told });
}

/** WHY not for a chosen package of the repository: its manifest would take a name that another one has. */
function areNamed(
  names: readonly string[],
  known: ReadonlySet<string>,
  { named, chooses }: Manager,
  { verb, told }: { readonly verb: string; readonly told: Told },
): boolean {
  if (!named.test(verb) || valuesOf(told, ...chooses).length > 0) return false;
  return names.every((one) => known.has(NAMED.exec(one)?.[1] ?? ""));
}
