// What guarding a project would change, found out before anything in it is written.
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { Failure } from "#base/failure.ts";
import { realFolder } from "#govern/settings/deploy.ts";
import { AGENT_KEY, FIXED_SWITCHES } from "#govern/settings/fixed-entries.ts";
import { hideTokens } from "#govern/settings/hook-entries.ts";
import { whyShutOut } from "#govern/settings/sandbox-and-hooks.ts";
import type { GuardMode, ProjectEntry, Scope } from "#govern/settings/project-register.ts";
import { checkSettings } from "#govern/settings/settings-edit.ts";
import { unifiedDiff } from "#govern/settings/unified-diff.ts";
import { homeDirectory } from "#platform/user.ts";
import { readText, readTextSync } from "../../foundation/files/text-file.ts";
import { ensureInstall, type Install } from "../../services/installation/install.ts";
import { builtHookPath } from "../../foundation/product/product.ts";
import { dataDirectory } from "../../foundation/files/directories.ts";
import {
  otherProgramNote,
  refuseOtherFormats,
  type Running,
  runningProgram,
} from "../../services/program/in-force.ts";
import {
  type ClientVersion,
  findClientVersion,
  unchecked,
} from "../../services/settings/client-version.ts";
import { loadCatalogue } from "../../foundation/product/shipped-data.ts";
import { releaseLine, releaseStanding } from "#govern/settings/client-releases.ts";
import type { ChangeRequest } from "../../foundation/terminal/consent.ts";
import { isLoosening, refuseObserving, type Typed } from "./guard-mode.ts";
import { gitStatus, withExclusion } from "../../services/projects/git-exclusion.ts";
import { followProject } from "../../services/projects/followed-project.ts";
import { readProjectRegister } from "../../services/projects/project-register-file.ts";
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
  namesAgent,
  refuseObstacles,
  userSettingsPath,
} from "../../services/settings/project-settings.ts";
import { type ClientEntries, clientEntries } from "../../services/evaluation/client-refusals.ts";
import { type JudgingPolicy, judgingPolicy } from "../../services/evaluation/judging-policy.ts";
import { loadPack } from "../../services/policy/policy-source.ts";
import type { ManagedPlace } from "../../services/policy/layers.ts";
import { holdStatus } from "../../services/hold/hold-status.ts";
import { notHeldText } from "../../services/status/hold.ts";
import { strangeAgents } from "../../services/status/mods.ts";
import { chooseProfile, isSameChoice, type Profile } from "../policy/profile.ts";
import { refusalNotes } from "./refusal-notes.ts";
import { type Transport, chooseTransport } from "./transport.ts";
import {
  answersHeadless,
  refuseAnswersHeadless,
  sendsTelemetry,
  refuseTelemetry,
  editSettings,
  keptToken,
  sha256,
} from "./guarded-settings.ts";

const USER_SCOPE_NOTE =
  "every project's own settings stand above these: a repository can turn hooks off or put other variables in their place; `sallyport init` in a project closes that for it";

const BEHIND_MANAGED_NOTE =
  "managed settings call sallyport's hooks on this machine: these are silent while those stand, and judge when they are gone";

/** What to guard, and how; without `transport` what the client can do and what the project has decides. */
export type GuardRequest = ChangeRequest & {
  readonly transport?: Transport | undefined;
  /** Names of variables of the repository's settings that are accepted with the values they have now. */
  readonly acceptEnv?: readonly string[];
  /** Whether the client sends its telemetry to the daemon; default: as it is. */
  readonly telemetry?: boolean | undefined;
  /** Whether calls that are asked about wait for an answer from elsewhere in headless sessions; default: as it is. */
  readonly answersHeadless?: boolean | undefined;
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

/** The change as it would be made, and what is told of it. */
export type Plan = {
  readonly root: string;
  readonly profile: Profile;
  /** The policy as it would judge there. */
  readonly judged: JudgingPolicy;
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

/** What would change. Throws a Failure where the project cannot be guarded; nothing in it is written. */
export async function planGuarding(request: GuardRequest): Promise<Plan> {
  const ground = await lookAround(request);
  const { root, scope, settings, exclusion, install, running, before } = ground;
  const { profile, mode } = await choosePolicy(request, ground);
  const judged = await judgedBy(request, ground, profile);
  const change = changeSettings(request, ground, { mode, judged });
  const { token, edited, transport } = change;
  const settingsDiff = unifiedDiff(settings.local?.text, edited.text, ground.name);
  const excludeDiff =
    exclusion === undefined
      ? ""
      : unifiedDiff(exclusion.before, exclusion.text, ".git/info/exclude");
  const notes = [
    ...notesOn(ground, profile, change.why),
    ...refusalNotes(settings, edited.undo.rules ?? [], judged),
  ];
  const { acceptedEnv } = change;
  const entry: ProjectEntry = {
    id: change.id,
    root,
    settingsFile: settings.file,
    tokenDigest: sha256(token),
    hooks: edited.hooks,
    ...(acceptedEnv.length === 0 ? {} : { acceptedEnv: [...acceptedEnv] }),
    scope,
    policy: profile.chosen,
    mode,
    undo: undoOf(ground, edited),
  };
  return {
    root,
    profile,
    judged,
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
    diff: hideTokens(settingsDiff) + excludeDiff,
    notes,
  };
}

/** What the project, the client and the machine are like before anything is chosen. */
type Ground = Awaited<ReturnType<typeof lookAround>>;

async function lookAround(request: GuardRequest) {
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
  refuseObstacles(settings, {
    isBehindManaged,
    beaten: scope === "project" ? FIXED_SWITCHES.map(({ key }) => key) : [],
  });
  const data = request.data ?? dataDirectory(environment);
  const name = scope === "user" ? userSettingsPath : localSettingsPath;
  const exclusion = await planExclusion(root, name, environment);
  const companyBundle = presentVariable(settings, environment, "NODE_EXTRA_CA_CERTS", true);
  const install = await ensureInstall({ root: data, companyBundle });
  const running = request.running ?? runningProgram(request.hookPath);
  refuseOtherFormats(install.directories, running);
  if (scope === "project") followProject(install.directories.projectsFile, root);
  const before = readProjectRegister(install.directories.projectsFile).find(
    (project) => project.root === root && project.scope === scope,
  );
  return {
    environment,
    scope,
    root,
    client,
    standing,
    settings,
    isBehindManaged,
    name,
    exclusion,
    install,
    running,
    before,
  };
}

async function choosePolicy(
  request: GuardRequest,
  { root, install, before }: Ground,
): Promise<{ readonly profile: Profile; readonly mode: GuardMode }> {
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
  return { profile, mode };
}

/** The policy that was chosen as it would judge, with the layers above it. */
function judgedBy(
  request: GuardRequest,
  { root, install }: Ground,
  { chosen, copy }: Profile,
): Promise<JudgingPolicy> {
  const own = copy?.policy ?? ("pack" in chosen ? loadPack(chosen.pack) : undefined);
  return judgingPolicy(root, undefined, {
    root: install.directories.root,
    isLasting: true,
    ...(request.managed === undefined ? {} : { managed: request.managed }),
    ...(own === undefined ? {} : { instead: own }),
  });
}

/** The settings as they would be, the transport, and what the project's entry keeps of both. */
function changeSettings(
  request: GuardRequest,
  ground: Ground,
  { mode, judged }: { readonly mode: GuardMode; readonly judged: JudgingPolicy },
) {
  const { environment, scope, client, settings, install, before } = ground;
  const notTrusted = whyNotTrusted(
    settings.others.filter(isManaged),
    install.authority,
    // Certificates that cannot be read hold none of ours.
    readTextSync,
  );
  const shutOut = whyShutOut(documentsOf(settings));
  const { transport, why } = chooseTransport(request.transport, client, {
    before,
    notTrusted,
    shutOut,
  });
  const token = keptToken(settings, before) ?? randomBytes(32).toString("base64url");
  const id = before?.id ?? randomBytes(8).toString("hex");
  const hookPath = request.hookPath ?? builtHookPath();
  const telemetry = request.telemetry ?? sendsTelemetry(before);
  if (telemetry) refuseTelemetry(settings, { environment, install, scope, transport });
  const waits = request.answersHeadless ?? (transport === "http" && answersHeadless(before));
  if (waits) refuseAnswersHeadless({ transport });
  const edited = editSettings({
    telemetry,
    waits,
    mode,
    settings,
    environment,
    install,
    transport,
    hookPath,
    clientVersion: client.kind === "found" ? client.version : undefined,
    id,
    token,
    before,
    client: entriesFor(settings, before, { scope, mode, judged }),
  });
  const acceptedEnv = acceptRedirections(settings, {
    pinned: edited.undo.env.map((variable) => variable.name),
    before: before?.acceptedEnv,
    wanted: request.acceptEnv ?? [],
    // WHY: the command hook counts every variable.
    clientVersion: client.kind === "found" && transport === "http" ? client.version : undefined,
  });
  return { transport, why, token, id, edited, acceptedEnv };
}

/**
 * The client's entries of a project. WHY no agent of our own where one is named before we come: sessions are made by it there. One
 * that is named later is the repository's wish alone, until a person writes it into their own settings of the project.
 */
function entriesFor(
  settings: ProjectSettings,
  before: ProjectEntry | undefined,
  { judged, ...of }: Parameters<typeof clientEntries>[0] & { readonly judged: JudgingPolicy },
): ClientEntries {
  const entries = clientEntries(of, judged);
  const isOurs = before?.undo.switches?.some(({ key }) => key === AGENT_KEY) === true;
  if (isOurs || !namesAgent(settings)) return entries;
  return { ...entries, switches: entries.switches.filter(({ key }) => key !== AGENT_KEY) };
}

/** What a person is told beside the change; `why` is the reason of the transport. */
function notesOn(ground: Ground, profile: Profile, why: string | undefined): readonly string[] {
  const { scope, client, standing, isBehindManaged, exclusion, install, running } = ground;
  const { directories } = install;
  const { environment, root, settings } = ground;
  const otherNote = otherProgramNote(directories, running);
  const around = { directories, environment, nowMs: Date.now() };
  return [
    ...(otherNote === undefined ? [] : [otherNote]),
    ...profile.notes,
    ...(scope === "user" ? [isBehindManaged ? BEHIND_MANAGED_NOTE : USER_SCOPE_NOTE] : []),
    ...(why === undefined ? [] : [why]),
    ...clientNotes(client),
    ...(standing.works ? [] : [notHeldText(standing)]),
    ...(exclusion === undefined
      ? []
      : ["git would offer the settings for commit, so they are excluded in this clone"]),
    ...strangeAgents(root, around, settings.others.filter(isManaged)),
    ...(install.bundleProblem === undefined ? [] : [install.bundleProblem]),
  ];
}

/** Nothing is said of a version that is proven. */
function clientNotes(client: ClientVersion): readonly string[] {
  if (client.kind === "unknown") return [unchecked(client.why)];
  const standing = releaseStanding(loadCatalogue(), client.version);
  return standing.kind === "proven" ? [] : [releaseLine(standing, client.version)];
}

/** What takes the change back; what an earlier guarding made stays its own. */
function undoOf(
  { settings, exclusion, before }: Ground,
  { undo }: ReturnType<typeof editSettings>,
): ProjectEntry["undo"] {
  return {
    created: [...undo.created],
    env: [...undo.env],
    rules: [...(undo.rules ?? [])],
    asks: [...(undo.asks ?? [])],
    switches: [...(undo.switches ?? [])],
    createdFile: before?.undo.createdFile ?? settings.local === undefined,
    createdFolder: before?.undo.createdFolder ?? !existsSync(dirname(settings.file)),
    excludeFile: exclusion?.file ?? before?.undo.excludeFile ?? null,
  };
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
