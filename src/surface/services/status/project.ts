// What `sallyport status` looks at for one guarded project: its settings, time off, programs, client, and two calls as a proof.
import { existsSync } from "node:fs";
import { Failure } from "#base/failure.ts";
import { isWithin } from "#base/path.ts";
import { printable } from "#base/printable.ts";
import type { ProjectEntry } from "#govern/settings/project-register.ts";
import { whyShutOut } from "#govern/settings/sandbox-and-hooks.ts";
import { homeDirectory } from "#platform/user.ts";
import { eventStanding } from "#govern/settings/hook-entries.ts";
import { releaseLine, releaseStanding } from "#govern/settings/client-releases.ts";
import { type ClientVersion, whyNotHttp } from "../settings/client-version.ts";
import {
  documentsOf,
  readProjectSettings,
  readUserSettings,
} from "../settings/project-settings.ts";
import { canarySession, sendCanaries } from "../daemon-process/canary.ts";
import { lockdownOf } from "../installation/lockdown.ts";
import { clockTime, openOffSwitch } from "../installation/off-switch.ts";
import { refusalDrift } from "../evaluation/client-refusals.ts";
import { whoEnforces } from "../evaluation/observing.ts";
import { managedPlace } from "../policy/layers.ts";
import { ignoredBy } from "../settings/client-knowledge.ts";
import type { Guarding } from "../projects/guarded-project.ts";
import { whyNotStarted } from "../program/in-force.ts";
import { createControlInspector, openProjectBook } from "../projects/projects.ts";
import { layerInWords, policyStanding, upperStatus } from "../policy/policy-status.ts";
import { checkClientSettings } from "./client-settings.ts";
import { checkContainment } from "./containment.ts";
import { checkHold } from "./hold.ts";
import type { Check, Finding } from "../../foundation/terminal/finding.ts";
import { checkGateway } from "./gateway.ts";
import { duration, type Surroundings } from "./installation.ts";
import { loadCatalogue } from "../../foundation/product/shipped-data.ts";
import { checkAlerts } from "./alerts.ts";
import { checkMods } from "./mods.ts";
import { checkReviews } from "../policy/review.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";
import { checkExceptions, checkStatements } from "./exceptions.ts";

/** Before its end a signed bundle is to be followed by the next one. */
const ENDING_MS = 14 * 86_400_000;

/** How a project's events reach us, as its hooks were written. */
export function transportOf({ hooks }: ProjectEntry): "http" | "command" {
  return hooks.some(({ handler }) => handler["url"] !== undefined) ? "http" : "command";
}

/** Looks at one project. Changes nothing but the record: the two calls are in it, marked as probes. */
export async function checkProject(
  { entry, project }: Guarding,
  around: Surroundings,
  known: {
    readonly client: ClientVersion;
    readonly canAsk: boolean;
    readonly hasDaemon: boolean;
  },
): Promise<readonly Check[]> {
  const { root } = project;
  const settings = checkSettings({ entry, project }, around, known.client);
  const off = checkOff(entry, around);
  const isOff = off !== undefined;
  const stands = settings.level === "ok" && lockdownOf(around.directories) === undefined;
  return [
    { about: "settings", ...settings },
    ...checkLockdown(around),
    ...(off === undefined ? [] : [{ about: "off", ...off }]),
    ...checkObserved({ entry, project }, around),
    { about: "scope", level: "note", text: scopeInWords({ entry, project }) },
    { about: "transport", ...(await checkTransport(entry, around)) },
    { about: "policy", ...(await checkPolicy(entry, around)) },
    ...(await checkLayers({ entry, project }, around)),
    ...(await checkRefusals(entry, around)),
    ...(await checkClientSettings(root, around)),
    ...checkReviews({ root, policy: entry.policy }, around.nowMs),
    ...checkExceptions(around),
    ...checkStatements(around),
    ...(await checkMods(root, around)),
    ...(await checkSandboxes(root, around)),
    ...(await checkGateway(around)),
    { about: "client", ...checkClient(entry, known.client, around) },
    ...(await checkProbes({ entry, project }, around, {
      isOff,
      canAsk: known.canAsk && stands,
      hasDaemon: known.hasDaemon,
    })),
  ];
}

/** What holds commands. Where each is held by itself, that the client's sandbox is not there is no news. */
async function checkSandboxes(root: string, around: Surroundings): Promise<readonly Check[]> {
  const [contained, held] = [await checkContainment(root, around), await checkHold(root, around)];
  return held.level === "ok" && contained.level === "note" ? [held] : [contained, held];
}

/** Which `init` guards here. */
function scopeInWords({ entry, project }: Guarding): string {
  if (entry.scope === "user") return "every project of yours (`init --scope user`)";
  return isWithin(entry.root, project.root)
    ? "this project (`init`)"
    : `its repository, \`${printable(entry.root)}\` (\`init\`)`;
}

function repairOf({ root, scope }: ProjectEntry, { ours }: Pick<Surroundings, "ours">): string {
  return ours(scope === "user" ? "init --scope user" : `init ${shellWord(root)}`);
}

function checkSettings(
  { entry, project }: Guarding,
  around: Surroundings,
  client: ClientVersion,
): Finding {
  const repair = repairOf(entry, around);
  try {
    const home = around.environment["HOME"] ?? homeDirectory();
    const book = openProjectBook(around.directories.projectsFile);
    const state = createControlInspector(
      book,
      home,
      ignoredBy,
    )(project, () =>
      // WHY: the command hook counts every variable.
      client.kind === "found" && transportOf(entry) === "http" ? client.version : undefined,
    );
    if (state.kind === "intact")
      return { level: "ok", text: "hooks, variables and rules stand as they were written" };
    return { level: "broken", text: printable(state.what), repair };
  } catch (cause) {
    const text = cause instanceof Failure ? printable(cause.message) : "they cannot be read";
    return { level: "broken", text, repair };
  }
}

/** Whether the client's own rules say what the policy refuses. The hooks go by the policy either way, so it is a note. */
async function checkRefusals(
  entry: ProjectEntry,
  { directories, ours }: Surroundings,
): Promise<readonly Check[]> {
  const about = "rules";
  try {
    const drift = await refusalDrift(entry, { directories });
    if (drift === undefined) return [];
    const { lacking, over } = drift;
    const what = [
      ...(lacking === 0 ? [] : [`lack ${lacking} that the policy refuses now`]),
      ...(over === 0 ? [] : [`hold ${over} that it no longer refuses`]),
    ].join(" and ");
    return [
      {
        about,
        level: "note",
        text: `the client's own rules ${what}; \`${ours("upgrade")}\` renews them`,
      },
    ];
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    const text = `whether the client's own rules fit the policy cannot be told: ${printable(cause.message)}`;
    return [{ about, level: "note", text }];
  }
}

/** A project that is observed only: told first, for nothing is refused in it. */
function checkObserved(
  { entry, project }: Guarding,
  { directories, ours }: Surroundings,
): readonly Check[] {
  if (entry.mode !== "observe") return [];
  const about = "observe";
  const which = entry.scope === "user" ? "--scope user" : shellWord(entry.root);
  const repair = ours(`init ${which} --enforce`);
  const [file] = whoEnforces(entry, project.root, { directories, managed: managedPlace() });
  const text =
    file === undefined
      ? "observing, nothing is refused: calls are judged and recorded, `sallyport report` says what would be"
      : `observing was chosen, and \`${printable(file)}\` enforces a policy here, so calls are refused; they run where the guard fails`;
  return [{ about, level: "broken", text, repair }];
}

function checkOff(
  entry: ProjectEntry,
  { directories, nowMs, ours }: Surroundings,
): Finding | undefined {
  const period = openOffSwitch(directories).of(entry.id);
  if (period === undefined) return undefined;
  const left = duration(period.untilMs - nowMs);
  const text = `switched off until ${clockTime(period.untilMs)} (${left} left); calls are recorded and not refused`;
  const which = period.projectId === null ? "--all" : shellWord(entry.root);
  return { level: "broken", text, repair: ours(`on ${which}`) };
}

/** Why http hooks do not reach the daemon, undefined where they do or the settings cannot be read: another check says that. */
async function shutOutOf(
  { root, scope }: ProjectEntry,
  { environment }: Surroundings,
): Promise<string | undefined> {
  const home = environment["HOME"] ?? homeDirectory();
  try {
    const settings = await (scope === "user"
      ? readUserSettings(root)
      : readProjectSettings(root, home));
    return whyShutOut(documentsOf(settings));
  } catch {
    return undefined;
  }
}

/** Programs that the hooks start by absolute path: one that moved is found only when it is needed. */
async function checkTransport(entry: ProjectEntry, around: Surroundings): Promise<Finding> {
  const transport = transportOf(entry);
  const text =
    transport === "http" ? "http hooks to the daemon" : "command hook, without the daemon";
  const shutOut = transport === "http" ? await shutOutOf(entry, around) : undefined;
  if (shutOut !== undefined)
    return { level: "broken", text: `${text}; ${shutOut}`, repair: repairOf(entry, around) };
  const words = entry.hooks.flatMap(({ handler: { command, args } }) => [
    ...(typeof command === "string" ? [command] : []),
    ...(Array.isArray(args)
      ? args.filter((word: string) => /\/(?:sallyport|sallyport-hook)$/.test(word))
      : []),
  ]);
  const started = words.filter((word) => word.startsWith("/"));
  const gone = started.find((word) => !existsSync(word));
  if (gone === undefined) {
    const [why] = started.flatMap((word) => whyNotStarted(word) ?? []);
    if (why === undefined) return { level: "ok", text };
    return { level: "broken", text: `${text}; ${printable(why)}`, repair: repairOf(entry, around) };
  }
  return {
    level: transport === "command" ? "broken" : "found",
    text: `${text}; they start \`${printable(gone)}\`, which is gone`,
    repair: repairOf(entry, around),
  };
}

async function checkPolicy(entry: ProjectEntry, around: Surroundings): Promise<Finding> {
  try {
    const { source, inForce, trouble } = await policyStanding(entry, around.directories);
    const name = source.kind === "pack" ? source.name : source.file;
    const fault = trouble === null ? "" : `: ${printable(trouble.message)}`;
    const repair =
      source.kind === "pack"
        ? repairOf(entry, around)
        : `\${EDITOR:-vi} +${trouble?.line ?? 1} ${shellWord(name)}`;
    if (inForce === undefined) {
      const text = `${printable(name)} cannot be used, so every call is refused${fault}`;
      return { level: "broken", text, repair };
    }
    const text = `${printable(inForce.id)}, ${inForce.digest.slice(0, 16)}`;
    if (trouble === null) return { level: "ok", text };
    return {
      level: "found",
      text: `${text}, the last good one; its file is broken${fault}`,
      repair,
    };
  } catch (cause) {
    const text = cause instanceof Failure ? printable(cause.message) : "it cannot be read";
    return { level: "broken", text, repair: repairOf(entry, around) };
  }
}

/** The layers above the chosen policy: each in force, or a question about every call until it is repaired. */
async function checkLayers(
  { entry: { policy }, project: { root } }: Guarding,
  { directories, nowMs, ours }: Surroundings,
): Promise<readonly Check[]> {
  const layers = await upperStatus(root, policy, directories);
  return layers.map((layer): Check => {
    const text = printable(layerInWords(layer));
    const { file, trouble, bundle, isSigned } = layer;
    const isEnding = bundle !== undefined && bundle.expiresMs - nowMs < ENDING_MS;
    if (trouble === null && !isEnding) return { about: "layer", level: "ok", text };
    const repair = isSigned
      ? `sudo ${ours("policy bundle install NEWER")}`
      : `\${EDITOR:-vi} +${trouble?.line ?? 1} ${shellWord(file)}`;
    return { about: "layer", level: "found", text, repair };
  });
}

function checkLockdown({ directories, ours }: Surroundings): readonly Check[] {
  const lockdown = lockdownOf(directories);
  if (lockdown === undefined) return [];
  const since =
    lockdown.sinceMs === null ? "" : ` since ${new Date(lockdown.sinceMs).toISOString()}`;
  const why = lockdown.reason === null ? "" : `: ${printable(lockdown.reason)}`;
  const text = `locked down${since}, so every call is refused${why}`;
  return [{ about: "lockdown", level: "found", text, repair: ours("restore") }];
}

function checkClient(entry: ProjectEntry, client: ClientVersion, { ours }: Surroundings): Finding {
  if (client.kind === "unknown") return { level: "note", text: `version not known: ${client.why}` };
  const tooOld = transportOf(entry) === "http" ? whyNotHttp(client) : undefined;
  if (tooOld === undefined) {
    const { lacking, unknown } = eventStanding(entry.hooks, client.version);
    const what =
      unknown.length > 0
        ? `warns of hooks that it does not know whenever it starts (${unknown.join(", ")})`
        : `tells more than the hooks listen to (${lacking.join(", ")})`;
    if (unknown.length + lacking.length > 0)
      return {
        level: "found",
        text: `Claude Code ${client.version} ${what}`,
        repair: repairOf(entry, { ours }),
      };
    const standing = releaseStanding(loadCatalogue(), client.version);
    return {
      level: standing.kind === "proven" ? "ok" : "note",
      text: releaseLine(standing, client.version),
    };
  }
  return { level: "broken", text: tooOld, repair: "claude update" };
}

/** Two calls as a proof that the gate judges, and the alerts that are to come of them. */
async function checkProbes(
  guarding: Guarding,
  around: Surroundings,
  { hasDaemon, ...how }: { isOff: boolean; canAsk: boolean; hasDaemon: boolean },
): Promise<readonly Check[]> {
  const sessionId = canarySession();
  const proof = await checkCanaries(guarding, around, { ...how, sessionId });
  if (proof.level !== "ok" || !hasDaemon) return [{ about: "proof", ...proof }];
  const alerts = await checkAlerts(sessionId, around);
  return [
    { about: "proof", ...proof },
    { about: "alerts", ...alerts },
  ];
}

async function checkCanaries(
  { entry, project: { root } }: Guarding,
  { ours }: Surroundings,
  { isOff, canAsk, sessionId }: { isOff: boolean; canAsk: boolean; sessionId: string },
): Promise<Finding> {
  const { settingsFile, mode } = entry;
  if (!canAsk) return { level: "note", text: "no probe was sent, because of the above" };
  try {
    const results = await sendCanaries({ settingsFile, root, sessionId });
    const wrong = results.find(({ isGood }) => !isGood);
    if (mode === "observe")
      return {
        level: "note",
        text: "two probes were answered; nothing is refused while it is observed",
      };
    if (isOff)
      return {
        level: "note",
        text: "two probes were answered; nothing is refused while it is off",
      };
    if (wrong === undefined)
      return {
        level: "ok",
        text: "two probes through the installed hook: one ran, one was refused",
      };
    const text = `the probe \`${wrong.command}\` got ${wrong.verdict} and should be one that ${wrong.expected === "runs" ? "runs" : "is refused"}`;
    return { level: "broken", text, repair: ours("log tail") };
  } catch (cause) {
    const text = cause instanceof Failure ? printable(cause.message) : "a probe failed";
    return { level: "broken", text, repair: ours("daemon --ensure") };
  }
}
