// Guarding a project: what would change in its settings, shown and asked about, then written and registered.
import { dirname, join } from "node:path";
import { realFolder, replaceBelow } from "#govern/settings/deploy.ts";
import {
  type GuardMode,
  type Scope,
  withoutProject,
  withProject,
} from "#govern/settings/project-register.ts";
import { hasOurHooks } from "#govern/settings/settings-edit.ts";
import { homeDirectory } from "#platform/user.ts";
import type { Install } from "../../services/installation/install.ts";
import { ensureLog } from "../../services/installation/log-keys.ts";
import { ensureProgram, shimsIn } from "../../services/program/in-force.ts";
import { seekConsent } from "../../foundation/terminal/consent.ts";
import { foreseenVerdicts } from "../explain/sample-verdicts.ts";
import { recordMode, typedForObserving } from "./guard-mode.ts";
import { callable, guardingSummary } from "./guarding-words.ts";
import { changeProjectRegister } from "../../services/projects/project-register-file.ts";
import { listPacks } from "../../services/policy/policy-source.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";
import { writePolicyCopy } from "../../services/policy/policy-copy.ts";
import type { Transport } from "./transport.ts";
import { type GuardRequest, type Plan, planGuarding } from "./guard-plan.ts";

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
  const { chosen } = profile;
  const { policy, layers } = plan.judged;
  const home = environment["HOME"] ?? homeDirectory();
  // WHY not the home: it is no project, and what holds in one is what a person wants to know.
  const judgedIn = entry.scope === "user" ? join(home, "project") : root;
  const where = entry.scope === "user" ? "uninstall --scope user" : `uninstall ${shellWord(root)}`;
  return guardingSummary({
    root,
    scope: entry.scope,
    mode: entry.mode,
    layers,
    entry,
    policy: "pack" in chosen ? chosen.pack : chosen.file,
    foreseen: await foreseenVerdicts(policy, { root: judgedIn, home, data: directories.root }),
    excludeFile: exclude?.file,
    log: directories.log,
    undo: callable(environment, shimsIn(directories).command, where, request.data),
  });
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
