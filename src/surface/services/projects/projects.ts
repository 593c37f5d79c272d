// The guarded projects as the daemon sees them: found by token, and checked for hooks that no longer stand.
import { createHash, timingSafeEqual } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { isWithin } from "#base/path.ts";
import { printable } from "#base/printable.ts";
import {
  exceptsAll,
  HIDDEN_TOKEN,
  type Insertion,
  withToken,
} from "#govern/settings/hook-entries.ts";
import { LOOPBACK_ADDRESS } from "#govern/settings/hook-environment.ts";
import { AGENT_KEY, FIXED_SWITCHES, switchStands } from "#govern/settings/fixed-entries.ts";
import { memberOf, parseJsonText, toJson } from "#govern/settings/json-text.ts";
import { parseProjectRegister, type ProjectEntry } from "#govern/settings/project-register.ts";
import { isAccepted } from "#govern/settings/accepted-variables.ts";
import { obstacles, redirections, voidingFaults } from "#govern/settings/settings-check.ts";
import { tokenIn } from "#govern/settings/settings-edit.ts";
import { missingFrom } from "#govern/settings/standing.ts";
import type { AlterationCode, ControlState, IgnoredBy, InspectControls } from "./controls.ts";
import { followProject } from "./followed-project.ts";
import type { FindProject, Project } from "./project.ts";
import { lookOnce } from "../../foundation/files/picture.ts";
import { readPrivateFile } from "../../foundation/files/private-file.ts";
import { SHARED_CALLER } from "./session-claims.ts";

/** The register of guarded projects, read again whenever its file changes. */
export type ProjectBook = {
  readonly find: FindProject;
  entry(id: string): ProjectEntry | undefined;
  /** The guarded project that holds a directory; of several the innermost. */
  holding(directory: string): ProjectEntry | undefined;
  /** Follows the project that holds a directory (a real path) to where it was moved or copied with its hooks. */
  follow(directory: string): void;
  /** Every entry, in the order of the register. */
  all(): readonly ProjectEntry[];
  /** The entry that decides for a project. */
  deciding(project: Project): ProjectEntry | undefined;
  /** Policy files that are in force for some project: they are controls of ours. */
  policyFiles(): readonly string[];
};

/** Opens the register at `file`; a missing one is empty. `find` and `entry` throw a Failure when it is damaged. */
export function openProjectBook(file: string): ProjectBook {
  let signature: string | undefined;
  let entries: readonly ProjectEntry[] = [];
  const current = () => {
    const now = signatureOf(file);
    if (now !== signature) {
      entries = parseProjectRegister(readPrivateFile(file, { secret: true }), file);
      signature = now;
    }
    return entries;
  };
  return {
    entry: (id) => current().find((entry) => entry.id === id),
    holding: (directory) =>
      current()
        .filter(({ root, scope }) => scope === "project" && isWithin(root, directory))
        .toSorted((a, b) => b.root.length - a.root.length)[0],
    follow: (directory) => followProject(file, directory),
    all: current,
    deciding: (project) => {
      const id = project.entry ?? project.id;
      return current().find((entry) => entry.id === id);
    },
    policyFiles: () => current().flatMap(({ policy }) => ("file" in policy ? [policy.file] : [])),
    find(tokenDigest) {
      let found: ProjectEntry | undefined;
      for (const entry of current()) {
        // Every entry is compared, so that the time does not tell which one was near.
        if (timingSafeEqual(Buffer.from(entry.tokenDigest, "hex"), tokenDigest)) found = entry;
      }
      return found === undefined ? undefined : { id: found.id, root: found.root };
    },
  };
}

/** Finds the project that holds a directory, for marking events; with a damaged register it finds none. */
export function projectAt(
  book: ProjectBook,
): (directory: string) => Pick<Project, "id" | "root"> | undefined {
  return (directory) => {
    try {
      return book.holding(directory);
    } catch {
      return undefined;
    }
  };
}

/**
 * Whether what `init` installed still stands in a project's settings: our hooks as they were written, our variables, no
 * entry that voids the file, no setting of project or user that turns hooks off. What a person adds beside does not count. Without
 * `ignoredBy` every variable of a repository counts: the command hook does not read the client's catalogue.
 */
export function createControlInspector(
  book: ProjectBook,
  home: string,
  ignoredBy?: IgnoredBy,
): InspectControls {
  return (project, clientVersion) => {
    const entry = book.deciding(project);
    const ignores = ignoredBy?.(clientVersion) ?? (() => false);
    if (entry === undefined && project.entry !== SHARED_CALLER)
      return altered("project-unknown", "this project is no longer guarded");
    const read = readingOnce();
    const installed = entry === undefined ? undefined : inspectInstalled(entry, read);
    return (
      installed ??
      inspectOthers(project, { entry, home, read }) ??
      (entry === undefined ? undefined : inspectRepository(project, { entry, ignores, read })) ??
      intact(entry, { home, read })
    );
  };
}

function inspectInstalled(entry: ProjectEntry, read: ReadSettings): ControlState | undefined {
  const file = entry.settingsFile;
  const settings = read(file);
  if (settings === undefined)
    return altered("settings-missing", `\`${file}\` is gone, and our hooks with it`);
  if ("problem" in settings) return altered("settings-void", settings.problem);
  const [fault] = voidingFaults(settings);
  if (fault !== undefined) return altered("settings-void", `\`${file}\`: ${fault.message}`);
  const [obstacle] = obstacles(settings, false);
  if (obstacle !== undefined) return altered("hooks-off", `\`${file}\`: ${obstacle.message}`);
  const token = carriesToken(entry) ? tokenIn(settings.root, isTokenOf(entry)) : HIDDEN_TOKEN;
  if (token === undefined)
    return altered("hook-altered", `\`${file}\`: no hook of ours carries this project's token`);
  const [missing] = missingFrom(toJson(settings.root), installedBy(entry, token));
  switch (missing?.kind) {
    case undefined:
      return undefined;
    case "hook":
      return altered(
        "hook-altered",
        `\`${file}\`: our \`${missing.event}\` hook was removed or changed`,
      );
    case "variable":
      return altered(
        "variable-altered",
        `\`${file}\`: the variable \`${missing.name}\` was changed`,
      );
    case "rule":
      return altered(
        "rule-altered",
        `\`${file}\`: \`${printable(missing.rule)}\` was taken out of \`permissions.${missing.list}\``,
      );
    case "switch":
      return altered("switch-altered", `\`${file}\`: \`${missing.key}\` was changed or taken out`);
    default:
      return missing satisfies never;
  }
}

/** A project whose hooks are commands has no token: they name the project themselves. */
function carriesToken(entry: ProjectEntry): boolean {
  return entry.hooks.some(({ handler }) => handler["headers"] !== undefined);
}

function isTokenOf(entry: ProjectEntry): (token: string) => boolean {
  const expected = Buffer.from(entry.tokenDigest, "hex");
  return (token) => timingSafeEqual(createHash("sha256").update(token).digest(), expected);
}

/** What must stand: the hooks as they were written, with this project's token, and the variables they need. */
function installedBy(entry: ProjectEntry, token: string): Insertion {
  return {
    hooks: entry.hooks.map((hook) => withToken(hook, token)),
    // Which other hosts bypass a proxy is the person's own matter.
    env: entry.undo.env.map(({ name, written }) => ({
      name,
      value: name.toLowerCase() === "no_proxy" ? LOOPBACK_ADDRESS : written,
    })),
    rules: entry.undo.rules ?? [],
    asks: entry.undo.asks ?? [],
    switches: entry.undo.switches ?? [],
  };
}

/** Other files that count for the project: each may turn off what ours turns on, or stand above it. */
function inspectOthers(
  project: Project,
  {
    entry,
    home,
    read,
  }: {
    readonly entry: ProjectEntry | undefined;
    readonly home: string;
    readonly read: ReadSettings;
  },
): ControlState | undefined {
  const folders = new Set([project.root, project.directory ?? project.root]);
  const own = [...folders].flatMap((folder) => [
    join(folder, ".claude", "settings.json"),
    join(folder, ".claude", "settings.local.json"),
  ]);
  const places = [
    ...own.map((file) => ({ file, isRepository: true })),
    { file: join(home, ".claude", "settings.json"), isRepository: false },
  ].filter(({ file }) => file !== entry?.settingsFile);
  const isBelow = entry?.scope === "user";
  const ours = switchesThatStand(entry, read);
  for (const { file, isRepository } of places) {
    const settings = read(file);
    // The client ignores a file it cannot read; ours still counts.
    if (settings === undefined || "problem" in settings) continue;
    // A variable of the repository is overridden by ours where that stands in the layer above.
    const isBelowOurs = !isRepository || file === join(project.root, ".claude", "settings.json");
    const found = obstacles(settings, isRepository, isBelowOurs ? ours : []).find(
      ({ code }) => isBelow || code !== "repository-trust",
    );
    if (found !== undefined) return altered("hooks-off", `\`${file}\`: ${found.message}`);
    const name = isBelow ? overridden(entry, settings) : undefined;
    if (name !== undefined)
      return altered("variable-altered", `\`${file}\` sets \`${name}\` above your own settings`);
  }
  return undefined;
}

/** Keys by which our own file says what stands above the same key of repository and person. */
function switchesThatStand(entry: ProjectEntry | undefined, read: ReadSettings): readonly string[] {
  if (entry?.scope !== "project") return [];
  const settings = read(entry.settingsFile);
  if (settings === undefined || "problem" in settings) return [];
  return FIXED_SWITCHES.flatMap((one) => {
    const node = memberOf(settings.root, one.key);
    return node !== undefined && switchStands(one, toJson(node)) ? [one.key] : [];
  });
}

/** Variables by which the repository runs code in every command, or sends prompts elsewhere; unless a person accepted them. */
function inspectRepository(
  project: Project,
  {
    entry,
    ignores,
    read,
  }: {
    readonly entry: ProjectEntry;
    readonly ignores: (name: string) => boolean;
    readonly read: ReadSettings;
  },
): ControlState | undefined {
  const file = join(project.root, ".claude", "settings.json");
  const settings = read(file);
  if (settings === undefined || "problem" in settings) return undefined;
  const pinned = entry.undo.env.map(({ name }) => name);
  const found = redirections(settings, pinned, ignores).filter(
    ({ variable }) => !isAccepted(variable, entry.acceptedEnv),
  );
  const worst = found.find(({ redirection }) => redirection === "redirects-trust") ?? found[0];
  return worst === undefined
    ? undefined
    : altered(`repository-${worst.redirection}`, `\`${file}\`: ${worst.message}`);
}

/** All stands. Whoever named an agent beside our empty one is told why no session is made by it. */
function intact(
  entry: ProjectEntry | undefined,
  { home, read }: { readonly home: string; readonly read: ReadSettings },
): ControlState {
  if (entry?.undo.switches?.some(({ key }) => key === AGENT_KEY) !== true)
    return { kind: "intact" };
  const own = agentIn(read(entry.settingsFile));
  const named = [
    join(entry.root, ".claude", "settings.json"),
    join(home, ".claude", "settings.json"),
  ]
    .map((file) => ({ file, agent: agentIn(read(file)) }))
    .find(({ agent }) => agent !== undefined && agent !== "");
  if (own !== "" || named?.agent === undefined) return { kind: "intact" };
  const note = `\`${printable(named.file)}\` wants sessions made by the agent \`${printable(named.agent)}\`; here they are not, because what an agent brings runs before anybody can judge it. If that is what you want, write it as \`agent\` into \`${printable(entry.settingsFile)}\``;
  return { kind: "intact", note };
}

function agentIn(settings: ReturnType<ReadSettings>): string | undefined {
  if (settings === undefined || "problem" in settings) return undefined;
  const node = memberOf(settings.root, AGENT_KEY);
  return node?.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
}

/** A variable of ours that another settings file sets otherwise. */
function overridden(entry: ProjectEntry, settings: Settings): string | undefined {
  const env = memberOf(settings.root, "env");
  return installedBy(entry, HIDDEN_TOKEN).env.find(({ name, value }) => {
    const node = memberOf(env, name);
    if (node === undefined) return false;
    const present = node.kind === "scalar" ? String(node.value) : "";
    return name.toLowerCase() === "no_proxy" ? !exceptsAll(present, value) : present !== value;
  })?.name;
}

type Settings = { file: string; text: string; root: ReturnType<typeof parseJsonText> };

type ReadSettings = (file: string) => ReturnType<typeof readSettings>;

/** Each file once, so that all of one inspection is said of the same texts. */
function readingOnce(): ReadSettings {
  const known = new Map<string, ReturnType<typeof readSettings>>();
  return (file) => {
    if (!known.has(file)) known.set(file, readSettings(file));
    return known.get(file);
  };
}

function readSettings(file: string): Settings | { readonly problem: string } | undefined {
  try {
    const text = readPrivateFile(file, { secret: false });
    return text === undefined ? undefined : { file, text, root: parseJsonText(text, file) };
  } catch (cause) {
    const what = cause instanceof Failure ? cause.message : "cannot be read";
    return { problem: `\`${file}\`: ${what}` };
  }
}

function altered(code: AlterationCode, what: string): ControlState {
  return { kind: "altered", code, what };
}

function signatureOf(file: string): string {
  const status = lookOnce("version", file, () =>
    statSync(file, { throwIfNoEntry: false, bigint: true }),
  );
  return status === undefined ? "none" : `${status.ino}:${status.size}:${status.mtimeNs}`;
}
