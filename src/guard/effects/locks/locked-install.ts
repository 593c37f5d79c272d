// Installs of packages of JavaScript that bring what an untouched lock file names and run nothing: then nobody need be asked.
import { DIRECTORIES_ABOVE_MAX, LOCK_WORKSPACES_MAX } from "#base/limits.ts";
import { joinPath, parentPath } from "#base/path.ts";
import type { LockFacts, LockFormat } from "../../facts.ts";
import { literal, textOf } from "../../shell/text.ts";
import {
  type Consequence,
  deletes,
  type Invocation,
  type ModelContext,
  writes,
} from "../command-model.ts";
import type { LockedInstall } from "../effect.ts";
import { isRecord, type JsonRecord, readJson } from "../languages/json.ts";
import { effect } from "../verbs.ts";
import { askedRegistries, isSettingVariable, registriesOfSettings } from "./npm-settings.ts";
import { namesRegistryOnly } from "./registry-names.ts";

/** How one manager is told to bring what its lock file names, and nothing else. */
type Manager = {
  readonly format: LockFormat;
  readonly lock: string;
  /** The verb, alone among the words that are no options. */
  readonly verb: RegExp;
  /** Options that must be there. */
  readonly needs: readonly string[];
  /** Files of the project beside the lock file that would be taken instead of it, or run. */
  readonly absent: readonly string[];
  /** The same in directories above. */
  readonly absentAbove: readonly string[];
  /** Whether nothing runs either where no option says so, if neither the project nor a package has scripts of its own. */
  readonly runsOnlyScripts?: true;
};

const MANAGERS: Readonly<Record<string, Manager>> = {
  npm: {
    format: "npm",
    lock: "package-lock.json",
    verb: /^(?:ci|clean-install|ic|install-clean)$/,
    needs: [],
    absent: ["npm-shrinkwrap.json"],
    absentAbove: [],
    runsOnlyScripts: true,
  },
};

/** With it no script of a package or of the project runs. */
const WITHOUT_SCRIPTS = "--ignore-scripts";
/** Options that change what is told, kept or asked beside, or which part of what is locked comes. */
const PLAIN =
  /^(?:--(?:silent|quiet|verbose|no-audit|no-fund|no-progress|no-color|no-update-notifier|prefer-offline|offline|legacy-peer-deps|production|audit=false|fund=false|progress=false|(?:omit|include|only)=[a-z]+|loglevel=[a-z]+)|-[sqd])$/;
/** Options of this kind whose value is the next word. */
const PLAIN_VALUED = /^--(?:omit|include|loglevel)$/;
/** Scripts of a project that run when it is installed. */
const LIFE_CYCLE = [
  ...["preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare"],
  "postprepare",
];

/** What an install does that brings what is locked and runs nothing; undefined where it may do more. */
export function lockedInstall(
  { name, args }: Pick<Invocation, "name" | "args">,
  context: ModelContext,
): readonly Consequence[] | undefined {
  const manager = Object.hasOwn(MANAGERS, name) ? MANAGERS[name] : undefined;
  const words = args.map((word) => textOf(word));
  const { directory } = context;
  if (manager === undefined || directory === undefined || !words.every((one) => one !== undefined))
    return undefined;
  const options = optionsOf(words, manager);
  if (options === undefined || !isPlainEnvironment(context)) return undefined;
  const withoutScripts = options.includes(WITHOUT_SCRIPTS);
  if (!withoutScripts && manager.runsOnlyScripts !== true) return undefined;
  const found = whatIsLocked(manager, { directory, withoutScripts }, context);
  if (found === undefined) return undefined;
  const { locked, workspaces } = found;
  const trees = ["", ...workspaces.map((folder) => `${folder}/`)].map((folder) =>
    literal(`${folder}node_modules`),
  );
  return [
    effect<"install">({
      kind: "install",
      manager: name,
      packages: [],
      runsScripts: false,
      locked,
    }),
    // What was there goes first.
    ...trees.map((path) => deletes(path, "tree")),
    ...trees.map((path) => writes(path, "create", { reach: "tree" })),
  ];
}

/** The options beside the verb, where all of them are known and those that are needed are there. */
function optionsOf(words: readonly string[], manager: Manager): readonly string[] | undefined {
  const options: string[] = [];
  const rest: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (!word.startsWith("-")) rest.push(word);
    else if (PLAIN_VALUED.test(word) && /^[a-z]+$/.test(words[at + 1] ?? "")) at += 1;
    else if (word === WITHOUT_SCRIPTS || manager.needs.includes(word)) options.push(word);
    else if (!PLAIN.test(word)) return undefined;
  }
  const isVerb = rest.length === 1 && manager.verb.test(rest[0] ?? "");
  return isVerb && manager.needs.every((one) => options.includes(one)) ? options : undefined;
}

/** Whether no variable names other settings, another registry or another home. */
function isPlainEnvironment(context: ModelContext): boolean {
  for (const name of context.variableNames()) if (isSettingVariable(name)) return false;
  const homes = context.variable("HOME") ?? [];
  return homes.every((text) => textOf(text) === context.home);
}

type Asked = { readonly directory: string; readonly withoutScripts: boolean };

/** What the files of a project say, where all of them are as they were before the session and none leaves a doubt. */
function whatIsLocked(
  manager: Manager,
  { directory, withoutScripts }: Asked,
  context: ModelContext,
): { readonly locked: LockedInstall; readonly workspaces: readonly string[] } | undefined {
  const above = directoriesAbove(directory);
  if (above === undefined) return undefined;
  const inProject = (file: string): string => joinPath(directory, file);
  const absent = [
    ...manager.absent.map(inProject),
    ...above.flatMap((one) => manager.absentAbove.map((file) => joinPath(one, file))),
    ...(withoutScripts ? [] : [inProject("binding.gyp")]),
  ];
  const settings = [inProject(".npmrc"), joinPath(context.home, ".npmrc")];
  const manifest = inProject("package.json");
  const lockFile = inProject(manager.lock);
  // WHY all before any is looked at: what is not known yet is asked for at once, and there are few rounds of asking.
  const isAlone = absent.map((path) => context.untouched(path) === "missing");
  const registries = settings.map((path) => registriesAt(path, context));
  const outer = above.map((one) => context.untouched(joinPath(one, "package.json")));
  const root = context.untouched(manifest);
  const lock = context.lockAt(lockFile, manager.format);
  if (!isAlone.every(Boolean) || lock === undefined) return undefined;
  if (!outer.every((one) => one === "missing" || hasNoWorkspaces(one))) return undefined;
  const own = ownPackages(lock, directory);
  if (own === undefined || (!withoutScripts && lock.runsCode)) return undefined;
  const manifests = [root, ...own.map((path) => context.untouched(path))];
  if (!manifests.every((one) => isPlainManifest(one, withoutScripts))) return undefined;
  const asked: string[] = [];
  for (const named of registries) {
    if (named === undefined) return undefined;
    asked.push(...named);
  }
  return {
    workspaces: lock.workspaces,
    locked: {
      files: [lockFile, manifest, ...own, ...settings, ...absent],
      registries: askedRegistries(asked, lock.registries),
    },
  };
}

type Seen = ReturnType<ModelContext["untouched"]>;

function registriesAt(path: string, context: ModelContext): readonly string[] | undefined {
  const found = context.untouched(path);
  if (found === "missing") return [];
  return found === undefined ? undefined : registriesOfSettings(found.text);
}

/** The directories around one, the nearest first; undefined where there are too many. */
function directoriesAbove(directory: string): readonly string[] | undefined {
  const found: string[] = [];
  for (let at = directory; at !== "/"; ) {
    at = parentPath(at);
    found.push(at);
    if (found.length > DIRECTORIES_ABOVE_MAX) return undefined;
  }
  return found;
}

/** Manifests of the packages of the repository that a lock file names. */
function ownPackages({ workspaces }: LockFacts, directory: string): readonly string[] | undefined {
  if (workspaces.length > LOCK_WORKSPACES_MAX) return undefined;
  return workspaces.map((folder) => joinPath(directory, `${folder}/package.json`));
}

function manifestOf(seen: Seen): JsonRecord | undefined {
  const manifest = seen === undefined || seen === "missing" ? undefined : readJson(seen.text);
  return isRecord(manifest) ? manifest : undefined;
}

/** Whether a manifest above certainly does not make the package part of its own. */
function hasNoWorkspaces(seen: Seen): boolean {
  const manifest = manifestOf(seen);
  return manifest !== undefined && manifest["workspaces"] === undefined;
}

/** Whether a manifest names packages of registries alone, and has no script that would run. */
function isPlainManifest(seen: Seen, withoutScripts: boolean): boolean {
  const manifest = manifestOf(seen);
  if (manifest === undefined || !namesRegistryOnly(manifest)) return false;
  if (withoutScripts) return true;
  const { scripts = {}, gypfile } = manifest;
  return (
    isRecord(scripts) &&
    gypfile === undefined &&
    LIFE_CYCLE.every((script) => scripts[script] === undefined)
  );
}
