// Guarding a project: what would change in its settings, shown and asked about, then written and registered.
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "#base/failure.ts";
import { realFolder, replaceBelow } from "#govern/settings/deploy.ts";
import {
  buildCommandInsertion,
  buildInsertion,
  LOOPBACK_ADDRESS,
  HIDDEN_TOKEN,
  hideTokens,
  type Insertion,
  withToken,
} from "#govern/settings/hook-entries.ts";
import { parseJsonText, toJson } from "#govern/settings/json-text.ts";
import { whyShutOut } from "#govern/settings/sandbox-and-hooks.ts";
import {
  type GuardMode,
  type ProjectEntry,
  type Scope,
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
import { homeDirectory } from "#platform/user.ts";
import { ensureInstall, type Install } from "../../services/installation/install.ts";
import { builtHookPath } from "../../foundation/product/product.ts";
import { ensureLog } from "../../services/installation/log-keys.ts";
import { dataDirectory } from "../../foundation/files/directories.ts";
import {
  ensureProgram,
  otherProgramNote,
  refuseOtherFormats,
  type Running,
  runningProgram,
  shimsIn,
} from "../../services/program/in-force.ts";
import {
  type ClientVersion,
  findClientVersion,
  whyNotHttp,
  unchecked,
} from "../../services/settings/client-version.ts";
import { type ChangeRequest, seekConsent } from "../../foundation/terminal/consent.ts";
import { foreseenVerdicts } from "../explain/sample-verdicts.ts";
import {
  isLoosening,
  recordMode,
  refuseObserving,
  type Typed,
  typedForObserving,
} from "./guard-mode.ts";
import { callable, guardingSummary } from "./guarding-words.ts";
import { judgingPolicy } from "../../services/evaluation/judging-policy.ts";
import { readText } from "../../foundation/files/text-file.ts";
import { gitStatus, withExclusion } from "../../services/projects/git-exclusion.ts";
import {
  changeProjectRegister,
  readProjectRegister,
} from "../../services/projects/project-register-file.ts";
import { whyNotTrusted } from "../../services/settings/managed-trust.ts";
import {
  acceptRedirections,
  documentsOf,
  isManaged,
  localSettingsPath,
  type ProjectSettings,
  presentVariable,
  readProjectSettings,
  readUserSettings,
  isHookedByManaged,
  refuseObstacles,
  userSettingsPath,
} from "../../services/settings/project-settings.ts";
import { telemetryVariables } from "#govern/settings/telemetry-variables.ts";
import { readSecret } from "../../services/installation/secrets.ts";
import { listPacks, loadPack } from "../../services/policy/policy-source.ts";
import type { ManagedPlace } from "../../services/policy/layers.ts";
import { holdStatus } from "../../services/hold/hold-status.ts";
import { notHeldText } from "../../services/status/hold.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";
import { writePolicyCopy } from "../../services/policy/policy-copy.ts";
import { chooseProfile, isSameChoice, type Profile } from "../policy/profile.ts";

const USER_SCOPE_NOTE =
  "every project's own settings stand above these: a repository can turn hooks off or put other variables in their place; `sallyport init` in a project closes that for it";

const BEHIND_MANAGED_NOTE =
  "managed settings call sallyport's hooks on this machine: these are silent while those stand, and judge when they are gone";

/** How the client reaches us: http hooks to the daemon, or a command hook that judges in its own process. */
export type Transport = "http" | "command";

/** What to guard, and how; without `transport` what the client can do and what the project has decides. */
export type GuardRequest = ChangeRequest & {
  readonly transport?: Transport | undefined;
  /** Names of variables of the repository's settings that are accepted with the values they have now. */
  readonly acceptEnv?: readonly string[];
  /** Whether the client sends its telemetry to the daemon; default: as it is. */
  readonly telemetry?: boolean | undefined;
  /** `user` guards every project of the person through their own settings; default `project`. */
  readonly scope?: Scope | undefined;
  /** Policy by name or path; default: the one in force, else `team`. */
  readonly profile?: string | undefined;
  /** Whether verdicts are answered or only recorded; default: as it is, else `enforce`. */
  readonly mode?: GuardMode | undefined;
  /** Has a person type a word; default: at the controlling terminal. */
  readonly typed?: Typed;
  /** The managed policy when it is not this machine's. */
  readonly managed?: ManagedPlace;
  /** The command hook's program when it is not the one that was built with this one. */
  readonly hookPath?: string;
  /** The program to put in force when it is not the one that runs. */
  readonly running?: Running;
};

/** What became of it. The diffs hide the token. */
export type GuardOutcome = {
  readonly kind: "guarded" | "unchanged" | "planned" | "declined";
  /** Absolute, symlinks resolved. */
  readonly root: string;
  readonly settingsFile: string;
  readonly scope: Scope;
  readonly mode: GuardMode;
  readonly install: Install;
  readonly transport: Transport;
  /** Bearer token of the project's http hooks; not in force when planned or declined. */
  readonly token: string;
  readonly diff: string;
  readonly notes: readonly string[];
};

/** The packs that are meant to be chosen as they are. */
export function profileNames(): readonly string[] {
  return listPacks().flatMap(({ name, kind }) => (kind === "profile" ? [name] : []));
}

type Plan = {
  readonly root: string;
  readonly profile: Profile;
  readonly isOtherPolicy: boolean;
  readonly isOtherMode: boolean;
  readonly isNew: boolean;
  /** The project was enforced and is to be observed only. */
  readonly loosens: boolean;
  readonly install: Install;
  readonly running: Running;
  readonly transport: Transport;
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
export async function guardProject(request: GuardRequest): Promise<GuardOutcome> {
  const plan = await planGuarding(request);
  const outcome = (kind: GuardOutcome["kind"]): GuardOutcome => ({
    kind,
    root: plan.root,
    settingsFile: plan.settings.file,
    scope: plan.entry.scope,
    mode: plan.entry.mode,
    install: plan.install,
    transport: plan.transport,
    token: plan.token,
    diff: plan.diff,
    notes: plan.notes,
  });
  if (plan.diff === "" && !plan.isOtherPolicy && !plan.isOtherMode) {
    // The settings stand; the register may still lack the project when the data directory was replaced.
    if (request.dryRun !== true) {
      await register(plan);
    }
    return outcome("unchanged");
  }
  const summary = request.terminal.isSilent === true ? [] : await summaryOf(plan, request);
  const change = { ...plan, summary, question: "make this change?", isYesByDefault: true };
  // A word that is typed is the consent: it is asked for even with `--yes`.
  const asks = plan.loosens && request.dryRun !== true;
  const consent = await seekConsent(asks ? { ...request, yes: true } : request, change);
  if (consent !== "given") return outcome(consent);
  if (asks && !(await typedForObserving(plan.root, request.typed))) return outcome("declined");
  await carryOut(plan);
  return outcome("guarded");
}

/** The five lines. WHY judged here and not read from a text: a policy is what its rules do. */
async function summaryOf(plan: Plan, request: GuardRequest): Promise<readonly string[]> {
  const { root, entry, profile, install, exclude } = plan;
  const environment = request.environment ?? process.env;
  const { directories } = install;
  const { chosen, copy } = profile;
  const own = copy?.policy ?? ("pack" in chosen ? loadPack(chosen.pack) : undefined);
  const { policy, layers } = await judgingPolicy(root, undefined, {
    root: directories.root,
    ...(request.managed === undefined ? {} : { managed: request.managed }),
    ...(own === undefined ? {} : { instead: own }),
  });
  const home = environment["HOME"] ?? homeDirectory();
  // WHY not the home: it is no project, and what holds in one is what a person wants to know.
  const judgedIn = entry.scope === "user" ? join(home, "project") : root;
  const where = entry.scope === "user" ? "uninstall --scope user" : `uninstall ${shellWord(root)}`;
  return guardingSummary({
    ...{ root, scope: entry.scope, mode: entry.mode, layers, entry },
    policy: "pack" in chosen ? chosen.pack : chosen.file,
    foreseen: await foreseenVerdicts(policy, { root: judgedIn, home, data: directories.root }),
    excludeFile: exclude?.file,
    log: directories.log,
    undo: callable(environment, shimsIn(directories).command, where, request.data),
  });
}

async function planGuarding(request: GuardRequest): Promise<Plan> {
  const environment = request.environment ?? process.env;
  const home = environment["HOME"] ?? homeDirectory();
  const scope = request.scope ?? "project";
  const root = await realFolder(scope === "user" ? home : request.directory);
  const [client, standing] = await Promise.all([findClientVersion(environment), holdStatus()]);
  const settings = await (scope === "user"
    ? readUserSettings(root)
    : readProjectSettings(root, home));
  if (settings.local !== undefined && settings.local.text.trim() !== "") {
    checkSettings(settings.local.text, settings.file);
  }
  const isBehindManaged = scope === "user" && isHookedByManaged(settings);
  refuseObstacles(settings, { isBehindManaged });
  const data = request.data ?? dataDirectory(environment);
  const name = scope === "user" ? userSettingsPath : localSettingsPath;
  const exclusion = await planExclusion(root, name, environment);
  const companyBundle = presentVariable(settings, environment, "NODE_EXTRA_CA_CERTS", true);
  const install = await ensureInstall({ root: data, companyBundle });
  const running = request.running ?? runningProgram(request.hookPath);
  refuseOtherFormats(install.directories, running);
  const before = readProjectRegister(install.directories.projectsFile).find(
    (project) => project.root === root && project.scope === scope,
  );
  const profile = await chooseProfile({
    wanted: request.profile,
    before,
    root,
    directory: install.directories.policies,
    terminal: request.terminal,
    mayAsk: !request.yes && request.dryRun !== true,
  });
  const mode = request.mode ?? before?.mode ?? "enforce";
  if (mode === "observe" && request.mode !== undefined)
    refuseObserving({ policy: profile.chosen }, root, install.directories, request.managed);
  const notTrusted = whyNotTrusted(
    settings.others.filter(isManaged),
    install.authority,
    readBundle,
  );
  const shutOut = whyShutOut(documentsOf(settings));
  const { transport, why } = chooseTransport(request.transport, client, {
    ...{ before, notTrusted, shutOut },
  });
  const token = keptToken(settings, before) ?? randomBytes(32).toString("base64url");
  const id = before?.id ?? randomBytes(8).toString("hex");
  const hookPath = request.hookPath ?? builtHookPath();
  const telemetry = request.telemetry ?? sendsTelemetry(before);
  if (telemetry) refuseTelemetry(settings, { environment, install, scope, transport });
  const edited = editSettings({
    telemetry,
    mode,
    settings,
    environment,
    install,
    transport,
    hookPath,
    id,
    token,
    before,
  });
  const acceptedEnv = acceptRedirections(settings, {
    pinned: edited.undo.env.map((variable) => variable.name),
    before: before?.acceptedEnv,
    wanted: request.acceptEnv ?? [],
  });
  const settingsDiff = unifiedDiff(settings.local?.text, edited.text, name);
  const excludeDiff =
    exclusion === undefined
      ? ""
      : unifiedDiff(exclusion.before, exclusion.text, ".git/info/exclude");
  const otherNote = otherProgramNote(install.directories, running);
  const notes = [
    ...(otherNote === undefined ? [] : [otherNote]),
    ...profile.notes,
    ...(scope === "user" ? [isBehindManaged ? BEHIND_MANAGED_NOTE : USER_SCOPE_NOTE] : []),
    ...(why === undefined ? [] : [why]),
    ...(client.kind === "unknown" ? [unchecked(client.why)] : []),
    ...(standing.works ? [] : [notHeldText(standing)]),
    ...(exclusion === undefined
      ? []
      : ["git would offer the settings for commit, so they are excluded in this clone"]),
    ...(install.bundleProblem === undefined ? [] : [install.bundleProblem]),
  ];
  const createdFile = before?.undo.createdFile ?? settings.local === undefined;
  const createdFolder = before?.undo.createdFolder ?? !existsSync(dirname(settings.file));
  const entry: ProjectEntry = {
    id,
    root,
    settingsFile: settings.file,
    tokenDigest: sha256(token),
    hooks: edited.hooks,
    ...(acceptedEnv.length === 0 ? {} : { acceptedEnv: [...acceptedEnv] }),
    scope,
    policy: profile.chosen,
    mode,
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
    profile,
    isOtherPolicy: before !== undefined && !isSameChoice(before.policy, profile.chosen),
    isOtherMode: before !== undefined && before.mode !== mode,
    isNew: before === undefined,
    loosens: isLoosening(mode, root, install.directories),
    install,
    running,
    transport,
    settings,
    token,
    entry,
    text: edited.text,
    exclude: exclusion,
    diff,
    notes,
  };
}

/** Whether an entry of ours has the client send its telemetry. */
function sendsTelemetry(entry: ProjectEntry | undefined): boolean {
  return entry?.undo.env.some(({ name }) => name === "CLAUDE_CODE_ENABLE_TELEMETRY") === true;
}

/** The address to which the client is to send its telemetry. */
function telemetryEndpoint({ port }: Install): string {
  return `https://${LOOPBACK_ADDRESS}:${port}`;
}

/** Throws a Failure where the client would not send its telemetry to us, or sends it to somebody else by now. */
function refuseTelemetry(
  settings: ProjectSettings,
  {
    environment,
    install,
    scope,
    transport,
  }: Pick<Editing, "environment" | "install" | "transport"> & { readonly scope: Scope },
): void {
  if (scope !== "user")
    throw new Failure(
      "usage",
      "`--telemetry` needs `--scope user`: the client takes where telemetry goes from a person's own settings, not from a project's",
    );
  if (transport !== "http")
    throw new Failure("usage", "`--telemetry` needs the daemon: use it with `--transport http`");
  const present = presentVariable(settings, environment, "OTEL_EXPORTER_OTLP_ENDPOINT", true);
  if (present !== undefined && present !== "" && present !== telemetryEndpoint(install))
    throw new Failure(
      "telemetry",
      "the client's telemetry goes to another collector (`OTEL_EXPORTER_OTLP_ENDPOINT`): take that out first, or leave `--telemetry` away",
    );
}

type Editing = {
  readonly telemetry: boolean;
  readonly mode: GuardMode;
  readonly settings: ProjectSettings;
  readonly environment: NodeJS.ProcessEnv;
  readonly install: Install;
  readonly transport: Transport;
  readonly hookPath: string;
  readonly id: string;
  readonly token: string;
  readonly before: ProjectEntry | undefined;
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
  const isSame = sendsTelemetry(before) === editing.telemetry;
  if (
    isOurs &&
    isSame &&
    missingFrom(toJson(parseJsonText(present, file)), insertion).length === 0
  ) {
    const undo = before?.undo ?? addToSettings(clean, insertion, file).undo;
    return { text: present, undo, hooks };
  }
  return { ...addToSettings(clean, insertion, file), hooks };
}

/** Certificates that managed settings name; undefined where they cannot be read, and then ours are not among them. */
function readBundle(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** The transport, and the reason where it is not the one that is always to be preferred. */
function chooseTransport(
  wanted: Transport | undefined,
  client: ClientVersion,
  known: {
    readonly before: ProjectEntry | undefined;
    readonly notTrusted: string | undefined;
    readonly shutOut: string | undefined;
  },
): { readonly transport: Transport; readonly why: string | undefined } {
  const tooOld = whyNotHttp(client);
  if (tooOld !== undefined) {
    if (wanted === "http") throw new Failure("client-version", tooOld);
    const why = `${tooOld}. Until then a command hook judges each call; it refuses whenever it fails, but this client lets a call run when the hook is killed or cannot be started`;
    return { transport: "command", why };
  }
  const { before, notTrusted, shutOut } = known;
  for (const [code, reason] of [
    ["not-trusted", notTrusted],
    ["sandbox-proxy", shutOut],
  ] as const) {
    if (reason === undefined) continue;
    if (wanted === "http")
      throw new Failure(code, `${reason}; leave \`--transport http\` out for a command hook`);
    const why = `${reason}. so a command hook judges each call in a process of its own`;
    return { transport: "command", why };
  }
  const had = before?.hooks.some(({ handler }) => handler["url"] !== undefined) === false;
  const transport = wanted ?? (had ? "command" : "http");
  return { transport, why: undefined };
}

function insertionFor(editing: Editing, settings: ProjectSettings): Insertion {
  const { install, token, environment } = editing;
  const root = install.directories.root;
  const shims = shimsIn(install.directories);
  if (editing.transport === "command") {
    if (!existsSync(editing.hookPath)) {
      throw new Failure(
        "not-built",
        `there is no \`${editing.hookPath}\`; run \`npm run build\`, or install sallyport again`,
      );
    }
    const command = {
      hookPath: shims.hook,
      projectId: editing.id,
      dataDirectory: root,
      home: environment["HOME"] ?? homeDirectory(),
      mode: editing.mode,
    };
    return buildCommandInsertion(command, (name) =>
      presentVariable(settings, environment, name, true),
    );
  }
  const target = {
    port: install.port,
    token,
    caBundlePath: install.caBundlePath,
    commandPath: shims.command,
    lockFile: install.directories.lockFile,
    mode: editing.mode,
  };
  const insertion = buildInsertion(target, (name) =>
    presentVariable(settings, environment, name, false),
  );
  if (!editing.telemetry) return insertion;
  const variables = telemetryVariables({
    endpoint: telemetryEndpoint(install),
    protocol: "http/protobuf",
    token: readSecret(install.directories, "telemetry"),
  });
  const env = Object.entries(variables).map(([name, value]) => ({ name, value }));
  return { ...insertion, env: [...insertion.env, ...env] };
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

async function planExclusion(root: string, path: string, environment: NodeJS.ProcessEnv) {
  const standing = await gitStatus(root, path, environment);
  if (standing.kind === "tracked") {
    throw new Failure(
      "settings-tracked",
      `git tracks \`${path}\`, so the hook token would be committed; run \`git rm --cached ${path}\` first`,
    );
  }
  if (standing.kind !== "open") return undefined;
  const before = await readText(standing.excludeFile);
  return { file: standing.excludeFile, before, text: withExclusion(before, standing.line) };
}

/** The program first, then the register: a token that the daemon does not know yet would refuse every call. */
async function carryOut(plan: Plan): Promise<void> {
  await register(plan);
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
        withoutProject(projects, plan.entry),
      );
    }
    throw cause;
  }
}

async function register(plan: Plan): Promise<void> {
  const { install, entry, profile, running } = plan;
  ensureProgram(install.directories, running);
  await ensureLog(install);
  // Nothing is observed only that is not on record.
  if (plan.isOtherMode || (plan.isNew && entry.mode === "observe"))
    await recordMode(install.directories, entry);
  if (profile.copy !== undefined) writePolicyCopy(install.directories.policies, profile.copy);
  await changeProjectRegister(install.directories.projectsFile, (projects) =>
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
