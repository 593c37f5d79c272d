// `sallyport init`: guards a project by adding our hooks to its settings, after showing exactly what would change.
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { realFolder, replaceBelow } from "#govern/settings/deploy.ts";
import {
  buildInsertion,
  HIDDEN_TOKEN,
  hideTokens,
  type Insertion,
  withToken,
} from "#govern/settings/hook-entries.ts";
import { parseJsonText, toJson } from "#govern/settings/json-text.ts";
import {
  type ProjectEntry,
  withoutProject,
  withProject,
} from "#govern/settings/project-register.ts";
import {
  addToSettings,
  checkSettings,
  hasOurHooks,
  removeFromSettings,
  tokenInSettings,
} from "#govern/settings/settings-edit.ts";
import { missingFrom } from "#govern/settings/standing.ts";
import { unifiedDiff } from "#govern/settings/unified-diff.ts";
import { ensureInstall, type Install } from "../../daemon/install.ts";
import { builtMainPath } from "../../daemon/product.ts";
import { dataDirectory, directoriesIn } from "../../directories.ts";
import { findClientVersion, requireBlockingHooks } from "../client-version.ts";
import { type ChangeRequest, changeOptions, changeRequest, seekConsent } from "../consent.ts";
import { gitStanding, readText, withExclusion } from "../git-exclusion.ts";
import { changeProjectRegister, readProjectRegister } from "../project-register-file.ts";
import {
  localSettingsPath,
  type ProjectSettings,
  presentVariable,
  readProjectSettings,
  refuseObstacles,
} from "../project-settings.ts";
import { openTerminal } from "../terminal.ts";

/** What became of it. The diffs hide the token. */
export type GuardOutcome = {
  readonly kind: "guarded" | "unchanged" | "planned" | "declined";
  /** Absolute, symlinks resolved. */
  readonly root: string;
  readonly settingsFile: string;
  readonly install: Install;
  /** Bearer token of the project's hooks; not in force when planned or declined. */
  readonly token: string;
  readonly diff: string;
  readonly notes: readonly string[];
};

type Plan = {
  readonly root: string;
  readonly install: Install;
  readonly settings: ProjectSettings;
  readonly token: string;
  readonly entry: ProjectEntry;
  readonly text: string;
  readonly exclude:
    | { readonly file: string; readonly before: string | undefined; readonly text: string }
    | undefined;
  readonly diff: string;
  readonly notes: readonly string[];
};

/**
 * Guards a project: shows the change, asks once, writes. Guarding a guarded project changes nothing. Throws a Failure
 * when the project cannot be guarded, before anything in it is written.
 */
export async function guardProject(request: ChangeRequest): Promise<GuardOutcome> {
  const plan = await planGuarding(request);
  const outcome = (kind: GuardOutcome["kind"]): GuardOutcome => ({
    kind,
    root: plan.root,
    settingsFile: plan.settings.file,
    install: plan.install,
    token: plan.token,
    diff: plan.diff,
    notes: plan.notes,
  });
  if (plan.diff === "") {
    // The settings stand; the register may still lack the project when the data directory was replaced.
    if (request.dryRun !== true) await registerProject(plan);
    return outcome("unchanged");
  }
  const consent = await seekConsent(request, plan);
  if (consent !== "given") return outcome(consent);
  await carryOut(plan);
  return outcome("guarded");
}

/** `sallyport init [directory]`. */
export const initCommand = defineCommand({
  meta: {
    name: "init",
    description: `guard a project by adding hooks to its .claude/settings.local.json

  sallyport init                       show the change to this project, ask, make it
  sallyport init ../shop --dry-run     show the change and stop
  sallyport init --yes --json          make it without a question, for scripts

exit codes: 0 guarded or nothing to do, 1 answered with no, 2 cannot be guarded`,
  },
  args: changeOptions,
  async run({ args }) {
    const terminal = openTerminal();
    const outcome = await guardProject(changeRequest(args, terminal));
    if (args.json === true) terminal.print(JSON.stringify(publicOutcome(outcome)));
    else for (const line of closingLines(outcome)) terminal.print(line);
    if (outcome.kind === "declined") process.exitCode = 1;
  },
});

function publicOutcome({ kind, root, settingsFile, install, diff, notes }: GuardOutcome) {
  return { outcome: kind, root, settingsFile, port: install.port, diff, notes };
}

function closingLines({ kind, root, install }: GuardOutcome): readonly string[] {
  switch (kind) {
    case "guarded":
      return [
        `guarded: ${root} (daemon on port ${install.port})`,
        "sessions start the daemon by themselves; `sallyport uninstall` takes all of this out again",
      ];
    case "unchanged":
      return [`already guarded, nothing to change: ${root}`];
    case "planned":
      return ["nothing was written (--dry-run)"];
    case "declined":
      return ["nothing was written"];
    default:
      return kind satisfies never;
  }
}

async function planGuarding(request: ChangeRequest): Promise<Plan> {
  const environment = request.environment ?? process.env;
  const root = await realFolder(request.directory);
  const client = await findClientVersion(environment);
  requireBlockingHooks(client);
  const settings = await readProjectSettings(root, environment["HOME"] ?? homedir());
  if (settings.local !== undefined && settings.local.text.trim() !== "") {
    checkSettings(settings.local.text, settings.file);
  }
  refuseObstacles(settings);
  const data = request.data ?? dataDirectory(environment);
  const exclusion = await planExclusion(root, environment);
  const companyBundle = presentVariable(settings, environment, "NODE_EXTRA_CA_CERTS", true);
  const install = await ensureInstall({ root: data, companyBundle });
  const before = readProjectRegister(install.directories.projectsFile).find(
    (project) => project.root === root,
  );
  const token = keptToken(settings, before) ?? randomBytes(32).toString("base64url");
  const edited = editSettings({
    settings,
    environment,
    install,
    token,
    before,
    data: request.data,
  });
  const name = localSettingsPath;
  const settingsDiff = unifiedDiff(settings.local?.text, edited.text, name);
  const excludeDiff =
    exclusion === undefined
      ? ""
      : unifiedDiff(exclusion.before, exclusion.text, ".git/info/exclude");
  const notes = [
    ...(client.kind === "unknown" ? [`the client's version was not checked: ${client.why}`] : []),
    ...(exclusion === undefined
      ? []
      : ["git would offer the settings for commit, so they are excluded in this clone"]),
    ...(install.bundleProblem === undefined ? [] : [install.bundleProblem]),
  ];
  const createdFile = before?.undo.createdFile ?? settings.local === undefined;
  const createdFolder = before?.undo.createdFolder ?? !existsSync(dirname(settings.file));
  const entry: ProjectEntry = {
    id: before?.id ?? randomBytes(8).toString("hex"),
    root,
    settingsFile: settings.file,
    tokenDigest: sha256(token),
    hooks: edited.hooks,
    undo: {
      created: [...edited.undo.created],
      env: [...edited.undo.env],
      createdFile,
      createdFolder,
      excludeFile: exclusion?.file ?? before?.undo.excludeFile ?? null,
    },
  };
  const diff = hideTokens(settingsDiff) + excludeDiff;
  return {
    root,
    install,
    settings,
    token,
    entry,
    text: edited.text,
    exclude: exclusion,
    diff,
    notes,
  };
}

type Editing = {
  readonly settings: ProjectSettings;
  readonly environment: NodeJS.ProcessEnv;
  readonly install: Install;
  readonly token: string;
  readonly before: ProjectEntry | undefined;
  readonly data: string | undefined;
};

/** What the settings become. Older entries of ours go first, so that guarding again never doubles them. */
function editSettings(editing: Editing) {
  const { settings, install, before } = editing;
  const { file, local } = settings;
  const present = local?.text;
  const isOurs = present !== undefined && present.trim() !== "" && hasOurHooks(present, file);
  const clean = isOurs
    ? removeFromSettings(present, before?.undo, { file, caBundlePath: install.caBundlePath }).text
    : present;
  const bare = {
    ...settings,
    local: clean === undefined || local === undefined ? undefined : { ...local, text: clean },
  };
  const insertion = insertionFor(editing, bare);
  const hooks = insertion.hooks.map((entry) => withToken(entry, HIDDEN_TOKEN));
  if (isOurs && missingFrom(toJson(parseJsonText(present, file)), insertion).length === 0) {
    const undo = before?.undo ?? addToSettings(clean, insertion, file).undo;
    return { text: present, undo, hooks };
  }
  return { ...addToSettings(clean, insertion, file), hooks };
}

function insertionFor(editing: Editing, settings: ProjectSettings): Insertion {
  const { install, token, environment, data } = editing;
  const root = install.directories.root;
  const isDefault = data === undefined && directoriesIn(dataDirectory({})).root === root;
  const target = {
    port: install.port,
    token,
    caBundlePath: install.caBundlePath,
    nodePath: process.execPath,
    mainPath: builtMainPath(),
    dataDirectory: isDefault ? undefined : root,
  };
  return buildInsertion(target, (name) => presentVariable(settings, environment, name, false));
}

/** The token in force: a new one would cut off the sessions that are running. */
function keptToken(
  settings: ProjectSettings,
  before: ProjectEntry | undefined,
): string | undefined {
  const text = settings.local?.text;
  if (text === undefined || text.trim() === "" || before === undefined) return undefined;
  return tokenInSettings(text, settings.file, (token) => sha256(token) === before.tokenDigest);
}

async function planExclusion(root: string, environment: NodeJS.ProcessEnv) {
  const standing = await gitStanding(root, localSettingsPath, environment);
  if (standing.kind === "tracked") {
    throw new Failure(
      "settings-tracked",
      `git tracks \`${localSettingsPath}\`, so the hook token would be committed; run \`git rm --cached ${localSettingsPath}\` first`,
    );
  }
  if (standing.kind !== "open") return undefined;
  const before = await readText(standing.excludeFile);
  return { file: standing.excludeFile, before, text: withExclusion(before, standing.line) };
}

/** The register first: a token that the daemon does not know yet would refuse every call. */
async function carryOut(plan: Plan): Promise<void> {
  await registerProject(plan);
  try {
    if (plan.exclude !== undefined) await writeExclusion(plan.exclude);
    const { local, file } = plan.settings;
    await replaceBelow(plan.root, file, { expected: local, text: plan.text });
  } catch (cause) {
    if (
      plan.settings.local === undefined ||
      !hasOurHooks(plan.settings.local.text, plan.settings.file)
    ) {
      await changeProjectRegister(plan.install.directories.projectsFile, (projects) =>
        withoutProject(projects, plan.root),
      );
    }
    throw cause;
  }
}

function registerProject({ install, entry }: Plan): Promise<void> {
  return changeProjectRegister(install.directories.projectsFile, (projects) =>
    withProject(projects, entry),
  );
}

async function writeExclusion({ file, before, text }: NonNullable<Plan["exclude"]>): Promise<void> {
  const gitFolder = await realFolder(dirname(dirname(file)));
  const expected = before === undefined ? undefined : { text: before, mode: 0o644 };
  await replaceBelow(gitFolder, `${gitFolder}/info/exclude`, { expected, text });
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
