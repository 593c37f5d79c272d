// Repairs that an audit makes by itself: the team profile, modes, ignore and deny lines, a commit hook. Shown first, taken back by `uninstall`.
import { chmodSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Repair } from "#assure/posture/check.ts";
import type { AuditReport } from "#assure/posture/report/report.ts";
import { isWithin } from "#base/path.ts";
import { readBelow } from "#govern/settings/deploy.ts";
import { nodeAt, setMember } from "#govern/settings/json-edit.ts";
import { parseJsonText } from "#govern/settings/json-text.ts";
import { unifiedDiff } from "#govern/settings/unified-diff.ts";
import { homeDirectory } from "#platform/user.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../foundation/files/directories.ts";
import { type ChangeRequest, seekConsent } from "../../foundation/terminal/consent.ts";
import { carryOut, type HookPlan, planInstall } from "../../services/git-hooks/change-hooks.ts";
import { hasLines } from "../../services/git-hooks/hook-block.ts";
import { hookPlace, readHook } from "../../services/git-hooks/hook-place.ts";
import { launchWords } from "../../services/git-hooks/launch.ts";
import { checkIgnores } from "../../services/ignores/check-ignores.ts";
import { keepingIn } from "../../services/ignores/kept.ts";
import {
  type IgnorePlan,
  planIgnores,
  writeIgnores,
} from "../../services/ignores/write-ignores.ts";
import { askGit } from "../../services/scan/git.ts";
import { guardProject } from "../guard/guard-project.ts";
import {
  digestOf,
  modeLine,
  modeOf,
  placeOf,
  rememberRepairs,
  type RepairRecord,
} from "./repair-record.ts";

/** The profile that a repair guards with. */
const PROFILE = "team";
/** A script is for its owner to write, a secret for its owner alone. */
const NOT_OTHERS = 0o022;
const OWNER_ALONE = 0o600;
const NO_FILES: IgnorePlan = { changes: [], diff: "", notes: [] };

/** What became of it. */
export type RepairOutcome = {
  readonly kind: "repaired" | "nothing" | "planned" | "declined";
  /** What was, or would be, changed, in words. */
  readonly changes: readonly string[];
};

/** What is repaired: the report says what failed, `repairs` which checks have a safe repair. */
export type RepairRequest = ChangeRequest & {
  readonly root: string;
  readonly report: AuditReport;
  readonly repairs: ReadonlyMap<string, Repair>;
  /** Whether the directory is guarded already. */
  readonly isGuarded: boolean;
};

/** What is about to be changed, beside the guarding. */
type Plan = {
  readonly files: IgnorePlan;
  readonly modes: RepairRecord["modes"];
  readonly hook: (HookPlan & { readonly path: string; readonly text: string }) | undefined;
};

/** Plans every safe repair, shows all of it as one diff, asks once and makes it. Throws a Failure before anything is written. */
export async function repair(request: RepairRequest): Promise<RepairOutcome> {
  const { root, terminal, environment = process.env } = request;
  const directories = directoriesIn(request.data ?? dataDirectory(environment));
  const silent = { ...terminal, print: () => undefined };
  const guarding = { directory: root, environment, data: request.data, profile: PROFILE };
  const guard =
    request.report.findings.length > 0 && !request.isGuarded
      ? await guardProject({ ...guarding, yes: true, dryRun: true, terminal: silent })
      : undefined;
  const { files, modes, hook } = await planned(request, directories, environment);
  const changes = [
    ...(guard === undefined ? [] : [`guard with the policy \`${PROFILE}\``]),
    ...files.changes.map(({ path }) => path),
    ...(hook === undefined ? [] : ["the pre-commit hook"]),
    ...modes.map(({ path }) => `mode of ${path}`),
  ];
  if (changes.length === 0) return { kind: "nothing", changes };
  const diff = [
    ...[guard?.diff ?? "", files.diff, hook?.diff ?? ""],
    ...modes.map(({ path, before, after }) => modeLine(path, before, after)),
  ].join("");
  const notes = [guard, files, hook].flatMap((part) => part?.notes ?? []);
  const consent = await seekConsent(request, { diff, notes });
  if (consent !== "given") return { kind: consent, changes };
  const records = fileRecords(root, files);
  // WHY remembered before: what a crash leaves half done can still be taken back.
  if (guard !== undefined) await guardProject({ ...guarding, yes: true, terminal: silent });
  rememberRepairs(directories, { root, modes: [...modes], files: records, hooks: hooksOf(hook) });
  await writeIgnores(root, files);
  if (hook !== undefined) carryOut(hook);
  for (const { path, after } of modes) chmodSync(placeOf(root, path), after);
  return { kind: "repaired", changes };
}

async function planned(
  request: RepairRequest,
  directories: Directories,
  environment: NodeJS.ProcessEnv,
): Promise<Plan> {
  const { root, report, repairs } = request;
  const failed = report.findings.flatMap(({ id, also }) => [id, ...also.map((one) => one.id)]);
  const failedOf = (kind: Repair) => failed.filter((id) => repairs.get(id) === kind);
  const home = environment["HOME"] ?? homeDirectory();
  const places = { home, data: directories.root };
  const ignores =
    failedOf("ignore-lines").length > 0 ? await ignorePlan(root, environment, places) : NO_FILES;
  return {
    files: await withSettings(root, ignores, failedOf("settings-modes")),
    modes: modesOf(request, home),
    hook:
      failedOf("commit-hook").length > 0
        ? await commitHook(root, directories, environment)
        : undefined,
  };
}

/** The plan with modes in the shared settings, on top of the deny rules that it writes there. */
async function withSettings(
  root: string,
  plan: IgnorePlan,
  checks: readonly string[],
): Promise<IgnorePlan> {
  const other = plan.changes.filter(({ path }) => path !== SHARED_SETTINGS);
  const own = plan.changes.find(({ path }) => path === SHARED_SETTINGS);
  const before = own?.before ?? (await readBelow(root, join(root, SHARED_SETTINGS)));
  const text = withModes(own?.text ?? before?.text, checks);
  if (text === (own?.text ?? before?.text ?? "")) return plan;
  const changes = [...other, { path: SHARED_SETTINGS, before, text }];
  const diffs = changes.map((change) => unifiedDiff(change.before?.text, change.text, change.path));
  const note = `${SHARED_SETTINGS} is for everybody who works here: commit it`;
  return { changes, diff: diffs.join(""), notes: own === undefined ? [note] : plan.notes };
}

/** Our pre-commit hook, where git's own folder holds the hooks: a folder of others is for a person to change. */
async function commitHook(
  root: string,
  directories: Directories,
  environment: NodeJS.ProcessEnv,
): Promise<Plan["hook"]> {
  const git = { directory: root, environment };
  const inside = await askGit(git, ["rev-parse", "--is-inside-work-tree"]);
  if (inside.code !== 0 || inside.output.trim() !== "true") return undefined;
  const place = await hookPlace(git);
  const path = join(place.directory, "pre-commit");
  if (place.kind !== "own" || place.top !== root || hasLines(readHook(path).text ?? ""))
    return undefined;
  const plan = planInstall(place, { "pre-commit": [] }, launchWords(directories));
  const written = plan.steps.flatMap((step) => (step.kind === "write" ? [step.text] : []))[0];
  return written === undefined ? undefined : { ...plan, path, text: written };
}

function hooksOf(hook: Plan["hook"]): NonNullable<RepairRecord["hooks"]> {
  if (hook === undefined) return [];
  const createdFolder = !existsSync(dirname(hook.path));
  return [{ path: hook.path, after: digestOf(hook.text), createdFolder }];
}

/** Files of findings whose mode is the fault, of the directory and of the person, plain and still as they were seen. */
function modesOf({ root, report, repairs }: RepairRequest, home: string): RepairRecord["modes"] {
  const shown = report.findings
    .flatMap(({ id, faults }) => faults.map((fault) => ({ check: id, ...fault })))
    .flatMap(({ check, file }) => (repairs.get(check) === "modes" ? (file ?? []) : []));
  return [...new Set(shown)].flatMap((file) => {
    const path = file.startsWith("~/") ? join(home, file.slice(2)) : file;
    const place = placeOf(root, path);
    if (!isWithin(root, place) && !isWithin(home, place)) return [];
    const before = modeOf(root, path);
    if (before === undefined) return [];
    const isScript = (before & 0o111) !== 0;
    const after = isScript ? before & ~NOT_OTHERS : before & OWNER_ALONE;
    return after === before ? [] : [{ path, before, after }];
  });
}

async function ignorePlan(
  root: string,
  environment: NodeJS.ProcessEnv,
  places: { readonly home: string; readonly data: string },
): Promise<IgnorePlan> {
  const keeping = await keepingIn(root, places);
  return planIgnores(keeping, await checkIgnores(keeping, environment), undefined);
}

function fileRecords(root: string, { changes }: IgnorePlan): RepairRecord["files"] {
  return changes.map(({ path, before, text }) => ({
    path,
    before: before?.text ?? null,
    after: digestOf(text),
    createdFolder: !existsSync(dirname(join(root, path))),
  }));
}

// Modes that a repair writes into a repository's settings: no flag switches questions off, and each session begins by asking.

/** Where the modes are written: the file that everybody who works here shares. */
const SHARED_SETTINGS = ".claude/settings.json";

/** What answers a check, below `permissions`. Only what is not there is written: a value that stands is a person's choice. */
const MODES: Readonly<Record<string, readonly [key: string, value: string]>> = {
  "settings/bypass-not-disabled": ["disableBypassPermissionsMode", "disable"],
  "settings/no-mode": ["defaultMode", "default"],
};

/** The settings with the modes that answer these checks. Throws a Failure where the text is no JSON. */
function withModes(text: string | undefined, checks: readonly string[]): string {
  let edited = text === undefined || text.trim() === "" ? "{}\n" : text;
  const has = (path: readonly string[]) =>
    nodeAt(parseJsonText(edited, SHARED_SETTINGS), path) !== undefined;
  for (const check of checks) {
    const [key, value] = MODES[check] ?? [];
    if (key === undefined || value === undefined || has(["permissions", key])) continue;
    if (!has(["permissions"])) edited = setMember(edited, ["permissions"], {});
    edited = setMember(edited, ["permissions", key], value);
  }
  return edited === "{}\n" ? (text ?? "") : edited;
}
