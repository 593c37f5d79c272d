// Installs of packages of JavaScript that bring what an untouched lock file names and run nothing: then nobody need be asked (decision 0007).
import { isObject, type JsonRecord, readJson } from "#base/json.ts";
import { DIRECTORIES_ABOVE_MAX, LOCK_WORKSPACES_MAX } from "#base/limits.ts";
import { joinPath, parentPath } from "#base/path.ts";
import type { LockFacts, LockFormat } from "../../facts/facts.ts";
import { literal, textOf } from "../../shell/values/text.ts";
import type { Consequence, Invocation, ModelContext } from "../model/command-model.ts";
import { deletes, reads, writes } from "../model/consequences.ts";
import type { LockedInstall } from "../../vocabulary/effect.ts";
import { effect } from "../model/verbs.ts";
import {
  askedRegistries,
  type InstallSettings,
  isConnecting,
  mayMatter,
  isSettingVariable,
  settingsOf,
  settingsOfYarnrc,
} from "./npm-settings.ts";
import { agrees } from "./npm-agreement.ts";
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
  /** Files of settings: in the project, or in it and all directories above, or in the home. */
  readonly settings: readonly string[];
  readonly settingsAbove: readonly string[];
  readonly homeSettings: readonly string[];
  /** The options that change what is told, kept or asked beside, or which part of what is locked comes. */
  readonly plain: RegExp;
  /** Whether a manifest says nothing to this manager that brings or runs more. */
  readonly accepts: (manifest: JsonRecord) => boolean;
  /** Whether no script runs either where settings say so: those of the project, and if they say nothing of it, of the person. */
  readonly heedsSettings?: true;
  /** How else it brings nothing but what is locked, where the lock file holds all and agrees with the manifests. */
  readonly agreeing?: {
    readonly verb: RegExp;
    /** Options that matter no more than the plain ones. */
    readonly plain: RegExp;
    /** Settings with which the lock file is not heeded, or written otherwise. */
    readonly settings: RegExp;
    /** Lock files that are written again; the second one only where there is one. */
    readonly writes: readonly [string, string];
  };
};

const MANAGERS: Readonly<Record<string, Manager>> = {
  npm: {
    format: "npm",
    lock: "package-lock.json",
    verb: /^(?:ci|clean-install|ic|install-clean)$/,
    needs: [],
    absent: ["npm-shrinkwrap.json"],
    absentAbove: [],
    settings: [".npmrc"],
    settingsAbove: [],
    homeSettings: [".npmrc"],
    plain:
      /^(?:--(?:silent|quiet|verbose|no-audit|no-fund|no-progress|no-color|no-update-notifier|prefer-offline|offline|legacy-peer-deps|production|audit=false|fund=false|progress=false|(?:omit|include|only)=[a-z]+|loglevel=[a-z]+)|-[sqd])$/,
    accepts: () => true,
    heedsSettings: true,
    // Measured with npm 11: then it fetches nothing but these packages, and asks for nothing about them.
    agreeing: {
      verb: /^(?:install|in|i|add)$/,
      plain: /^--(?:no-save|save|foreground-scripts)$/,
      settings: /^(?:package-lock|lockfile-version|min-release-age)$/,
      writes: ["package-lock.json", "yarn.lock"],
    },
  },
  pnpm: {
    format: "pnpm",
    lock: "pnpm-lock.yaml",
    verb: /^(?:install|i)$/,
    needs: ["--frozen-lockfile"],
    // Measured: a file of hooks runs whatever is said of scripts.
    absent: [".pnpmfile.cjs", ".pnpmfile.mjs"],
    absentAbove: ["pnpm-workspace.yaml"],
    settings: [".npmrc"],
    settingsAbove: [],
    homeSettings: [".npmrc", ".config/pnpm/rc", "Library/Preferences/pnpm/rc"],
    plain:
      /^(?:--(?:silent|prefer-offline|offline|prod|production|dev|no-optional|reporter=[a-z-]+|loglevel=[a-z]+)|-[PD])$/,
    accepts: isPlainForPnpm,
  },
  yarn: {
    format: "yarn",
    lock: "yarn.lock",
    verb: /^install$/,
    needs: ["--frozen-lockfile"],
    absent: [".pnp.cjs", ".pnp.js"],
    // Measured: yarn 1 too becomes the program that this file names.
    absentAbove: [".yarnrc.yml"],
    settings: [],
    settingsAbove: [".npmrc", ".yarnrc"],
    homeSettings: [".npmrc", ".yarnrc"],
    plain:
      /^(?:--(?:silent|prefer-offline|offline|prod|production|non-interactive|no-progress|network-timeout=\d+)|-s)$/,
    accepts: isPlainForYarn,
  },
};

/**
 * With it no script of a package or of the project runs. WHY never without: whether a package has one cannot be told before it
 * is there. Measured with npm 11: it builds what brings a `binding.gyp`, which holds commands, whatever the lock file says.
 */
const WITHOUT_SCRIPTS = "--ignore-scripts";
/** Options of this kind whose value is the next word. */
const PLAIN_VALUED = /^--(?:omit|include|loglevel)$/;

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
  const withoutScripts = options.given.includes(WITHOUT_SCRIPTS);
  if (!withoutScripts && manager.heedsSettings !== true) return undefined;
  const { agreeing } = options;
  const found = whatIsLocked(manager, { directory, withoutScripts, agreeing }, context);
  if (found === undefined) return undefined;
  const { locked, workspaces } = found;
  const folders = ["", ...workspaces.map((folder) => `${folder}/`)];
  const trees = folders.map((folder) => literal(`${folder}node_modules`));
  const looked = [manager.lock, ...folders.map((folder) => `${folder}package.json`)];
  return [
    effect<"install">({
      kind: "install",
      manager: name,
      packages: [],
      runsScripts: false,
      locked,
    }),
    ...looked.map((path) => reads(literal(path))),
    // What was there goes first.
    ...trees.map((path) => deletes(path, "tree")),
    ...trees.map((path) => writes(path, "create", { reach: "tree" })),
    ...writtenAgain(agreeing, context),
  ];
}

/** Lock files that say afterwards what they said before, in the manager's own form. */
function writtenAgain(
  agreeing: Manager["agreeing"],
  context: ModelContext,
): readonly Consequence[] {
  if (agreeing === undefined) return [];
  const [lock, other] = agreeing.writes.map((name) => literal(name));
  return [lock, other].flatMap((path, at) =>
    path !== undefined && (at === 0 || context.isFile(path))
      ? [writes(path, "change", { keepsContent: true })]
      : [],
  );
}

type Options = {
  readonly given: readonly string[];
  /** Where the verb counts only if the lock file agrees with the manifests. */
  readonly agreeing: Manager["agreeing"];
};

/** The options beside the verb, where all of them are known and those that are needed are there. */
function optionsOf(words: readonly string[], manager: Manager): Options | undefined {
  const given: string[] = [];
  const rest: string[] = [];
  const further: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (!word.startsWith("-")) rest.push(word);
    else if (PLAIN_VALUED.test(word) && /^[a-z]+$/.test(words[at + 1] ?? "")) at += 1;
    else if (word === WITHOUT_SCRIPTS || manager.needs.includes(word)) given.push(word);
    else if (!manager.plain.test(word)) further.push(word);
  }
  const verb = rest.join(" ");
  if (manager.verb.test(verb) && manager.needs.every((one) => given.includes(one)))
    return further.length === 0 ? { given, agreeing: undefined } : undefined;
  const { agreeing } = manager;
  const isAgreeing =
    agreeing?.verb.test(verb) === true && further.every((one) => agreeing.plain.test(one));
  return isAgreeing ? { given, agreeing } : undefined;
}

/** Whether no variable names other settings, another registry or another home. */
function isPlainEnvironment(context: ModelContext): boolean {
  for (const name of context.variableNames("program")) if (mayMatter(name)) return false;
  for (const name of context.variableNames("shell"))
    if (isSettingVariable(name) || isConnecting(name)) return false;
  for (const name of context.variableNames("start")) if (isSettingVariable(name)) return false;
  const is = (variable: string, value: string): boolean =>
    (context.variable(variable) ?? []).every((text) => textOf(text) === value);
  return is("HOME", context.home) && is("XDG_CONFIG_HOME", `${context.home}/.config`);
}

type Asked = {
  readonly directory: string;
  /** Whether an option says so. */
  readonly withoutScripts: boolean;
  readonly agreeing: Manager["agreeing"];
};

/** What the files of a project say, where all of them are as they were before the session and none leaves a doubt. */
function whatIsLocked(
  manager: Manager,
  { directory, withoutScripts, agreeing }: Asked,
  context: ModelContext,
): { readonly locked: LockedInstall; readonly workspaces: readonly string[] } | undefined {
  const above = directoriesAbove(directory);
  if (above === undefined) return undefined;
  const inProject = (file: string): string => joinPath(directory, file);
  const absent = [
    ...manager.absent.map(inProject),
    ...[directory, ...above].flatMap((one) =>
      manager.absentAbove.map((file) => joinPath(one, file)),
    ),
  ];
  // WHY in this order: what a manager reads first wins.
  const places = new Set([
    ...manager.settings.map(inProject),
    ...[directory, ...above].flatMap((one) =>
      manager.settingsAbove.map((file) => joinPath(one, file)),
    ),
    ...manager.homeSettings.map((file) => joinPath(context.home, file)),
  ]);
  const manifest = inProject("package.json");
  const lockFile = inProject(manager.lock);
  // WHY all before any is looked at: what is not known yet is asked for at once, and there are few rounds of asking.
  const isAlone = absent.map((path) => context.untouched(path) === "missing");
  const settings = [...places].map((path) => settingsAt(path, agreeing?.settings, context));
  const outer = above.map((one) => context.untouched(joinPath(one, "package.json")));
  const root = context.untouched(manifest);
  const lock = context.lockAt(lockFile, manager.format);
  if (!isAlone.every(Boolean) || lock === undefined) return undefined;
  if (!outer.every((one) => one === "missing" || hasNoWorkspaces(one))) return undefined;
  // WHY: a manifest that is new there is part of the project, and what it names would be fetched before npm sees that it is not locked.
  const mayBeMore = manifestOf(root)?.["workspaces"] !== undefined;
  if (mayBeMore && context.mayHaveWritten("package.json", directory)) return undefined;
  const own = ownPackages(lock, directory);
  if (own === undefined) return undefined;
  const manifests = [root, ...own.map((path) => context.untouched(path))];
  if (!manifests.every((one) => isPlainManifest(one, manager))) return undefined;
  if (agreeing !== undefined && !agrees(lock, manifests.map(manifestOf), context)) return undefined;
  const known = settings.filter((one) => one !== undefined);
  if (known.length !== settings.length) return undefined;
  const deciding = known.find((one) => one.ignoresScripts !== undefined);
  if (!withoutScripts && deciding?.ignoresScripts !== true) return undefined;
  const presumed = [
    ...(agreeing === undefined ? [] : [lockFile, manifest, ...own]),
    ...(withoutScripts || deciding === undefined ? [] : [deciding.path]),
  ];
  return {
    workspaces: lock.workspaces,
    locked: {
      files: [
        ...[lockFile, manifest, ...own, ...places, ...absent],
        ...(agreeing?.writes ?? []).map(inProject).filter((path) => path !== lockFile),
      ],
      ...(presumed.length === 0 ? {} : { presumed }),
      registries: askedRegistries(
        known.flatMap((one) => one.registries),
        lock.registries,
      ),
    },
  };
}

type Seen = ReturnType<ModelContext["untouched"]>;

function settingsAt(
  path: string,
  forbidden: RegExp | undefined,
  context: ModelContext,
): (InstallSettings & { readonly path: string }) | undefined {
  const found = context.untouched(path);
  const text = found === "missing" ? "" : found?.text;
  if (text === undefined) return undefined;
  const said = path.endsWith("/.yarnrc") ? settingsOfYarnrc(text) : settingsOf(text, forbidden);
  return said === undefined ? undefined : { ...said, path };
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
  return isObject(manifest) ? manifest : undefined;
}

/** Whether a manifest above certainly does not make the package part of its own. */
function hasNoWorkspaces(seen: Seen): boolean {
  const manifest = manifestOf(seen);
  return manifest !== undefined && manifest["workspaces"] === undefined;
}

/** What a manifest tells pnpm beside its packages: which of them may run scripts, and none does here. */
const PLAIN_FOR_PNPM =
  /^(?:overrides|onlyBuiltDependencies|ignoredBuiltDependencies|neverBuiltDependencies|peerDependencyRules|packageExtensions|allowedDeprecatedVersions)$/;

/** WHY no other program named: pnpm fetches it and becomes it. */
function isPlainForPnpm(manifest: JsonRecord): boolean {
  const { pnpm = {}, packageManager, devEngines } = manifest;
  if (packageManager !== undefined || devEngines !== undefined || !isObject(pnpm)) return false;
  return (
    Object.keys(pnpm).every((key) => PLAIN_FOR_PNPM.test(key)) &&
    namesRegistryOnly({ overrides: pnpm["overrides"] })
  );
}

/** WHY no workspaces: there yarn brings what their manifests name, whatever the lock file says. */
function isPlainForYarn(manifest: JsonRecord): boolean {
  const { workspaces, installConfig, packageManager = "yarn@1.0.0" } = manifest;
  const isYarn = typeof packageManager === "string" && /^yarn@1\.\d+\.\d+$/.test(packageManager);
  return workspaces === undefined && installConfig === undefined && isYarn;
}

/** Whether a manifest names packages of registries alone. */
function isPlainManifest(seen: Seen, manager: Manager): boolean {
  const manifest = manifestOf(seen);
  return manifest !== undefined && namesRegistryOnly(manifest) && manager.accepts(manifest);
}
